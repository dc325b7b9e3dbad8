/* Sends whose wait is over, and datagrams that are no reply to one under way: a late reply to a
 * question still open is as good as any, and one with a wrong id is counted for its question. */
#include "exchange_parts.h"
#include "iterate.h"

static struct question_send *find_send(const struct resolve *r, struct question *q,
                                       uint32_t channel, uint16_t id)
{
    for (size_t i = 0; i < q->send_count; i++) {
        struct question_send *send = questions_send(&r->questions, q, i);
        if (send->channel == channel && send->id == id)
            return send;
    }
    return NULL;
}

void exchange_keep_send(struct resolve *r, struct question *q, bool answered, bool under_way)
{
    struct question_send *send = questions_add_send(&r->questions, q);
    if (send == NULL)
        return;
    *send = (struct question_send){.sent_ns = q->sent_ns,
                                   .channel = q->channel,
                                   .id = q->id,
                                   .mixed_case = q->mixed_case,
                                   .answered = answered,
                                   .telling = q->telling,
                                   .under_way = under_way,
                                   .address = r->servers.list[q->server].address,
                                   .server = q->server};
}

/* (socket, peer, question) as a key of r->aside. */
static uint64_t aside_hash(const struct resolve *r, struct name name, uint16_t type,
                           const struct address *peer, uint32_t channel)
{
    struct name octets = {.wire = peer->octets, .len = sizeof peer->octets};
    return name_hash(octets, name_hash(name, r->hash_seed ^ type) ^ channel);
}

static uint64_t aside_hash_of(const struct resolve *r, const struct question *q)
{
    const struct address *peer = &r->servers.list[q->server].address;
    return aside_hash(r, resolve_name(r, q), q->qtype, peer, q->channel);
}

/* Equal questions are found by name and type (exchange_take_stray), others so. */
void exchange_put_aside(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    if (!question_is_aside(q))
        return;
    uint64_t hash = aside_hash_of(r, q);
    q->is_aside = flight_add(&r->aside, question, (uint16_t)hash, (uint16_t)(hash >> 16));
}

void exchange_take_from_aside(struct resolve *r, struct question *q)
{
    if (!q->is_aside)
        return;
    uint64_t hash = aside_hash_of(r, q);
    flight_remove(&r->aside, (uint16_t)hash, (uint16_t)(hash >> 16));
    q->is_aside = false;
}

/* An authority that the question let go of may have lost its entry since. */
static uint32_t server_of_send(struct resolve *r, const struct question_send *send, uint64_t now_ns)
{
    if (r->root_cut == 0)
        return send->server;
    return servers_find(&r->servers, &send->address, r->limit->server_count, now_ns);
}

/* Does it wait for a reply over UDP, or to be asked again? */
static bool is_being_asked(const struct question *q)
{
    return q->state == QUESTION_WAIT_UDP ||
           (!q->ask.tcp && (q->state == QUESTION_READY || q->state == QUESTION_PAUSED));
}

/* Whatever it waits for, it waits no more. */
static void call_back(struct resolve *r, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    if (q->state == QUESTION_WAIT_UDP) {
        exchange_keep_send(r, q, false, false);
        exchange_end(r, question);
    } else if (q->state == QUESTION_READY) {
        resolve_queue_remove(r, &r->ready, question);
    } else {
        timers_remove(&r->timers, question);
    }
}

/* Takes the late reply to an earlier send of a question still open, which is as good as any.
 * Returns false where it is none. */
static bool take_late(struct resolve *r, uint64_t now_ns, const struct door_event *event,
                      const struct message_head *head, uint32_t question)
{
    struct question *q = &r->questions.list[question];
    struct question_send *send = find_send(r, q, event->channel, head->id);
    if (send == NULL || !head->qr || !exchange_asks(r, head, q) ||
        !address_equal(&send->address, &event->peer) ||
        (send->mixed_case && !exchange_echoes_case(r, q, event)))
        return false;
    uint32_t server = server_of_send(r, send, now_ns);
    if (send->answered || server == SERVERS_NONE) {
        stats_add(r->stats, COUNTER_WRONG_ID, 1);
        return true;
    }
    send->answered = true;
    if (send->under_way)
        window_ended(&r->window, send->telling, send->sent_ns);
    send->under_way = false;
    stats_add(r->stats, COUNTER_LATE_REPLIES, 1);
    struct message_decode_args args = exchange_decode(r, q, event, head);
    if (exchange_is_failure(r, head)) {
        resolve_note_late(r, question, server, send->sent_ns, now_ns);
        return true;
    }
    call_back(r, question);
    resolve_set_server(r, q, server);
    q->sent_ns = send->sent_ns;
    resolve_reply(r, question, &args, head->tc, now_ns);
    return true;
}

/* Is it out to this peer, on this channel? */
static bool is_out(const struct resolve *r, uint32_t question, const struct door_event *event)
{
    const struct question *q = &r->questions.list[question];
    return q->state == QUESTION_WAIT_UDP && q->channel == event->channel &&
           address_equal(&r->servers.list[q->server].address, &event->peer);
}

static uint32_t find_aside(const struct resolve *r, const struct door_event *event,
                           const struct message_head *head)
{
    uint64_t hash = aside_hash(r, name_of(&head->qname), head->type, &event->peer, event->channel);
    uint32_t question = flight_find(&r->aside, (uint16_t)hash, (uint16_t)(hash >> 16));
    if (question == FLIGHT_NONE || !exchange_asks(r, head, &r->questions.list[question]))
        return QUESTION_NONE;
    return question;
}

void exchange_take_stray(struct resolve *r, uint64_t now_ns, const struct door_event *event,
                         const struct message_head *head)
{
    struct question_key key = {.name = name_of(&head->qname), .type = head->type};
    uint32_t question = QUESTION_NONE;
    if (head->question_whole)
        question = questions_find(&r->questions, &key, question_key_hash(&key, r->hash_seed));
    if (question != QUESTION_NONE && is_being_asked(&r->questions.list[question]) &&
        take_late(r, now_ns, event, head, question))
        return;
    uint32_t late = late_find(&r->late, event->channel, head->id);
    if (late != FLIGHT_NONE && is_being_asked(&r->questions.list[late]) &&
        take_late(r, now_ns, event, head, late))
        return;
    bool attributed = question != QUESTION_NONE && is_out(r, question, event);
    if (!attributed && head->question_whole)
        question = find_aside(r, event, head);
    attributed = question != QUESTION_NONE && is_out(r, question, event);
    if (attributed)
        exchange_mark(r, &r->questions.list[question], CLASS_ID_MISMATCH, COUNTER_WRONG_ID);
    else
        stats_add(r->stats, COUNTER_WRONG_ID, 1);
}
