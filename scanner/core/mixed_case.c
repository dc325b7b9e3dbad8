#include "mixed_case.h"

#include <string.h>

#define HEADER_LEN 12u

void mixed_case_set(uint8_t *wire, size_t len, uint64_t bits)
{
    unsigned letter = 0;
    for (size_t i = 0; i < len; i++) {
        if (wire[i] < 'a' || wire[i] > 'z')
            continue;
        if ((bits >> (letter++ % 64) & 1) != 0)
            wire[i] = (uint8_t)(wire[i] - 'a' + 'A');
    }
}

bool mixed_case_matches(const uint8_t *octets, size_t len, struct name name, uint64_t bits)
{
    uint8_t expected[NAME_LEN_MAX];
    if (len < HEADER_LEN + name.len)
        return false;
    memcpy(expected, name.wire, name.len);
    mixed_case_set(expected, name.len, bits);
    return memcmp(octets + HEADER_LEN, expected, name.len) == 0;
}
