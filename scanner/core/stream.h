/* stream.h: DNS messages out of TCP octets (RFC 1035 section 4.2.2, RFC 7766): two octets of length
 * before each. One message a connection is what a survey needs; octets behind it are refused. */
#ifndef CAASCAN_STREAM_H
#define CAASCAN_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define STREAM_MAX (2u + 65535u)

enum stream_state { STREAM_MORE, STREAM_WHOLE, STREAM_OVERRUN };

struct stream {
    uint8_t *octets; /* STREAM_MAX of them, the caller's */
    size_t len;
};

/* Takes octets as they come. STREAM_WHOLE once the first message is complete, STREAM_OVERRUN if
 * more came than that message; then nothing of the surplus is stored. */
enum stream_state stream_take(struct stream *s, const uint8_t *octets, size_t len);

/* The message, once it is whole. */
static inline const uint8_t *stream_message(const struct stream *s)
{
    return s->octets + 2;
}

static inline size_t stream_message_len(const struct stream *s)
{
    return s->len - 2;
}

#endif
