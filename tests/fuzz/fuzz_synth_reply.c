/* Queries to the synthetic world of tests/bench. Property: silence, or a message with the query's
 * id that ldns reads to its last octet, no longer than a reply may be. */
#include <ldns/ldns.h>

#include "message.h"
#include "require.h"
#include "synth_reply.h"

static struct synth world_of(uint8_t seed)
{
    struct synth world = synth_default();
    world.seed = seed;
    for (enum synth_kind kind = 0; kind < SYNTH_PLAIN; kind++)
        world.share[kind] = 0.15;
    world.truncated = 0.1;
    world.glueless = 0.5;
    world.servers_count = 100;
    world.roots[0] = 1;
    world.root_count = 1;
    return world;
}

/* The first octet: bit 0 TCP, bit 1 an authority, bits 2 and 3 of which zone above the name. The
 * second is the world's seed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t reply[SYNTH_REPLY_MAX];
    struct message_head head;
    if (len < 2)
        return 0;
    struct synth world = world_of(data[1]);
    struct synth_query query = {.octets = data + 2, .len = len - 2, .tcp = (data[0] & 1) != 0};
    query.authority = (data[0] & 2) != 0;
    if (message_peek(query.octets, query.len, &head) && head.question_whole)
        query.asked = synth_server(&world, name_suffix(name_of(&head.qname), data[0] >> 2 & 3), 0);
    size_t reply_len = synth_reply(&world, &query, reply);
    require(reply_len <= SYNTH_REPLY_MAX);
    require(reply_len == 0 || reply_len >= 12);
    if (reply_len == 0)
        return 0;
    ldns_pkt *pkt = NULL;
    require(ldns_wire2pkt(&pkt, reply, reply_len) == LDNS_STATUS_OK);
    require(ldns_pkt_size(pkt) == reply_len && ldns_pkt_qr(pkt));
    require(ldns_pkt_id(pkt) == (query.octets[0] << 8 | query.octets[1]));
    ldns_pkt_free(pkt);
    return 0;
}
