/* What has failed of a question so far: each try, and the worst failure. */
#include "resolve_parts.h"

/* A failure that lies in the names, not in the server, is the answer: asking on would show the
 * same. */
bool resolve_is_final(enum error_class c)
{
    switch (c) {
    case CLASS_NONE:
    case CLASS_CNAME_LOOP:
    case CLASS_CNAME_CHAIN_TOO_LONG:
    case CLASS_INCOMPLETE_CHAIN:
    case CLASS_DNAME_OVERFLOW:
    case CLASS_MULTI_CNAME:
        return true;
    default:
        return false;
    }
}

void resolve_drop_failed_chain(struct resolve *r, const struct question *q)
{
    if (q->past == 0)
        return;
    struct question_past *past = questions_past(&r->questions, q);
    store_drop(r->store, past->failed_chain);
    past->failed_chain = 0;
}

void resolve_forget_failure(struct resolve *r, struct question *q)
{
    q->failure = CLASS_NONE;
    resolve_drop_failed_chain(r, q);
}

void resolve_set_failed(struct resolve *r, struct question *q, const struct answer *failed)
{
    resolve_forget_failure(r, q);
    q->failure = failed->failure;
    questions_need_past(&r->questions, q)->failed = *failed;
}

/* The aliases of the failed reply in r->parts outlive it as an answer of their own. */
static uint32_t keep_failed_chain(struct resolve *r, const struct question *q)
{
    if (r->parts->head.chain_count == 0)
        return 0;
    r->parts->qname = questions_name(&r->questions, q);
    r->parts->head.rr_count = 0;
    r->parts->head.tried_count = 0;
    r->parts->zone = r->parts->set_zone = (struct answer_zone){0};
    return resolve_store(r, r->parts);
}

void resolve_restore_chain(struct resolve *r, const struct question *q)
{
    r->parts->head.chain_count = 0;
    r->parts->error_name = (struct name){0};
    uint32_t chain = q->past != 0 ? questions_past(&r->questions, q)->failed_chain : 0;
    if (chain == 0)
        return;
    const struct answer *kept = store_octets(r->store, chain);
    r->parts->head.chain_count = kept->chain_count;
    r->parts->error_name = answer_error_name(kept);
    for (size_t i = 0; i < kept->chain_count; i++)
        r->parts->chain[i] = answer_chain(kept, i);
}

static void note_try(struct resolve *r, struct question *q, enum error_class result)
{
    struct question_past *past = questions_need_past(&r->questions, q);
    if (q->tried_count < ANSWER_TRIED_MAX)
        past->tried[q->tried_count++] = (struct question_try){
            .server = r->servers.list[q->server].address, .result = (uint8_t)result};
    struct iteration *it = &q->iteration;
    if (q->iterates && it->used_count < ITERATION_USED_MAX)
        past->used[it->used_count++] = q->server;
}

/* What seemed lost has come, as a failure. */
static void change_try(struct resolve *r, struct question *q, enum error_class result)
{
    const struct address *server = &r->servers.list[q->server].address;
    for (size_t i = 0; i < q->tried_count; i++) {
        struct question_try *it = &questions_past(&r->questions, q)->tried[i];
        if (it->result == CLASS_TIMEOUT && address_equal(&it->server, server)) {
            it->result = (uint8_t)result;
            return;
        }
    }
}

/* Of all failures the worst is kept. With a reply it is the one in r->parts. */
static void keep_failure(struct resolve *r, struct question *q, enum error_class result,
                         const struct answer *reply)
{
    if (ask_worse((enum error_class)q->failure, result) == q->failure)
        return;
    struct answer failed = {.rcode = -1, .dnssec = DNSSEC_UNCHECKED};
    if (reply != NULL)
        failed = *reply;
    failed.failure = (uint8_t)result;
    resolve_set_failed(r, q, &failed);
    if (reply != NULL)
        questions_past(&r->questions, q)->failed_chain = keep_failed_chain(r, q);
}

void resolve_note_failure(struct resolve *r, struct question *q, enum error_class result)
{
    note_try(r, q, result);
    keep_failure(r, q, result, NULL);
}

void resolve_note_failed_reply(struct resolve *r, struct question *q)
{
    const struct answer *head = &r->parts->head;
    note_try(r, q, head->failure);
    keep_failure(r, q, head->failure, head);
}

void resolve_note_failed_late(struct resolve *r, struct question *q)
{
    const struct answer *head = &r->parts->head;
    change_try(r, q, head->failure);
    keep_failure(r, q, head->failure, head);
}
