/* TCP octets cut anywhere. Property: after each piece the stream is where a count of octets says it
 * is, it never stores more than the message, and what it stores is what came. */
#include <string.h>

#include "require.h"
#include "stream.h"

static enum stream_state expected(const uint8_t *octets, size_t fed)
{
    if (fed < 2)
        return STREAM_MORE;
    size_t needed = 2 + ((size_t)octets[0] << 8 | octets[1]);
    if (fed == needed)
        return STREAM_WHOLE;
    return fed < needed ? STREAM_MORE : STREAM_OVERRUN;
}

/* The first octet says how large the pieces are: each is that many octets longer than the one
 * before, modulo 61. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t room[STREAM_MAX];
    struct stream s = {.octets = room};
    if (len == 0)
        return 0;
    size_t growth = data[0], piece = growth % 61;
    const uint8_t *octets = data + 1;
    for (size_t fed = 0, left = len - 1; left > 0; piece = (piece + growth) % 61) {
        size_t n = piece < left ? piece : left;
        if (piece == 0)
            n = 1;
        enum stream_state state = stream_take(&s, octets + fed, n);
        fed += n;
        left -= n;
        require(state == expected(octets, fed));
        require(s.len <= fed && s.len <= STREAM_MAX);
        require(memcmp(room, octets, s.len) == 0);
        require(state != STREAM_WHOLE || stream_message_len(&s) == fed - 2);
    }
    return 0;
}
