/* octets.h: copying a few octets of a length known only at run time: a name, a record's data. A
 * call, or the processor's string instructions, would take longer than the copying. */
#ifndef CAASCAN_OCTETS_H
#define CAASCAN_OCTETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void octets_move16(uint8_t *to, const uint8_t *from)
{
    uint64_t words[2];
    memcpy(words, from, sizeof words);
    memcpy(to, words, sizeof words);
}

/* As memcpy, also with len 0 and any pointers. The last words overlap the ones before, so that no
 * octet is copied alone. */
static inline void octets_copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len >= 16) {
        for (size_t at = 0; at < len - 16; at += 16)
            octets_move16(to + at, from + at);
        octets_move16(to + len - 16, from + len - 16);
    } else if (len >= 8) {
        uint64_t first, last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else if (len >= 4) {
        uint32_t first, last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else if (len > 0) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

#endif
