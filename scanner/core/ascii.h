/* ascii.h: classes of octets, without a locale. Case is folded as in RFC 4343. */
#ifndef CAASCAN_ASCII_H
#define CAASCAN_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ascii_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static inline uint8_t ascii_lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

static inline bool ascii_alpha(uint8_t octet)
{
    uint8_t folded = (uint8_t)(octet | 0x20);
    return folded >= 'a' && folded <= 'z';
}

static inline bool ascii_alnum(uint8_t octet)
{
    return ascii_digit(octet) || ascii_alpha(octet);
}

/* Space, tab, vertical tab, form feed, carriage return, line feed. */
static inline bool ascii_space(uint8_t octet)
{
    return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

#endif
