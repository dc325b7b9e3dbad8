/* sha256.h: a running SHA-256 as text. The hash itself is ldns's. */
#ifndef CAASCAN_SHA256_H
#define CAASCAN_SHA256_H

#include <ldns/sha2.h>
#include <stddef.h>
#include <stdint.h>

/* The hash of what was added so far, in lower-case hex with a final NUL; more may be added after.
 */
static inline void sha256_hex(const ldns_sha256_CTX *so_far, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    ldns_sha256_CTX context = *so_far;
    uint8_t digest[LDNS_SHA256_DIGEST_LENGTH];
    ldns_sha256_final(digest, &context);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}

#endif
