/* sha256.h: a running SHA-256, and it as text. The hash itself is OpenSSL's, which uses the
 * processor's instructions for it. */
#ifndef CAASCAN_SHA256_H
#define CAASCAN_SHA256_H

/* The context of these functions can be copied, so that a hash can be looked at and go on. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>

/* The hash of what was added so far, in lower-case hex with a final NUL; more may be added after.
 */
static inline void sha256_hex(const SHA256_CTX *so_far, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    SHA256_CTX context = *so_far;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256_Final(digest, &context);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}

#endif
