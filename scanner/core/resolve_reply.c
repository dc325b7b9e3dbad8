/* What a whole reply means to its question and to its server. */
#include "alias.h"
#include "iterate.h"
#include "resolve_parts.h"
#include "trust.h"

/* Extended errors by which a resolver says that validation failed (RFC 8914 sections 4.7 to 4.13).
 */
static bool shows_bogus(const struct answer *head)
{
    for (size_t i = 0; i < head->ede_count; i++) {
        if (head->ede[i] >= 6 && head->ede[i] <= 12)
            return true;
    }
    return false;
}

void resolve_stamp_reply(struct resolve *r, const struct question *q, uint64_t arrived_ns)
{
    struct answer *head = &r->parts->head;
    uint64_t rtt_us = (arrived_ns - q->sent_ns) / 1000;
    head->server = r->servers.list[q->server].address;
    head->rtt_us = rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX;
    head->protocol = q->ask.tcp ? PROTOCOL_TCP : PROTOCOL_UDP;
}

/* Is the failure in r->parts one by which servers refuse EDNS, or show that they can't speak it?
 * FORMERR is (RFC 6891 section 7), and NOTIMP and SERVFAIL were (RFC 2671 section 5.3). SERVFAIL
 * has many other causes: it counts without an OPT record only. So does a second OPT record (RFC
 * 6891 section 6.1.1). These two count once, and where the answer would not lack signatures. */
static bool refuses_edns(const struct resolve *r, const struct question *q)
{
    const struct answer *head = &r->parts->head;
    if (!exchange_had_edns(r, q))
        return false;
    if (head->failure == CLASS_FORMERR || head->failure == CLASS_NOTIMP)
        return true;
    bool shows = (head->failure == CLASS_SERVFAIL && (head->flags & ANSWER_OPT) == 0) ||
                 (head->flags & ANSWER_OPT_AGAIN) != 0;
    return shows && !q->ask.edns_refused && exchange_may_spare_edns(r, q);
}

void resolve_reply_failed(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    const struct answer *head = &r->parts->head;
    if (resolve_is_final(head->failure)) {
        ask_next(&q->ask, ASK_ANSWERED);
        resolve_settle_reply(r, question, now_ns);
        return;
    }
    enum ask_event event = refuses_edns(r, q) ? ASK_EDNS_REFUSED : ASK_FAILED;
    resolve_note_failed_reply(r, q);
    resolve_take_step(r, question, ask_next(&q->ask, event), now_ns);
}

/* Where the server's connections are known to lead nowhere another server is asked. */
static void take_truncated(struct resolve *r, uint32_t question, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    bool dead = !q->ask.tcp && exchange_tcp_is_dead(&r->servers.list[q->server]);
    if (q->ask.tcp || dead)
        resolve_note_failure(r, q, CLASS_TRUNCATED_NO_TCP);
    resolve_take_step(r, question, ask_next(&q->ask, dead ? ASK_FAILED : ASK_TRUNCATED), now_ns);
}

/* That the question's server has answered it. */
static void note_reply(struct resolve *r, const struct question *q, uint64_t now_ns)
{
    uint64_t rtt_us = (now_ns - q->sent_ns) / 1000;
    servers_answered(&r->servers, q->server, rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX,
                     now_ns);
    window_answered(&r->window, q->sent_ns, now_ns);
}

/* r->parts holds a reply that is a failure: is it that of a resolver's validation? */
static void judge_failure(struct resolve *r)
{
    struct answer *head = &r->parts->head;
    if (r->root_cut == 0 && head->failure == CLASS_SERVFAIL && shows_bogus(head))
        head->failure = CLASS_DNSSEC_BOGUS;
    if (head->failure == CLASS_DNSSEC_BOGUS)
        head->dnssec = DNSSEC_BOGUS;
}

void resolve_reply(struct resolve *r, uint32_t question, const struct message_decode_args *args,
                   bool truncated, uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    note_reply(r, q, now_ns);
    struct answer *head = &r->parts->head;
    bool provable = head->failure == CLASS_NONE || alias_shows(head->failure);
    if (r->root_cut != 0 && !truncated && provable) {
        resolve_stamp_reply(r, q, now_ns);
        if (trust_take(r, question, args, now_ns))
            return;
        iterate_returned(r, q);
        if (head->failure == CLASS_NONE)
            iterate_reply(r, question, args, now_ns);
        else
            resolve_reply_failed(r, question, now_ns);
        return;
    }
    if (r->root_cut != 0)
        iterate_returned(r, q);
    if (truncated) {
        take_truncated(r, question, now_ns);
        return;
    }
    resolve_stamp_reply(r, q, now_ns);
    head->dnssec = DNSSEC_UNCHECKED;
    judge_failure(r);
    resolve_reply_failed(r, question, now_ns);
}

void resolve_note_late(struct resolve *r, uint32_t question, uint32_t server, uint64_t sent_ns,
                       uint64_t now_ns)
{
    struct question *q = &r->questions.list[question];
    uint32_t current = q->server;
    uint64_t current_sent_ns = q->sent_ns;
    servers_hold(&r->servers, current);
    resolve_set_server(r, q, server);
    q->sent_ns = sent_ns;
    note_reply(r, q, now_ns);
    if (r->root_cut != 0)
        iterate_returned(r, q);
    resolve_stamp_reply(r, q, now_ns);
    r->parts->head.dnssec = DNSSEC_UNCHECKED;
    judge_failure(r);
    resolve_note_failed_late(r, q);
    q->sent_ns = current_sent_ns;
    resolve_set_server(r, q, current);
    servers_release(&r->servers, current);
}
