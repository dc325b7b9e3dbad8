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
#include "scout.h"
#include "timers.h"

#define QUESTION_NONE UINT32_MAX
#define ITERATION_USED_MAX 16u
#define QUESTION_SENDS_MAX 8u    /* earlier sends whose late replies are still taken */
#define QUESTION_NAME_INLINE 40u /* octets of a name kept in the question; few are longer */

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
    uint32_t asked_ipv4, asked_ipv6; /* bit i: the address of the cut's i-th server was asked for */
    uint8_t used_count;
    uint8_t depth;     /* of sub-questions above this one */
    uint8_t sub_count; /* sub-questions it asked */
    uint8_t referrals;
    bool had_server;         /* one could be chosen at this cut */
    uint8_t budget;          /* sends it may use, its sub-questions' included */
    uint8_t sub_failure;     /* enum error_class: the worst that looking for addresses came to */
    bool limit_hit;          /* an address was looked for up to a bound of work */
    bool anew;               /* for a control probe: known failures of keys are asked again */
    struct scout_wait scout; /* holds once it stands at a cut */
    uint64_t
        below_hash; /* likewise: of the name below the cut on the way to the name asked, or 0 */
    uint32_t used[ITERATION_USED_MAX]; /* servers that failed at this cut */
};

/* A reply that is held back until it is verified (trust.c). */
struct trust {
    uint32_t held;       /* in the store of such replies; 0: none */
    uint32_t keys;       /* that it is verified with, held; 0: none yet */
    uint8_t step;        /* enum held_step */
    uint8_t zone_labels; /* of the zone it is from, as far as known, a suffix of the name asked */
    uint8_t walk_labels; /* of the last name below that zone known not to be a cut */
    bool has_keys;       /* the zone is known to have keys */
    bool asked;          /* the verifier has it */
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
    struct timers_node timer;
    uint32_t hash_next, queue_next, queue_prev;
    uint32_t waiter_head, waiter_tail;
    uint32_t server;       /* asked now or last, held; SERVERS_NONE before the first */
    uint64_t case_bits;    /* 0: not drawn yet */
    uint32_t blob;         /* once done; 0 where the store had no room for it */
    uint32_t failed_chain; /* blob: the aliases of the reply that failed, held; 0: none */
    uint32_t spared_us;    /* of the waits of its attempts at this cut, by early repeats */
    uint16_t sent, retries;
    uint16_t step_sent; /* sends to the zone at hand, all its servers */
    uint16_t qtype;
    union { /* the attempt under way */
        struct {
            uint16_t channel, id; /* over UDP: as in the table of flights */
        };
        uint32_t tcp_channel; /* of its connection */
    };
    uint8_t state; /* enum question_state */
    uint8_t seen;  /* enum error_class: what the attempt under way got instead of a reply */
    uint8_t send_count, tried_count;
    bool checking_disabled;
    bool control;
    bool own;              /* as in the key */
    bool iterates;         /* else `trust` and `iteration` mean nothing */
    bool same_server;      /* the next send goes to `server` again */
    bool telling;          /* the attempt under way: silence would mean loss */
    bool mixed_case;       /* the attempt under way carries the name in the case of case_bits */
    bool is_aside;         /* the attempt under way is in resolve's table of those */
    uint8_t early_repeats; /* at this cut */
    uint8_t failure;       /* enum error_class: the worst so far (question_past has more of it) */
    struct ask ask;
    struct address pinned; /* as in the key */
    uint8_t short_name[QUESTION_NAME_INLINE];
    struct name qname; /* lies above or, a long one, in the table's long_names */
    struct trust trust;
    struct iteration iteration;
    struct question_send first_send; /* that a late reply may come to */
};

#define QUESTION_USUAL_OCTETS 192u

/* What most questions never need, kept apart so that its memory is touched only then. */
struct question_past {
    struct question_send sends[QUESTION_SENDS_MAX];
    struct question_try tried[ANSWER_TRIED_MAX];
    struct answer failed; /* the worst failure so far; holds once the question has a failure */
};

struct questions {
    struct question *list;
    struct question_past *past;     /* by question */
    struct name_buffer *long_names; /* by question */
    uint32_t *buckets;              /* 1 + first question, 0: empty */
    uint32_t *waiter_next;          /* by waiter; holds for all but the last of a question's */
    size_t mask, count;
    uint32_t *free; /* used before and free now, as a stack: the last one is still at hand */
    uint32_t free_count;
    uint32_t fresh; /* questions from here on were never used: their memory is untouched */
    uint32_t used;
    bool iterate;
};

/* Room for count questions, and for waiters numbered below `waiters`. `iterate`: authorities will
 * be asked, else resolvers. */
void questions_init(struct questions *q, struct arena *arena, size_t count, size_t waiters,
                    bool iterate);

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

/* The i-th of a question's sends that are remembered. */
static inline struct question_send *questions_send(const struct questions *qs, struct question *q,
                                                   size_t i)
{
    return i == 0 ? &q->first_send : &qs->past[q - qs->list].sends[i];
}

static inline struct question_try *questions_try(const struct questions *qs,
                                                 const struct question *q, size_t i)
{
    return &qs->past[q - qs->list].tried[i];
}

static inline struct answer *questions_failed(const struct questions *qs, const struct question *q)
{
    return &qs->past[q - qs->list].failed;
}

/* No longer to be found by an equal question; its slot stays until questions_free. */
void questions_unlist(struct questions *q, uint32_t question);
void questions_free(struct questions *q, uint32_t question);

/* Is it none that its name and type in a reply lead to? Probes, questions to one server, and those
 * that stand at an alias target. */
static inline bool question_is_aside(const struct question *q)
{
    return q->control || q->checking_disabled || q->pinned.family != ADDRESS_NONE ||
           (q->iterates && q->iteration.chain != 0);
}

static inline struct question_key question_key_of(const struct question *q)
{
    return (struct question_key){.name = q->qname,
                                 .type = q->qtype,
                                 .checking_disabled = q->checking_disabled,
                                 .control = q->control,
                                 .own = q->own,
                                 .pinned = q->pinned};
}

#endif
