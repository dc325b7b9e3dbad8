/* Queues of questions, linked through them. */
#include <assert.h>

#include "resolve_parts.h"

void resolve_queue_push(struct resolve *r, struct resolve_queue *queue, uint32_t question)
{
    struct timers_node *links = timers_node(&r->timers, question);
    assert(links->list == 0);
    links->next = QUESTION_NONE;
    links->prev = queue->tail & QUESTION_NONE;
    if (queue->tail != QUESTION_NONE)
        timers_node(&r->timers, queue->tail)->next = question & QUESTION_NONE;
    else
        queue->head = question;
    queue->tail = question;
    queue->count++;
}

uint32_t resolve_queue_pop(struct resolve *r, struct resolve_queue *queue)
{
    uint32_t question = queue->head;
    if (question != QUESTION_NONE)
        resolve_queue_remove(r, queue, question);
    return question;
}

void resolve_queue_remove(struct resolve *r, struct resolve_queue *queue, uint32_t question)
{
    uint32_t next = resolve_queue_next(r, question);
    uint32_t prev = (uint32_t)timers_node(&r->timers, question)->prev;
    if (prev != QUESTION_NONE)
        timers_node(&r->timers, prev)->next = next & QUESTION_NONE;
    else
        queue->head = next;
    if (next != QUESTION_NONE)
        timers_node(&r->timers, next)->prev = prev & QUESTION_NONE;
    else
        queue->tail = prev;
    queue->count--;
}

void resolve_make_ready(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    q->state = QUESTION_READY;
    resolve_queue_push(r, q->ask.tcp ? &r->ready_tcp : &r->ready, question);
}
