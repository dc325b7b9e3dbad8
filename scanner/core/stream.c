#include "stream.h"

#include <string.h>

/* How many octets the message needs in all, as far as is known. */
static size_t needed(const struct stream *s)
{
    return s->len < 2 ? 2 : 2 + ((size_t)s->octets[0] << 8 | s->octets[1]);
}

enum stream_state stream_take(struct stream *s, const uint8_t *octets, size_t len)
{
    while (len > 0 && s->len < needed(s)) {
        size_t want = needed(s) - s->len;
        size_t n = len < want ? len : want;
        memcpy(s->octets + s->len, octets, n);
        s->len += n;
        octets += n;
        len -= n;
    }
    if (len > 0)
        return STREAM_OVERRUN;
    return s->len >= 2 && s->len == needed(s) ? STREAM_WHOLE : STREAM_MORE;
}
