/* iterate_parts.h: what the files of an iteration share. Only for iterate*.c. */
#ifndef CAASCAN_ITERATE_PARTS_H
#define CAASCAN_ITERATE_PARTS_H

#include "delegation.h"
#include "iterate.h"
#include "resolve_parts.h"

static inline const struct answer *iterate_blob(const struct resolve *r, uint32_t blob)
{
    return store_octets(r->store, blob);
}

/* Has this server failed at the question's cut? */
static inline bool iterate_was_used(const struct resolve *r, const struct question *q,
                                    uint32_t server)
{
    for (size_t i = 0; i < q->iteration.used_count; i++) {
        if (questions_past(&r->questions, q)->used[i] == server)
            return true;
    }
    return false;
}

/* ---- iterate_cut.c ---- */

/* The closest cut known for a name, which the caller holds. */
struct iterate_closest {
    uint32_t cut;
    struct name below;   /* the name below it on the way to the one searched for; length 0: none */
    uint64_t below_hash; /* its cut_hash */
};

/* Where the search for it begins: a name, and as far as they are known (0: not) the cut_hash of
 * that and of the name above. */
struct iterate_start {
    struct name name;
    uint64_t hash, above_hash;
};

struct iterate_closest iterate_closest_cut(struct resolve *r, const struct iterate_start *from,
                                           uint64_t now_ns);

/* The name right below the cut on the way to the question's name, where a delegation may be. Length
 * 0: the question is at the cut itself, or asks one server alone. */
struct name iterate_below_cut(const struct resolve *r, const struct question *q);

/* The question goes on at this cut, which it takes over; c->below may be left out. */
void iterate_stand_at(struct resolve *r, struct question *q, const struct iterate_closest *c,
                      uint64_t now_ns);

/* Of iterate_zone, as a server's lame_zone. */
uint64_t iterate_zone_hash(const struct resolve *r, const struct question *q);

/* ---- iterate_expect.c ---- */

/* Begins to load the servers of a roster; NULL: there is none. */
void iterate_expect_servers(const struct resolve *r, const struct delegation_roster *roster);

/* ---- iterate_choice.c ---- */

struct iterate_choice {
    struct resolve *r;
    struct question *q;
    uint64_t now_ns;
    uint64_t best_score;
    uint32_t best; /* SERVERS_NONE: none yet */
    uint32_t random;
    bool private_seen;
    bool table_full;   /* servers that others hold are in the way of one of these */
    bool explores;     /* rtt does not count this time, so that a server that got faster is found */
    bool limit_hit;    /* an address was looked for up to a bound of work */
    bool other_family; /* one of the servers has an address of a family that is not to be used */
    bool keeps;        /* what is found goes into the roster */
    bool crowded;      /* which has no room for all of it */
    struct iterate_candidates *candidates;
    struct delegation_roster *roster;
    uint64_t until_ns; /* what was found holds before that */
};

/* Chooses among the servers whose addresses are known. */
struct iterate_choice iterate_choose(struct resolve *r, struct question *q, uint64_t now_ns);

/* Is there no server that might answer now, as far as is known? */
bool iterate_is_poor(const struct iterate_choice *c);

/* Has the server glue that may be used? That of a family that is not says nothing of the other's.
 */
bool iterate_has_glue(const struct resolve *r, const struct delegation_server *s);

/* Has it glue, and is it named in another zone, which knows more of its address? */
bool iterate_is_sibling(const struct iterate_choice *c, const struct delegation_server *s);

/* What is known of the servers' addresses changes: they are gone through again. */
void iterate_forget_roster(const struct resolve *r, const struct question *q);

/* ---- iterate_address.c ---- */

enum iterate_sub {
    ITERATE_SUB_NONE,  /* there is no address to be asked for */
    ITERATE_SUB_READY, /* an answer is there already, whatever it says */
    ITERATE_SUB_WAITS, /* the question waits for one */
    ITERATE_SUB_NO_ROOM,
    ITERATE_SUB_TOO_MANY,
};

/* Asks for the next address of the cut's servers that is wanted. Meanwhile the server chosen keeps
 * its place among the servers. */
enum iterate_sub iterate_look_further(const struct iterate_choice *c, uint32_t question,
                                      uint64_t now_ns);

/* ---- iterate.c ---- */

/* The question ends so, whatever its servers may still say. */
void iterate_fail(struct resolve *r, uint32_t question, enum error_class why, uint64_t now_ns);

#endif
