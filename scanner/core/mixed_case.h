/* mixed_case.h: the letters of a query's name in random case, by which a reply that echoes it shows
 * that its sender has seen the query (draft-vixie-dnsext-dns0x20). One bit for each letter, from
 * the first on; where a name has more than 64 letters the bits begin anew.
 */
#ifndef CAASCAN_MIXED_CASE_H
#define CAASCAN_MIXED_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"

/* Changes the len octets of a name in wire form, all in lower case. */
void mixed_case_set(uint8_t *wire, size_t len, uint64_t bits);

/* Does a message's question, in wire form behind its header, have the name in just this case? */
bool mixed_case_matches(const uint8_t *octets, size_t len, struct name name, uint64_t bits);

#endif
