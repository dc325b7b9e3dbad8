#include "question.h"

#include "expect.h"
#include "octets.h"
#include "servers.h"
#include <assert.h>

#define TAKEN_AHEAD 4u /* free questions that begin to be loaded before they are taken */

_Static_assert(offsetof(struct question, trust) == QUESTION_USUAL_OCTETS, "what is usual");

void questions_init(struct questions *q, struct arena *arena, const struct questions_config *config)
{
    size_t buckets = 1;
    while (buckets < 2 * config->usual)
        buckets *= 2;
    *q =
        (struct questions){.mask = buckets - 1, .count = config->count, .iterate = config->iterate};
    assert(config->count < QUESTION_NONE && config->waiters < QUESTION_NONE);
    q->list = arena_take(arena, config->count, sizeof *q->list);
    q->buckets = arena_take(arena, buckets, sizeof *q->buckets);
    q->waiter_next = arena_take_apart(arena, config->waiters, sizeof *q->waiter_next);
    q->free = arena_take_apart(arena, config->count, sizeof *q->free);
    pool_init(&q->past, arena, config->count, sizeof(struct question_past));
    pool_init(&q->sends, arena, config->count, sizeof(struct question_send));
    pool_init(&q->long_names, arena, config->count, sizeof(struct name_buffer));
}

void question_expect(const struct question *q)
{
    for (size_t i = 0; i < QUESTION_USUAL_OCTETS; i += 64)
        expect_line((const uint8_t *)q + i);
}

static uint32_t take_free(struct questions *q)
{
    if (q->free_count > 0) {
        if (q->free_count > TAKEN_AHEAD)
            question_expect(&q->list[q->free[q->free_count - 1 - TAKEN_AHEAD]]);
        return q->free[--q->free_count];
    }
    assert(q->fresh < q->count);
    return q->fresh++;
}

static void keep_name(struct questions *q, struct question *it, struct name name)
{
    uint8_t *octets = it->short_name;
    it->name_len = name.len;
    if (name.len > sizeof it->short_name) {
        uint32_t number = pool_take(&q->long_names);
        it->long_name = number;
        octets = ((struct name_buffer *)pool_at(&q->long_names, number))->wire;
    }
    octets_copy(octets, name.wire, name.len);
}

struct question_past *questions_need_past(struct questions *qs, struct question *q)
{
    if (q->past == 0) {
        q->past = pool_take(&qs->past);
        questions_past(qs, q)->failed_chain = 0;
    }
    return questions_past(qs, q);
}

struct question_send *questions_add_send(struct questions *qs, struct question *q)
{
    if (q->send_count == QUESTION_SENDS_MAX)
        return NULL;
    if (q->send_count == 0)
        q->first_send = pool_take(&qs->sends);
    else
        questions_need_past(qs, q);
    return questions_send(qs, q, q->send_count++);
}

void questions_forget_sends(struct questions *qs, struct question *q)
{
    if (q->send_count > 0)
        pool_give(&qs->sends, q->first_send);
    q->send_count = 0;
}

static bool is_pinned_as(const struct questions *qs, const struct question *q,
                         const struct address *pinned)
{
    if (!q->pinned)
        return pinned->family == ADDRESS_NONE;
    return address_equal(&questions_past(qs, q)->pinned, pinned);
}

uint32_t questions_find(const struct questions *q, const struct question_key *key, uint64_t hash)
{
    uint32_t link = q->buckets[hash & q->mask];
    while (link != 0) {
        const struct question *it = &q->list[link - 1];
        if (it->hash == hash && it->qtype == key->type &&
            it->checking_disabled == key->checking_disabled && it->control == key->control &&
            is_pinned_as(q, it, &key->pinned) && name_equal(questions_name(q, it), key->name))
            return link - 1;
        link = it->hash_next;
    }
    return QUESTION_NONE;
}

/* But for `scout`, which holds only once it is set. */
static void iteration_init(struct question *q)
{
    struct iteration *it = &q->iteration;
    q->trust = (struct trust){0};
    it->cut = it->first_cut = it->chain = 0;
    it->waits_for = QUESTION_NONE;
    it->asked_ipv4 = it->asked_ipv6 = 0;
    it->used_count = it->depth = it->sub_count = it->referrals = 0;
    it->had_server = false;
    it->budget = it->sub_failure = 0;
    it->limit_hit = it->anew = false;
}

uint32_t questions_new(struct questions *q, const struct question_key *key, uint64_t hash)
{
    uint32_t index = take_free(q);
    struct question *it = &q->list[index];
    q->used++;
    uint32_t *bucket = &q->buckets[hash & q->mask];
    it->hash = hash;
    it->hash_next = *bucket;
    *bucket = index + 1;
    it->waiter_head = it->waiter_tail = QUESTION_NONE;
    it->server = SERVERS_NONE;
    it->case_bits = 0;
    it->spared_us = 0;
    it->past = 0;
    it->sent = it->retries = it->step_sent = 0;
    it->qtype = key->type;
    it->state = QUESTION_READY;
    it->seen = CLASS_NONE;
    it->send_count = it->tried_count = 0;
    it->early_repeats = 0;
    it->failure = CLASS_NONE;
    it->checking_disabled = key->checking_disabled;
    it->control = key->control;
    it->own = key->own;
    it->pinned = key->pinned.family != ADDRESS_NONE;
    it->iterates = q->iterate;
    it->telling = it->mixed_case = it->is_aside = false;
    it->same_server = false;
    if (q->iterate)
        iteration_init(it);
    keep_name(q, it, key->name);
    if (it->pinned)
        questions_need_past(q, it)->pinned = key->pinned;
    return index;
}

void questions_join(struct questions *q, uint32_t question, uint32_t waiter)
{
    struct question *it = &q->list[question];
    if (it->waiter_tail != QUESTION_NONE)
        q->waiter_next[it->waiter_tail] = waiter;
    else
        it->waiter_head = waiter;
    it->waiter_tail = waiter;
}

uint32_t questions_next_waiter(struct questions *q, uint32_t question)
{
    struct question *it = &q->list[question];
    uint32_t waiter = it->waiter_head;
    if (waiter == QUESTION_NONE)
        return QUESTION_NONE;
    if (waiter == it->waiter_tail)
        it->waiter_head = it->waiter_tail = QUESTION_NONE;
    else
        it->waiter_head = q->waiter_next[waiter];
    return waiter;
}

void questions_unlist(struct questions *q, uint32_t question)
{
    uint32_t *link = &q->buckets[q->list[question].hash & q->mask];
    while (*link != question + 1)
        link = &q->list[*link - 1].hash_next;
    *link = q->list[question].hash_next;
}

void questions_free(struct questions *q, uint32_t question)
{
    struct question *it = &q->list[question];
    assert(it->state == QUESTION_DONE && it->waiter_head == QUESTION_NONE);
    it->state = QUESTION_FREE;
    questions_forget_sends(q, it);
    if (it->past != 0)
        pool_give(&q->past, it->past);
    if (it->name_len > sizeof it->short_name)
        pool_give(&q->long_names, it->long_name);
    q->free[q->free_count++] = question;
    q->used--;
}
