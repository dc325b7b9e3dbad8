#include "footprint.h"

#include "job.h"

/* What the common row holds in the store: its text, and, as measured with two hosts in each zone,
 * own answers while a parent is asked, half of the time, and, where authorities are asked,
 * delegations. Others on their way are the cache's as well. */
#define TEXT_OCTETS (64u + sizeof(uint32_t))
#define RESOLVED_ON_THE_WAY ((192u + sizeof(uint32_t)) / 2u)
#define ITERATED_ON_THE_WAY (5u * (320u + sizeof(uint32_t)) / 4u)

/* An answer kept: of seven by a resolver one is larger than the smallest size; an authority's tells
 * its zone and its servers too. */
#define RESOLVED_OCTETS ((6u * 192u + 320u) / 7u + sizeof(uint32_t))
#define ITERATED_OCTETS (320u + sizeof(uint32_t))

/* Of a resolver's answers nearly all are of one size. An authority's are of several, and there may
 * be more questions than rows. */
#define RESOLVER_PARTLY 1u
#define ITERATING_PARTLY 6u

/* A table by hash has at least twice as many places as entries, and all of them come to be used. */
static size_t places_for(size_t entries)
{
    size_t places = 1;
    while (places < 2 * entries)
        places *= 2;
    return places;
}

/* Where authorities are asked, what their questions stand for is looked up in more ways. */
static size_t tables_by_hash(size_t in_flight, bool iterates)
{
    size_t octets = places_for(in_flight) * (sizeof(uint32_t) + sizeof(struct flight_place));
    if (!iterates)
        return octets;
    size_t late = in_flight / 4;
    return octets + places_for(in_flight) * sizeof(struct flight_place) +
           places_for(in_flight) / 2 * sizeof(struct scout) + late * sizeof(struct late_send) +
           places_for(late) * sizeof(struct flight_place);
}

struct footprint footprint_of(const struct engine_config *config)
{
    bool iterates = config->servers == NULL;
    size_t name = sizeof(struct job) + TEXT_OCTETS + sizeof(struct question);
    name += 2 * sizeof(uint32_t); /* its place among waiters, and its question's among free ones */
    name += tables_by_hash(config->in_flight, iterates) / config->in_flight;
    name += iterates ? ITERATED_ON_THE_WAY : RESOLVED_ON_THE_WAY;
    name += config->alt ? sizeof(struct job_alt) : 0;
    name += config->all_nameservers && iterates ? sizeof(struct job_census) : 0;
    struct cache_room room = cache_room_for(config->cache_entries, config->in_flight, iterates);
    size_t answer = sizeof(struct cache_entry) + 1;
    answer += iterates ? ITERATED_OCTETS : RESOLVED_OCTETS;
    size_t server = iterates ? sizeof(struct server) + sizeof(uint32_t) : 0;
    return (struct footprint){
        .partly = iterates ? ITERATING_PARTLY : RESOLVER_PARTLY,
        .per_name = name,
        .caches = (room.shared + room.own) * answer + config->authorities * server,
    };
}
