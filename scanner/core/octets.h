/* octets.h: a few octets of a length known only at run time: a name, a record's data, a line. To
 * copy or to search them by a call, or by the processor's string instructions, would take longer
 * than the copying or the search itself. */
#ifndef CAASCAN_OCTETS_H
#define CAASCAN_OCTETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OCTETS_WORD 8u

/* Eight octets, the first in the lowest place: one load where the machine is little-endian. */
static inline uint64_t octets_word(const uint8_t *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

/* The same from `at` on, which is below len, with zeros for what lies behind the end. */
static inline uint64_t octets_word_within(const uint8_t *octets, size_t len, size_t at)
{
    size_t left = len - at;
    if (left >= OCTETS_WORD)
        return octets_word(octets + at);
    if (len >= OCTETS_WORD)
        return octets_word(octets + len - OCTETS_WORD) >> 8 * (OCTETS_WORD - left);
    uint64_t word = 0;
    for (size_t i = 0; i < left; i++)
        word |= (uint64_t)octets[at + i] << 8 * i;
    return word;
}

/* Writes a word as octets_word reads it: one store where the machine is little-endian. */
static inline void octets_put_word(uint8_t *to, uint64_t word)
{
    to[0] = (uint8_t)word;
    to[1] = (uint8_t)(word >> 8);
    to[2] = (uint8_t)(word >> 16);
    to[3] = (uint8_t)(word >> 24);
    to[4] = (uint8_t)(word >> 32);
    to[5] = (uint8_t)(word >> 40);
    to[6] = (uint8_t)(word >> 48);
    to[7] = (uint8_t)(word >> 56);
}

/* 0x80 in the place of each octet that is the one looked for, 0 in the others. */
static inline uint64_t octets_found(uint64_t word, uint8_t octet)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t differs = word ^ ones * octet;
    return ~(((differs & ones * 0x7F) + ones * 0x7F) | differs | ones * 0x7F);
}

/* The place of the first octet that octets_found found; `found` is not 0. */
static inline size_t octets_first(uint64_t found)
{
    return (size_t)__builtin_ctzll(found) / 8;
}

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
