#include "footprint.h"

#include "job.h"

/* What the common row holds in the store: its text, and an answer on its way to the record. */
#define TEXT_OCTETS (64u + sizeof(uint32_t))
#define ANSWER_OCTETS (192u + sizeof(uint32_t))

/* Iteration: what a row has there besides, as measured: answers that tell their zone and its
 * servers, referrals and long replies on their way. */
#define ON_THE_WAY_OCTETS 900u

/* Of four answers kept one is larger than the smallest size. */
#define CACHED_OCTETS ((3u * 192u + 512u) / 4u + sizeof(uint32_t))

/* Tables by hash have twice as many places as entries, and what they say is an index. */
#define HASHED_OCTETS (2u * sizeof(uint32_t))

/* Where rows ask authorities there are three questions for each. Few are at work at a time, but
 * what is found by hash is spread over the whole of its table. */
#define TABLED_QUESTIONS 3u

static size_t of_resolver_questions(void)
{
    return HASHED_OCTETS + 2 * sizeof(struct flight_place);
}

static size_t of_authority_questions(void)
{
    size_t flights = 2 * 2 * sizeof(struct flight_place); /* those that are aside have their own */
    return TABLED_QUESTIONS * (HASHED_OCTETS + flights + 2 * sizeof(struct scout)) +
           ON_THE_WAY_OCTETS;
}

struct footprint footprint_of(const struct engine_config *config)
{
    bool iterates = config->servers == NULL;
    size_t questions = sizeof(struct question) + 2 * sizeof(uint32_t);
    questions += iterates ? of_authority_questions() : of_resolver_questions();
    size_t server = iterates ? sizeof(struct server) + sizeof(uint32_t) : 0;
    size_t name = sizeof(struct job) + sizeof(uint32_t) + TEXT_OCTETS + ANSWER_OCTETS;
    name += config->alt ? sizeof(struct job_alt) : 0;
    name += config->all_nameservers && iterates ? sizeof(struct job_census) : 0;
    struct cache_room room = cache_room_for(config->cache_entries, config->in_flight, iterates);
    size_t answer = sizeof(struct cache_entry) + 1 + CACHED_OCTETS;
    return (struct footprint){
        .per_name = name + questions,
        .caches = (room.shared + room.own) * answer + config->authorities * server,
    };
}
