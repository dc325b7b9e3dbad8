/* A reply and the keys of a zone. Properties: the verdict is one there is, with a reason where one
 * is due; the same octets have the same verdict; and nothing is secure by a key that signed
 * nothing. */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "require.h"
#include "verify.h"

#define KEY_LEN 36u
#define DS_LEN 36u

/* The key of `example.` in signed_reply.h, and its DS. */
static const uint8_t dnskey[KEY_LEN] = {0x01, 0x01, 0x03, 0x0f, 0x97, 0x4d, 0x96, 0xa2, 0x2d,
                                        0x22, 0x4b, 0xc0, 0x1a, 0xdb, 0x91, 0x50, 0x91, 0x47,
                                        0x7d, 0x44, 0xcc, 0xd9, 0x1c, 0x9a, 0x41, 0xa1, 0x14,
                                        0x30, 0x01, 0x01, 0x17, 0xd5, 0x2c, 0x59, 0x24, 0x0e};
static const uint8_t ds[DS_LEN] = {0x0e, 0x1d, 0x0f, 0x02, 0x12, 0xc2, 0x03, 0x06, 0xcc,
                                   0x95, 0x27, 0x5f, 0xc2, 0xd6, 0x0a, 0x95, 0xd5, 0x48,
                                   0xbd, 0x60, 0x06, 0xcb, 0xc8, 0x46, 0xaf, 0x2d, 0x7d,
                                   0x87, 0xb2, 0x08, 0x7d, 0x5a, 0xb6, 0x20, 0x59, 0xff};

static const uint8_t zone[] = "\x07"
                              "example";
static const uint8_t www[] = "\x03"
                             "www"
                             "\x07"
                             "example";

static const struct answer *keys_of(uint16_t qtype, bool wrong)
{
    static struct answer_parts parts;
    static _Alignas(8) uint8_t blob[1024];
    uint8_t rdata[KEY_LEN];
    struct answer_rr rr = {.rdata = rdata, .rdlen = sizeof rdata};
    memcpy(rdata, qtype == TYPE_DS ? ds : dnskey, sizeof rdata);
    rdata[KEY_LEN - 1] = (uint8_t)(rdata[KEY_LEN - 1] ^ wrong);
    parts = (struct answer_parts){.qname = {.wire = zone, .len = sizeof zone}, .rrs = &rr};
    parts.head = (struct answer){.qtype = qtype, .rr_count = 1};
    require(answer_build(&parts, blob, sizeof blob) > 0);
    return (const struct answer *)blob;
}

static struct verdict ask(const uint8_t *octets, size_t len, unsigned what, bool wrong)
{
    static struct verify_scratch *scratch;
    if (scratch == NULL)
        scratch = malloc(verify_scratch_size());
    require(scratch != NULL);
    static const uint16_t types[] = {TYPE_CAA, TYPE_DS, TYPE_DNSKEY, TYPE_CAA};
    struct verdict_request request = {.octets = octets,
                                      .len = len,
                                      .zone = {.wire = zone, .len = sizeof zone},
                                      .qname = {.wire = www, .len = sizeof www},
                                      .qtype = types[what % 4],
                                      .time_s = 1700000000};
    if (request.qtype == TYPE_DNSKEY)
        request.qname = request.zone;
    request.keys = keys_of(request.qtype == TYPE_DNSKEY ? TYPE_DS : TYPE_DNSKEY, wrong);
    return verify_reply(&request, scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < 13)
        return 0;
    struct verdict first = ask(data + 1, len - 1, data[0], false);
    struct verdict again = ask(data + 1, len - 1, data[0], false);
    require(first.status < DNSSEC_UNCHECKED);
    require((first.reason != VERDICT_NO_REASON) ==
            (first.status == DNSSEC_BOGUS || first.status == DNSSEC_INDETERMINATE));
    require(first.status == again.status && first.reason == again.reason);
    require(ask(data + 1, len - 1, data[0], true).status != DNSSEC_SECURE);
    return 0;
}
