#include "address.h"

#include <string.h>

/* Writes a group in hexadecimal without leading zeros. Returns its digits. */
static size_t group_text(unsigned group, char *out)
{
    unsigned digits = 1u + (group > 0xF) + (group > 0xFF) + (group > 0xFFF);
    for (unsigned i = digits; i > 0; i--, group >>= 4)
        out[i - 1] = "0123456789abcdef"[group & 0xF];
    return digits;
}

static size_t port_text(unsigned port, char *out)
{
    unsigned digits = 1u + (port > 9) + (port > 99) + (port > 999) + (port > 9999);
    for (unsigned i = digits; i > 0; i--, port /= 10)
        out[i - 1] = (char)('0' + port % 10);
    return digits;
}

/* The octets' values in decimal with a dot behind each: to copy one takes no branch on how many
 * digits it has. */
#define ONES(entry, hundreds, tens)                                                                \
    entry(hundreds, tens, '0'), entry(hundreds, tens, '1'), entry(hundreds, tens, '2'),            \
        entry(hundreds, tens, '3'), entry(hundreds, tens, '4'), entry(hundreds, tens, '5')
#define ALL_ONES(entry, hundreds, tens)                                                            \
    ONES(entry, hundreds, tens), entry(hundreds, tens, '6'), entry(hundreds, tens, '7'),           \
        entry(hundreds, tens, '8'), entry(hundreds, tens, '9')
#define TENS(entry, hundreds)                                                                      \
    ALL_ONES(entry, hundreds, '1'), ALL_ONES(entry, hundreds, '2'),                                \
        ALL_ONES(entry, hundreds, '3'), ALL_ONES(entry, hundreds, '4')
#define ALL_TENS(entry, hundreds)                                                                  \
    TENS(entry, hundreds), ALL_ONES(entry, hundreds, '5'), ALL_ONES(entry, hundreds, '6'),         \
        ALL_ONES(entry, hundreds, '7'), ALL_ONES(entry, hundreds, '8'),                            \
        ALL_ONES(entry, hundreds, '9')
#define OF_ONE(hundreds, tens, ones)                                                               \
    {                                                                                              \
        (ones), '.'                                                                                \
    }
#define OF_TWO(hundreds, tens, ones)                                                               \
    {                                                                                              \
        (tens), (ones), '.'                                                                        \
    }
#define OF_THREE(hundreds, tens, ones)                                                             \
    {                                                                                              \
        (hundreds), (tens), (ones), '.'                                                            \
    }

static const char octet_texts[256][4] = {
    ALL_ONES(OF_ONE, '0', '0'), ALL_TENS(OF_TWO, '0'),        ALL_ONES(OF_THREE, '1', '0'),
    ALL_TENS(OF_THREE, '1'),    ALL_ONES(OF_THREE, '2', '0'), TENS(OF_THREE, '2'),
    ONES(OF_THREE, '2', '5'),
};

/* Writes four octets; returns behind the dot. */
static inline char *put_octet(char *out, unsigned value)
{
    memcpy(out, octet_texts[value], sizeof octet_texts[value]);
    return out + 2 + (value > 9 ? 1 : 0) + (value > 99 ? 1 : 0);
}

static size_t ipv4_text(const uint8_t *octets, char *out)
{
    char *end = put_octet(out, octets[0]);
    end = put_octet(end, octets[1]);
    end = put_octet(end, octets[2]);
    end = put_octet(end, octets[3]);
    return (size_t)(end - out) - 1;
}

static unsigned group_at(const uint8_t *octets, size_t i)
{
    return (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
}

/* Finds the longest run of two or more zero groups, the first among equals (RFC 5952 section 4.2).
 * Returns its length, 0 where there is none. */
static size_t zero_run(const uint8_t *octets, size_t *first)
{
    size_t best = 1;
    for (size_t i = 0; i < 8; i++) {
        size_t count = 0;
        while (i + count < 8 && group_at(octets, i + count) == 0)
            count++;
        if (count > best) {
            best = count;
            *first = i;
        }
    }
    return best > 1 ? best : 0;
}

static size_t ipv6_text(const uint8_t *octets, char *out)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    size_t len = 0;
    if (memcmp(octets, mapped, sizeof mapped) == 0) {
        memcpy(out, "::ffff:", 7);
        return 7 + ipv4_text(octets + 12, out + 7);
    }
    size_t first = 8;
    size_t count = zero_run(octets, &first);
    for (size_t i = 0; i < 8; i++) {
        if (i == first) {
            out[len++] = ':';
            out[len++] = ':';
            i += count - 1;
            continue;
        }
        if (i > 0 && i != first + count)
            out[len++] = ':';
        len += group_text(group_at(octets, i), out + len);
    }
    return len;
}

size_t address_text(const struct address *a, char *out)
{
    bool port = a->port != 53;
    size_t len = 0;
    if (a->family == ADDRESS_IPV4) {
        len = ipv4_text(a->octets, out);
    } else if (a->family == ADDRESS_IPV6) {
        if (port)
            out[len++] = '[';
        len += ipv6_text(a->octets, out + len);
        if (port)
            out[len++] = ']';
    } else {
        return 0;
    }
    if (port) {
        out[len++] = ':';
        len += port_text(a->port, out + len);
    }
    return len;
}
