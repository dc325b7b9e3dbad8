/* Queues of questions, linked through them. */
#include <assert.h>

#include "resolve_parts.h"

void resolve_queue_push(struct resolve *r, struct resolve_queue *queue, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    assert(q->timer.list == 0);
    q->queue_next = QUESTION_NONE;
    q->queue_prev = queue->tail;
    if (queue->tail != QUESTION_NONE)
        r->questions.list[queue->tail].queue_next = question;
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
    uint32_t next = r->questions.list[question].queue_next;
    uint32_t prev = r->questions.list[question].queue_prev;
    if (prev != QUESTION_NONE)
        r->questions.list[prev].queue_next = next;
    else
        queue->head = next;
    if (next != QUESTION_NONE)
        r->questions.list[next].queue_prev = prev;
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
