/* scout.h: who asks first below a zone cut, so that the others need not.
 *
 * Many rows may stand at one cut and need the same delegation below it: com at a cold start, or a
 * domain whose apex and www are both on the list. The first to ask is the scout; the others wait
 * for what it finds, so that a parent is asked once. Nobody waits for long: a scout without a reply
 * counts as lost after SCOUT_OUT_NS, a question waits for one scout, and for SCOUT_LOST_MAX more
 * where scouts are lost.
 *
 * One thread. A fixed table by hash: where two names share a slot the later takes it, and the rows
 * of the other merely ask for themselves.
 */
#ifndef CAASCAN_SCOUT_H
#define CAASCAN_SCOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "expect.h"

#define SCOUT_OUT_NS (400ull * 1000000)
#define SCOUT_LOST_MAX 3u

/* Times are kept in steps of SCOUT_STEP_NS, which last for two years. */
#define SCOUT_STEP_NS 65536u
#define SCOUT_TIME_BITS 40
#define SCOUT_TIME_MAX ((1ull << SCOUT_TIME_BITS) - 1)
#define SCOUT_TAG_BITS 24

struct scout {
    uint64_t found : SCOUT_TIME_BITS; /* a delegation of that name was found; 0: not */
    uint64_t tag : SCOUT_TAG_BITS;    /* of the hash of the name below the cut */
    uint64_t sent : SCOUT_TIME_BITS;
    bool out : 1;        /* no reply yet */
    bool unsent : 1;     /* it never left this machine: it is lost at once */
    bool after_lost : 1; /* the one before it was lost */
};

struct scouts {
    struct scout *slots;
    size_t mask;
};

/* What a question remembers of its wait. */
struct scout_wait {
    uint32_t stood_low, sent_low; /* since when it stands there; of the scout it waits for */
    uint8_t stood_high, sent_high;
    uint8_t lost_count;
    bool has_waited;
};

static inline uint64_t scouts_time(uint64_t now_ns)
{
    return (now_ns / SCOUT_STEP_NS + 1) & SCOUT_TIME_MAX;
}

/* It has looked for what is below the cut once more. */
static inline void scouts_stand_anew(struct scout_wait *wait, uint64_t now_ns)
{
    uint64_t now = scouts_time(now_ns);
    wait->stood_low = (uint32_t)now;
    wait->stood_high = (uint8_t)(now >> 32);
}

/* The wait of a question that comes to a cut now. */
static inline struct scout_wait scouts_stand(uint64_t now_ns)
{
    struct scout_wait wait = {0};
    scouts_stand_anew(&wait, now_ns);
    return wait;
}

/* Room for the names of `count` questions at work. */
void scouts_init(struct scouts *s, struct arena *arena, size_t count);

/* Begins to load what is known of a name. */
static inline void scouts_expect(const struct scouts *s, uint64_t hash)
{
    expect_line(&s->slots[hash & s->mask]);
}

/* Should a question that stands at a cut and needs what is below it wait? Also where a delegation
 * was found since it came to stand there. */
bool scouts_wait(const struct scouts *s, uint64_t hash, struct scout_wait *wait, uint64_t now_ns);

/* A question was sent out. */
void scouts_sent(struct scouts *s, uint64_t hash, uint64_t now_ns);

/* What was sent then never left this machine: if it was the scout, it is lost. */
void scouts_unsent(struct scouts *s, uint64_t hash, uint64_t sent_ns);

/* A reply came to a question below a cut, and, maybe, it was a delegation of that name. */
void scouts_returned(struct scouts *s, uint64_t hash);
void scouts_found(struct scouts *s, uint64_t hash, uint64_t now_ns);

#endif
