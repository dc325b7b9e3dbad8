/* unpack.h: plain, gzip (RFC 1952) and zstd (RFC 8878) data as one stream of octets. Any number of
 * gzip members or zstd frames may follow each other; memory is bounded whatever the data say. */
#ifndef CAASCAN_UNPACK_H
#define CAASCAN_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNPACK_MAGIC_LEN 10u /* octets that settle the kind */

enum unpack_kind {
    UNPACK_PLAIN,
    UNPACK_GZIP,
    UNPACK_ZSTD,
};

struct unpack;

/* The kind of data that begins with these octets, at least UNPACK_MAGIC_LEN unless there are fewer.
 * Where they begin a format that can't be read, *refused is its name, else NULL. */
enum unpack_kind unpack_detect(const uint8_t *octets, size_t len, const char **refused);

/* Returns NULL without memory. */
struct unpack *unpack_new(enum unpack_kind kind);

struct unpack_buffers {
    const uint8_t *in; /* moved on by unpack_step, with in_len */
    size_t in_len;
    uint8_t *out;
    size_t out_cap;
    size_t out_len; /* set: octets written */
};

/* Takes some input and makes some output. It is done with the input for now when in_len is 0 and
 * out_len is below out_cap. Returns NULL, or why the data can't be unpacked, and then nothing more
 * is to be asked. */
const char *unpack_step(struct unpack *unpack, struct unpack_buffers *buffers);

/* May the data end here, or is a member or frame unfinished? */
bool unpack_may_end(const struct unpack *unpack);

/* NULL is allowed. */
void unpack_free(struct unpack *unpack);

#endif
