/* question.h: the questions at work, each once: who waits for it, and where it stands.
 *
 * A fixed table. Equal questions (name, type, CD) find each other here, so a parent is asked once
 * however many of its children climb at the same time. Waiters are rows by number, in order; the
 * first one started the question and pays for its queries.
 */
#ifndef CAASCAN_QUESTION_H
#define CAASCAN_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "arena.h"
#include "ask.h"
#include "cache.h"
#include "expect.h"
#include "name.h"
#include "pool.h"
#include "scout.h"
#include "timers.h"

#define QUESTION_NONE TIMERS_NONE
#define ITERATION_USED_MAX 16u
#define QUESTION_SENDS_MAX 8u    /* earlier sends whose late replies are still taken */
#define QUESTION_NAME_INLINE 36u /* octets of a name kept in the question; few are longer */

enum question_state {
    QUESTION_FREE,
    QUESTION_READY,    /* waits for leave to be sent */
    QUESTION_WAIT_UDP, /* sent; a reply or the deadline comes next */
    QUESTION_WAIT_TCP,
    QUESTION_PAUSED,       /* a server failed it at once; goes on after the pause */
    QUESTION_WAIT_SUB,     /* iteration: a server's address is being asked for, or DS or keys */
    QUESTION_WAIT_VERDICT, /* iteration: its reply is being verified, or waits for that */
    QUESTION_DONE,         /* has its blob; waiters are to be told */
};

/* Where an iteration stands (iterate.c). Blobs are held. */
struct iteration {
    uint32_t cut;       /* the delegation whose servers are asked; 0: not iterating */
    uint32_t first_cut; /* of the zone that holds qname, once an alias led on; 0: cut */
    uint32_t chain;     /* an answer with the aliases followed so far; 0: none */
    uint32_t waits_for; /* the question for a server's address; QUESTION_NONE: none */
    uint16_t asked_ipv4, asked_ipv6; /* bit i: the address of the cut's i-th server was asked for */
    uint8_t used_count;              /* servers that failed at this cut (question_past) */
    uint8_t depth;                   /* of sub-questions above this one */
    uint8_t sub_count;               /* sub-questions it asked */
    uint8_t referrals;
    uint8_t budget;          /* sends it may use, its sub-questions' included */
    uint8_t sub_failure;     /* enum error_class: the worst that looking for addresses came to */
    bool had_server : 1;     /* one could be chosen at this cut */
    bool limit_hit : 1;      /* an address was looked for up to a bound of work */
    bool anew : 1;           /* for a control probe: known failures of keys are asked again */
    struct scout_wait scout; /* holds once it stands at a cut */
    uint64_t
        below_hash; /* likewise: of the name below the cut on the way to the name asked, or 0 */
};

_Static_assert(ANSWER_NS_MAX <= 16, "asked_ipv4 and asked_ipv6 have a bit for each");

/* A reply that is held back until it is verified (trust.c). */
struct trust {
    uint32_t held;       /* in the store of such replies; 0: none */
    uint32_t keys;       /* that it is verified with, held; 0: none yet */
    uint8_t step : 6;    /* enum held_step */
    bool has_keys : 1;   /* the zone is known to have keys */
    bool asked : 1;      /* the verifier has it */
    uint8_t zone_labels; /* of the zone it is from, as far as known, a suffix of the name asked */
    uint8_t walk_labels; /* of the last name below that zone known not to be a cut */
};

/* A send whose wait is over, as a late reply to it will show. */
struct question_send {
    uint64_t sent_ns;
    uint32_t server; /* of a resolver: its number */
    uint16_t channel, id;
    struct address address; /* it went to */
    bool mixed_case;
    bool answered;  /* another reply to it is a copy, and says nothing new */
    bool telling;   /* silence would mean loss */
    bool under_way; /* the window has it */
};

struct question_try {
    struct address server;
    uint8_t result; /* enum error_class */
};

/* Its parts in the order in which they are needed: where a resolver answers at the first attempt,
 * QUESTION_USUAL_OCTETS of it are touched. */
struct question {
    _Alignas(64) uint64_t hash;
    uint64_t sent_ns; /* the attempt under way */
    union {
        struct timers_node timer;
        struct {
            uint32_t queue_next, queue_prev; /* in a queue, where it has no deadline */
        };
    };
    uint32_t hash_next;
    uint32_t waiter_head, waiter_tail;
    uint32_t server;    /* asked now or last, held; SERVERS_NONE before the first */
    uint64_t case_bits; /* 0: not drawn yet */
    union {
        uint32_t spared_us; /* of the waits of its attempts at this cut, by early repeats */
        uint32_t blob;      /* once done; 0 where the store had no room for it */
    };
    uint32_t past; /* its question_past, by number; 0: it has none */
    uint16_t sent, retries;
    uint16_t step_sent; /* sends to the zone at hand, all its servers */
    uint16_t qtype;
    union { /* the attempt under way */
        struct {
            uint16_t channel, id; /* over UDP: as in the table of flights */
        };
        uint32_t tcp_channel; /* of its connection */
    };
    struct ask ask;
    uint8_t state; /* enum question_state */
    uint8_t seen;  /* enum error_class: what the attempt under way got instead of a reply */
    uint8_t send_count, tried_count;
    uint8_t early_repeats;  /* at this cut */
    uint8_t failure;        /* enum error_class: the worst so far (question_past has more) */
    bool checking_disabled; /* this and the next three as in the key */
    bool control;
    bool own : 1;
    bool pinned : 1;     /* the server's address is in question_past */
    bool iterates : 1;   /* else `trust` and `iteration` mean nothing */
    bool telling : 1;    /* the attempt under way: silence would mean loss */
    bool mixed_case : 1; /* the attempt under way carries the name in the case of case_bits */
    bool is_aside : 1;   /* the attempt under way is in resolve's table of those */
    bool same_server;    /* the next send goes to `server` again */
    uint8_t name_len;
    union { /* the name asked (questions_name) */
        uint8_t short_name[QUESTION_NAME_INLINE];
        uint32_t long_name; /* a longer one, by number */
    };
    struct trust trust;
    uint32_t first_send; /* that a late reply may come to, by number; holds with a send_count */
    struct iteration iteration;
};

#define QUESTION_USUAL_OCTETS 128u

/* What most questions never need. */
struct question_past {
    struct address pinned; /* as in the key, where the question is pinned */
    uint32_t failed_chain; /* blob: the aliases of the reply that failed, held; 0: none */
    struct answer failed;  /* the worst failure so far; holds once the question has a failure */
    uint32_t used[ITERATION_USED_MAX]; /* servers that failed at this cut */
    struct question_try tried[ANSWER_TRIED_MAX];
    struct question_send sends[QUESTION_SENDS_MAX - 1]; /* behind the first */
};

struct questions {
    struct question *list;
    struct pool past;       /* struct question_past */
    struct pool sends;      /* struct question_send: the first ones */
    struct pool long_names; /* struct name_buffer */
    uint32_t *buckets;      /* 1 + first question, 0: empty */
    uint32_t *waiter_next;  /* by waiter; holds for all but the last of a question's */
    size_t mask, count;
    uint32_t *free; /* used before and free now, as a stack: the last one is still at hand */
    uint32_t free_count;
    uint32_t fresh; /* questions from here on were never used: their memory is untouched */
    uint32_t used;
    bool iterate;
};

/* Room for count questions, of which `usual` are rarely exceeded at a time, and for waiters
 * numbered below `waiters`. `iterate`: authorities will be asked, else resolvers. */
struct questions_config {
    size_t count, usual, waiters;
    bool iterate;
};

void questions_init(struct questions *q, struct arena *arena,
                    const struct questions_config *config);

/* Of the first question; NULL while memory is only measured. */
static inline struct timers_node *questions_timers(const struct questions *q)
{
    return q->list != NULL ? &q->list[0].timer : NULL;
}

/* The question at work for key, or QUESTION_NONE. */
uint32_t questions_find(const struct questions *q, const struct question_key *key, uint64_t hash);

/* Begins to load what most questions need of themselves. */
void question_expect(const struct question *q);

/* Begins to load what questions_find will look at. */
static inline void questions_expect(const struct questions *q, uint64_t hash)
{
    expect_line(&q->buckets[hash & q->mask]);
}

/* Likewise, once that is at hand: for questions_unlist. */
static inline void questions_expect_unlist(const struct questions *q, uint32_t question)
{
    uint32_t link = q->buckets[q->list[question].hash & q->mask];
    if (link != 0 && link != question + 1)
        expect_line(&q->list[link - 1]);
}

/* A new one in state READY, without waiters. There is always room: each waiter waits for one
 * question, and there are as many questions as waiters. */
uint32_t questions_new(struct questions *q, const struct question_key *key, uint64_t hash);

void questions_join(struct questions *q, uint32_t question, uint32_t waiter);

/* Takes the first waiter off, or returns QUESTION_NONE. */
uint32_t questions_next_waiter(struct questions *q, uint32_t question);

/* Questions that could still be begun. */
static inline size_t questions_room(const struct questions *q)
{
    return q->count - q->used;
}

/* The name asked. It borrows from q. */
static inline struct name questions_name(const struct questions *qs, const struct question *q)
{
    const uint8_t *octets = q->short_name;
    if (q->name_len > QUESTION_NAME_INLINE)
        octets = ((const struct name_buffer *)pool_at(&qs->long_names, q->long_name))->wire;
    return (struct name){.wire = octets, .len = q->name_len};
}

/* What the question has of this; it has one once a server failed it, a second send is over, or it
 * is pinned. */
static inline struct question_past *questions_past(const struct questions *qs,
                                                   const struct question *q)
{
    return pool_at(&qs->past, q->past);
}

/* The same, and gives it one where it has none. There is one for each. */
struct question_past *questions_need_past(struct questions *qs, struct question *q);

/* The i-th of a question's sends that are remembered. */
static inline struct question_send *questions_send(const struct questions *qs, struct question *q,
                                                   size_t i)
{
    return i == 0 ? pool_at(&qs->sends, q->first_send) : &questions_past(qs, q)->sends[i - 1];
}

/* Place for one more of them; NULL where there are enough. */
struct question_send *questions_add_send(struct questions *qs, struct question *q);

void questions_forget_sends(struct questions *qs, struct question *q);

/* No longer to be found by an equal question; its slot stays until questions_free. */
void questions_unlist(struct questions *q, uint32_t question);
void questions_free(struct questions *q, uint32_t question);

/* Is it none that its name and type in a reply lead to? Probes, questions to one server, and those
 * that stand at an alias target. */
static inline bool question_is_aside(const struct question *q)
{
    return q->control || q->checking_disabled || q->pinned ||
           (q->iterates && q->iteration.chain != 0);
}

/* The server that alone is asked; family ADDRESS_NONE where the question is not pinned. */
static inline struct address questions_pinned(const struct questions *qs, const struct question *q)
{
    return q->pinned ? questions_past(qs, q)->pinned : (struct address){0};
}

static inline struct question_key questions_key(const struct questions *qs,
                                                const struct question *q)
{
    return (struct question_key){.name = questions_name(qs, q),
                                 .type = q->qtype,
                                 .checking_disabled = q->checking_disabled,
                                 .control = q->control,
                                 .own = q->own,
                                 .pinned = questions_pinned(qs, q)};
}

#endif
