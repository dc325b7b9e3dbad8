#include "repeat.h"

#include "resolve.h"

#define MS 1000000ull
#define WAIT_LEAST_NS (25 * MS)
#define WAIT_BETWEEN_NS (35 * MS) /* 25 ms times the square root of 2 */

/* With more of them, others would have been answered meanwhile if the server were there. */
#define FEW_IN_FLIGHT 16u

/* A worker that comes so much too late has replies that it has not read yet. */
#define LATE_TURN_NS (20 * MS)
#define LATE_TURN_WAIT_NS (50 * MS)

void repeat_set_waits(struct timers *t, size_t first)
{
    for (size_t i = 0; i < REPEAT_WAITS; i++)
        timers_set_wait(t, first + i, (i % 2 == 0 ? WAIT_LEAST_NS : WAIT_BETWEEN_NS) << i / 2);
}

static uint64_t list_wait_ns(const struct resolve *r, size_t list)
{
    return r->timers.lists[list].wait_ns;
}

static uint64_t whole_wait_ns(const struct resolve *r, const struct question *q)
{
    return list_wait_ns(r, RESOLVE_LIST_UDP + (size_t)q->ask.attempt);
}

/* Comes again in about wait_ns, and hardly later than in most_ns. */
static void come_again(struct resolve *r, uint32_t question, uint64_t wait_ns, uint64_t most_ns,
                       uint64_t now_ns)
{
    size_t list = RESOLVE_LIST_REPEAT;
    while (list + 1 < RESOLVE_LIST_COUNT && list_wait_ns(r, list) < wait_ns)
        list++;
    while (list > RESOLVE_LIST_REPEAT && list_wait_ns(r, list) > most_ns)
        list--;
    timers_add(&r->timers, list, question, now_ns);
}

/* How long the attempt is waited for before it is repeated early, as far as is known today. */
static uint64_t usual_wait_ns(const struct resolve *r, const struct question *q)
{
    uint64_t wait_ns = servers_wait_ns(&r->servers, q->server);
    unsigned doublings = q->ask.attempt;
    return wait_ns > UINT64_MAX >> doublings ? UINT64_MAX : wait_ns << doublings;
}

/* A server that has not answered yet may have when the first wait is over. Where late replies would
 * not be known for what they are, nothing is repeated early. */
void repeat_sent(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    const struct question *q = &r->questions.list[question];
    uint64_t whole_ns = whole_wait_ns(r, q);
    uint64_t wait_ns = usual_wait_ns(r, q);
    if (wait_ns == UINT64_MAX && q->ask.attempt == 0)
        wait_ns = SERVERS_WAIT_LEAST_NS;
    bool never = question_is_aside(q) || q->ask.attempt + 1 >= q->ask.attempts_max ||
                 q->early_repeats >= q->ask.attempts_max / 2;
    if (never || wait_ns >= whole_ns)
        timers_add(&r->timers, RESOLVE_LIST_UDP + (size_t)q->ask.attempt, question, now_ns);
    else
        come_again(r, question, wait_ns, whole_ns, now_ns);
}

/* How much longer to wait at least, or 0: it is time. */
static uint64_t wait_more_ns(const struct resolve *r, const struct question *q, uint64_t due_ns,
                             uint64_t now_ns)
{
    uint64_t elapsed_ns = now_ns - q->sent_ns;
    uint64_t usual_ns = usual_wait_ns(r, q);
    if (now_ns - due_ns > LATE_TURN_NS)
        return LATE_TURN_WAIT_NS;
    uint64_t known_ns = servers_knows_in_ns(&r->servers, q->server,
                                            servers_wait_ns(&r->servers, q->server), now_ns);
    if (known_ns > 0)
        return known_ns < elapsed_ns ? known_ns : elapsed_ns;
    if (elapsed_ns < usual_ns)
        return usual_ns - elapsed_ns;
    if (window_loses_much(&r->window))
        return elapsed_ns;
    bool by_clock = q->early_repeats == 0 && r->servers.list[q->server].in_flight <= FEW_IN_FLIGHT;
    if (!by_clock && !servers_overtook(&r->servers, q->server, q->sent_ns))
        return elapsed_ns;
    return 0;
}

enum repeat repeat_due(struct resolve *r, uint32_t question, bool last, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    uint64_t elapsed_ns = now_ns - q->sent_ns;
    uint64_t whole_ns = whole_wait_ns(r, q);
    uint64_t most_ns = whole_ns + (last ? q->spared_us * 1000ull : 0);
    if (elapsed_ns >= most_ns) {
        uint64_t over_us = (elapsed_ns - most_ns) / 1000;
        q->spared_us -= over_us < q->spared_us ? (uint32_t)over_us : q->spared_us;
        return REPEAT_IS_OVER;
    }
    uint64_t left_ns = most_ns - elapsed_ns;
    uint64_t wait_ns =
        last ? left_ns : wait_more_ns(r, q, timers_deadline_ns(&r->timers, question), now_ns);
    if (wait_ns > 0) {
        come_again(r, question, wait_ns, left_ns, now_ns);
        return REPEAT_NOT_YET;
    }
    q->spared_us += (uint32_t)(left_ns / 1000); /* far below 2^32: an hour */
    q->early_repeats++;
    return REPEAT_EARLY;
}
