/* resolve.h: answers one question (name, type, CD): from the cache, by joining an equal question in
 * flight, or by asking a resolver. Knows nothing of climbing; who waits is a number.
 *
 * resolve*.c decide a question's fate, exchange*.c move its messages; what they share stands in
 * resolve_parts.h. Finished questions queue up here until the engine has told their waiters.
 */
#ifndef CAASCAN_RESOLVE_H
#define CAASCAN_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache.h"
#include "door.h"
#include "flight.h"
#include "late.h"
#include "limit.h"
#include "message.h"
#include "question.h"
#include "repeat.h"
#include "servers.h"
#include "stats.h"
#include "store.h"
#include "stream.h"
#include "timers.h"
#include "window.h"

/* Lists of the timers: by attempt number the wait for a reply, then by attempt number the pause
 * before it, then the wait for TCP, then the waits after which a repeat is considered. */
enum {
    RESOLVE_LIST_UDP = 0,
    RESOLVE_LIST_PAUSE = ASK_ATTEMPTS_MAX,
    RESOLVE_LIST_TCP = 2 * ASK_ATTEMPTS_MAX,
    RESOLVE_LIST_HELD, /* a server whose limit is used up */
    RESOLVE_LIST_REPEAT,
    RESOLVE_LIST_COUNT = RESOLVE_LIST_REPEAT + REPEAT_WAITS
};

/* Random octets that one send uses up: two for the id, two for channel and server. Mixed case takes
 * more, once for a question. */
#define RESOLVE_RANDOM_PER_SEND 4u
#define RESOLVE_RANDOM_MAX 8192u

/* Questions kept ready to be sent: beyond the room in the window, which may grow before more are
 * admitted, and at most. They should be sent before they have left the processor's caches. */
#define RESOLVE_SPARE_MAX 32u
#define RESOLVE_READY_MAX 512u

/* Servers asked before a control probe gives up, or a question to one server alone. */
#define RESOLVE_CONTROL_ATTEMPTS 2u

#define RESOLVE_ROOTS_MAX ANSWER_NS_MAX

/* The root's servers, for iteration. */
struct resolve_roots {
    struct name ns[RESOLVE_ROOTS_MAX];
    size_t ns_count;
    struct referral_glue glue[REFERRAL_GLUE_MAX];
    size_t glue_count;
};

#define TRUST_ANCHORS_MAX 8u
#define TRUST_DS_LEN_MAX 64u

/* The root's trust anchors, as DS records. */
struct trust_anchors {
    struct {
        uint8_t rdata[TRUST_DS_LEN_MAX];
        uint8_t len;
    } ds[TRUST_ANCHORS_MAX];
    size_t count;
};

struct resolve_config {
    const struct address *servers; /* resolvers; NULL: iterate from the roots */
    size_t server_count;
    const struct resolve_roots *roots;
    struct limit *limit; /* shared; has an entry per resolver, or any number of them to iterate */
    size_t waiters;      /* rows that may wait at a time */
    size_t cache_entries;
    uint32_t channels; /* UDP channels of the worker */
    uint32_t attempts; /* 1..ASK_ATTEMPTS_MAX */
    uint64_t timeout_ns;
    uint64_t hash_seed;
    size_t authorities;        /* iteration: servers remembered */
    uint32_t server_in_flight; /* iteration: queries to one server at a time; 0: no limit */
    bool ipv4, ipv6;           /* iteration: families to be used */
    bool mixed_case;           /* names in random case over UDP, to be echoed so */
    const struct trust_anchors *anchors; /* iteration: replies are verified; NULL: they are not */
    uint64_t epoch_ms;                   /* wall clock at now_ns = 0 */
};

struct resolve_queue {
    uint32_t head, tail;
    uint32_t count;
    uint64_t leave_ns; /* from when the limit lets its head be sent; 0: not held back */
};

struct resolve_connection {
    struct stream stream;
    uint32_t question; /* QUESTION_NONE: free */
    uint16_t generation;
    uint16_t id;
    uint16_t sent_len; /* octets of the query and its length */
};

struct resolve {
    struct questions questions;
    struct flight flight;
    struct flight aside; /* those that their question in a reply does not lead to */
    struct late late;    /* of these, what was not answered in time */
    struct timers timers;
    struct servers servers;
    struct scouts scouts; /* iteration alone */
    struct store *store;
    struct cache cache;
    struct window window;
    struct limit *limit;
    struct stats *stats;
    struct message_scratch *scratch;
    struct answer_parts *parts;
    struct resolve_connection connections[DOOR_TCP_SLOTS];
    size_t connection_count; /* in use */
    struct resolve_queue ready, ready_tcp, done;
    struct resolve_queue verify; /* replies to be verified */
    uint32_t verifying;          /* handed out, without a verdict yet */
    uint32_t anchor;             /* the root's DS, held; 0: nothing is verified */
    struct store held;           /* replies that wait for their verdict */
    uint32_t trust_ttl_s;        /* how long the reply at hand may be believed */
    uint8_t trust_ds; /* enum ds_status: of the zone that the referral at hand leads to, asked for
                         apart; unknown: the referral itself says it */
    uint64_t epoch_ms;
    uint32_t closing[2 * DOOR_TCP_SLOTS]; /* TCP channels to be closed */
    size_t closing_count;
    uint8_t random[RESOLVE_RANDOM_MAX];
    size_t random_len;
    uint64_t hash_seed;
    uint32_t channels, attempts;
    uint32_t run_channel; /* that of the sends at hand (exchange.c) */
    uint32_t run_left;    /* sends before another is drawn */
    uint32_t in_flight;   /* exchanges that wait for a reply */
    size_t waiters;       /* rows; numbers from here on are questions that wait for another */
    uint32_t root_cut;    /* the root's delegation, held; 0: a resolver is asked */
    uint64_t choice_seed; /* spreads the choice among authorities, which need not be secret */
    uint32_t server_in_flight;
    bool ipv4, ipv6, mixed_case;
};

/* An answer from the cache. */
struct resolve_answer {
    uint32_t blob; /* held for the caller, who drops it */
    uint32_t age_s;
};

void resolve_init(struct resolve *r, struct arena *arena, const struct resolve_config *config,
                  struct store *store, struct stats *stats);

/* Begins to load what resolve_ask will look at for a key that knows its hashes. Each step, from 0
 * to RESOLVE_EXPECT_STEPS - 1, begins with what the one before has loaded. */
#define RESOLVE_EXPECT_STEPS 4u
void resolve_expect(const struct resolve *r, unsigned step, const struct question_key *key);

/* Asks for waiter. Returns true where the cache answers at once; else waiter is told through
 * resolve_next_done, and may not ask again before. */
bool resolve_ask(struct resolve *r, const struct question_key *key, uint32_t waiter,
                 uint64_t now_ns, struct resolve_answer *out);

/* The same for a question that needs a server's address; told through resolve_sub_done. */
bool resolve_ask_below(struct resolve *r, const struct question_key *key, uint32_t question,
                       uint64_t now_ns, struct resolve_answer *out);

/* Tells a question that waits (waiter, from r->waiters on) that `done` is. The first waiter pays
 * for it. */
void resolve_sub_done(struct resolve *r, uint32_t waiter, uint32_t done, bool pays,
                      uint64_t now_ns);

/* The next question whose waiters are to be told, or QUESTION_NONE. Its blob (0: the store had no
 * room, a local error) and its waiters stand in r->questions; give it back with resolve_release. */
uint32_t resolve_next_done(struct resolve *r);
void resolve_release(struct resolve *r, uint32_t question);

/* Do so many questions wait to be sent that further ones would only take up memory? */
static inline bool resolve_is_crowded(const struct resolve *r)
{
    uint32_t spare = r->window.size / 4;
    if (spare > RESOLVE_SPARE_MAX)
        spare = RESOLVE_SPARE_MAX;
    return r->ready.count >= RESOLVE_READY_MAX ||
           r->window.under_way + r->ready.count >= r->window.size + spare;
}

/* Runs what is due, and returns when to come again (TIMERS_NEVER: when something else happens). */
uint64_t resolve_advance(struct resolve *r, uint64_t now_ns);

/* exchange*.c */

void exchange_event(struct resolve *r, uint64_t now_ns, const struct door_event *event);

/* Begins to load what a datagram will need; steps as in engine_expect. Returns who waits for it
 * from step 2 on, as far as can be told, else QUESTION_NONE. */
uint32_t exchange_expect(const struct resolve *r, unsigned step, const struct door_event *event);

/* Fills up to cap actions with what may be sent now. */
size_t exchange_actions(struct resolve *r, uint64_t now_ns, struct action *out, size_t cap);

/* How many random octets r could take, and taking them. Without random octets nothing is sent. */
static inline size_t resolve_random_room(const struct resolve *r)
{
    return RESOLVE_RANDOM_MAX - r->random_len;
}
void resolve_feed_random(struct resolve *r, const uint8_t *octets, size_t len);

#endif
