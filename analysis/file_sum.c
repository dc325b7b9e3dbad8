#define _POSIX_C_SOURCE 200809L
#include "file_sum.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define SHA256_LEN 32u

static bool hash_octets(int fd, EVP_MD_CTX *context)
{
    uint8_t octets[64 * 1024];
    for (;;) {
        ssize_t got = read(fd, octets, sizeof octets);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (EVP_DigestUpdate(context, octets, (size_t)got) != 1)
            return false;
    }
}

static bool hash_file(int fd, uint8_t digest[SHA256_LEN])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool hashed = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                  hash_octets(fd, context) && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return hashed;
}

bool file_sum_of(int fd, char sum[FILE_SUM_LEN])
{
    uint8_t digest[SHA256_LEN];
    bool hashed = lseek(fd, 0, SEEK_SET) == 0 && hash_file(fd, digest);
    for (size_t i = 0; hashed && i < sizeof digest; i++)
        snprintf(sum + 2 * i, 3, "%02x", digest[i]);
    return hashed;
}

bool file_sum(int folder, const char *name, char sum[FILE_SUM_LEN])
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool hashed = file_sum_of(fd, sum);
    close(fd);
    return hashed;
}
