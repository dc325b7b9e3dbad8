#include "unpack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_MAGIC 0x1f            /* first octet of a member */
#define GZIP_WINDOW_BITS (15 + 16) /* the largest window, and the gzip wrapper only */

struct unpack {
    enum unpack_kind kind;
    bool inside;  /* a member or frame has begun and not ended */
    bool padding; /* zero octets behind a gzip member: the rest must be zero as well */
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool skippable;    /* the zstd frame that begins holds no data */
    unsigned magic_at; /* octets seen of its magic number */
};

static bool starts(const uint8_t *octets, size_t len, const void *magic, size_t magic_len)
{
    return len >= magic_len && memcmp(octets, magic, magic_len) == 0;
}

enum unpack_kind unpack_detect(const uint8_t *octets, size_t len, const char **refused)
{
    static const struct {
        const char *name;
        const char *magic;
        size_t len;
    } others[] = {
        {"a zip archive", "PK\x03\x04", 4}, {"a 7z archive", "7z\xbc\xaf\x27\x1c", 6},
        {"xz data", "\xfd\x37zXZ", 5},      {"UTF-16 text", "\xff\xfe", 2},
        {"UTF-16 text", "\xfe\xff", 2},
    };
    bool bzip2 = starts(octets, len, "BZh", 3) && len >= 10 && memcmp(octets + 4, "1AY&SY", 6) == 0;
    *refused = bzip2 ? "bzip2 data" : NULL;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (starts(octets, len, others[i].magic, others[i].len))
            *refused = others[i].name;
    }
    if (starts(octets, len, "\x1f\x8b", 2))
        return UNPACK_GZIP;
    bool frame = starts(octets, len, "\x28\xb5\x2f\xfd", 4);
    bool skippable =
        len >= 4 && (octets[0] & 0xf0) == 0x50 && memcmp(octets + 1, "\x2a\x4d\x18", 3) == 0;
    return frame || skippable ? UNPACK_ZSTD : UNPACK_PLAIN;
}

static bool start(struct unpack *unpack)
{
    switch (unpack->kind) {
    case UNPACK_PLAIN:
        return true;
    case UNPACK_GZIP:
        return inflateInit2(&unpack->gzip, GZIP_WINDOW_BITS) == Z_OK;
    case UNPACK_ZSTD:
        unpack->zstd = ZSTD_createDStream();
        return unpack->zstd != NULL;
    }
    return false;
}

struct unpack *unpack_new(enum unpack_kind kind)
{
    struct unpack *unpack = calloc(1, sizeof *unpack);
    if (unpack == NULL)
        return NULL;
    unpack->kind = kind;
    if (start(unpack))
        return unpack;
    free(unpack);
    return NULL;
}

void unpack_free(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    if (unpack->kind == UNPACK_GZIP)
        inflateEnd(&unpack->gzip);
    ZSTD_freeDStream(unpack->zstd);
    free(unpack);
}

bool unpack_may_end(const struct unpack *unpack)
{
    return !unpack->inside;
}

static const char *step_plain(struct unpack_buffers *b)
{
    size_t len = b->in_len < b->out_cap ? b->in_len : b->out_cap;
    memcpy(b->out, b->in, len);
    b->in += len;
    b->in_len -= len;
    b->out_len = len;
    return NULL;
}

/* Archives on tape are filled up with zeros; gzip(1) passes over them too. */
static const char *skip_padding(struct unpack *unpack, struct unpack_buffers *b)
{
    unpack->padding = true;
    for (; b->in_len > 0; b->in++, b->in_len--) {
        if (*b->in != 0)
            return "other data behind the gzip data";
    }
    return NULL;
}

static unsigned clamp(size_t len)
{
    return len < UINT_MAX ? (unsigned)len : UINT_MAX;
}

static const char *step_gzip(struct unpack *unpack, struct unpack_buffers *b)
{
    z_stream *z = &unpack->gzip;
    b->out_len = 0;
    while (b->in_len > 0 || unpack->inside) {
        if (!unpack->inside && (unpack->padding || b->in[0] != GZIP_MAGIC))
            return skip_padding(unpack, b);
        unpack->inside = true;
        unsigned in = clamp(b->in_len), out = clamp(b->out_cap - b->out_len);
        z->next_in = (z_const Bytef *)b->in;
        z->avail_in = in;
        z->next_out = b->out + b->out_len;
        z->avail_out = out;
        int status = inflate(z, Z_NO_FLUSH);
        b->in += in - z->avail_in;
        b->in_len -= in - z->avail_in;
        b->out_len += out - z->avail_out;
        if (status == Z_BUF_ERROR || (status == Z_OK && z->avail_out == 0))
            return NULL;
        if (status != Z_OK && status != Z_STREAM_END)
            return z->msg != NULL ? z->msg : "corrupt gzip data";
        if (status == Z_STREAM_END) {
            unpack->inside = false;
            inflateReset(z);
        }
    }
    return NULL;
}

#define ZSTD_MAGIC_LEN 4u

/* Octets at the beginning of a frame: is its magic number one of RFC 8878? libzstd reads the
 * formats before 1.0 too where a frame has ended, and a few octets of those can make it write for
 * ever. */
static bool begins_frame(struct unpack *unpack, const uint8_t *octets, size_t len)
{
    static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd};
    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18};
    for (; len > 0 && unpack->magic_at < ZSTD_MAGIC_LEN; octets++, len--, unpack->magic_at++) {
        bool first = unpack->magic_at == 0;
        uint8_t octet = first && (*octets & 0xf0) == 0x50 ? 0x50 : *octets;
        if (first)
            unpack->skippable = octet == 0x50;
        if (octet != (unpack->skippable ? skippable : frame)[unpack->magic_at])
            return false;
    }
    return true;
}

static const char *step_zstd(struct unpack *unpack, struct unpack_buffers *b)
{
    ZSTD_inBuffer in = {.src = b->in, .size = b->in_len};
    ZSTD_outBuffer out = {.dst = b->out, .size = b->out_cap};
    const char *fault = NULL;
    for (;;) {
        size_t in_before = in.pos, out_before = out.pos;
        if (!begins_frame(unpack, b->in + in.pos, in.size - in.pos)) {
            fault = "other data behind the zstd data";
            break;
        }
        size_t left = ZSTD_decompressStream(unpack->zstd, &out, &in);
        if (ZSTD_isError(left)) {
            fault = ZSTD_getErrorName(left);
            break;
        }
        bool moved = in.pos > in_before || out.pos > out_before;
        if (moved)
            unpack->inside = left != 0;
        if (!unpack->inside)
            unpack->magic_at = 0;
        if (!moved || out.pos == out.size || (in.pos == in.size && left == 0))
            break;
    }
    b->in += in.pos;
    b->in_len -= in.pos;
    b->out_len = out.pos;
    return fault;
}

const char *unpack_step(struct unpack *unpack, struct unpack_buffers *buffers)
{
    switch (unpack->kind) {
    case UNPACK_GZIP:
        return step_gzip(unpack, buffers);
    case UNPACK_ZSTD:
        return step_zstd(unpack, buffers);
    case UNPACK_PLAIN:
        break;
    }
    return step_plain(buffers);
}
