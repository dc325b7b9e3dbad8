#include "frame_write.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "caascan/schema.h"

#define SKIPPABLE_HEADER_LEN 8u

/* Of a zstd frame (RFC 8878 section 3.1.1): magic, descriptor, window. */
#define DESCRIPTOR_AT 4u
#define DESCRIPTOR_CHECKSUM 0x04u
#define DESCRIPTOR_SIZE_4 0x80u /* the content's size stands behind the window, in 4 octets */
#define BEGIN_LEN 6u
#define SIZE_LEN 4u

struct frame_write {
    ZSTD_CCtx *context;
    uint8_t *octets; /* room for both headers with the content's size, then what zstd wrote */
    size_t cap;
    size_t at; /* of the next octet from zstd */
    size_t raw_len, raw_max;
    bool failed;
};

static void put_u32le(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static void put_header(uint8_t *out, size_t frame_len)
{
    put_u32le(out, FRAME_HEADER_MAGIC);
    put_u32le(out + 4, 4);
    put_u32le(out + 8, (uint32_t)frame_len);
}

static bool context_set(ZSTD_CCtx *context, int level)
{
    ZSTD_bounds levels = ZSTD_cParam_getBounds(ZSTD_c_compressionLevel);
    if (level < levels.lowerBound || level > levels.upperBound)
        return false;
    return !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1));
}

struct frame_write *frame_write_new(int level, size_t raw_max)
{
    struct frame_write *f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->raw_max = raw_max;
    f->cap = FRAME_HEADER_LEN + SIZE_LEN + ZSTD_compressBound(raw_max);
    f->octets = malloc(f->cap);
    f->context = ZSTD_createCCtx();
    if (raw_max < UINT32_MAX / 2 && f->octets != NULL && f->context != NULL &&
        context_set(f->context, level))
        return f;
    frame_write_free(f);
    return NULL;
}

size_t frame_write_len(const struct frame_write *f)
{
    return f->raw_len;
}

size_t frame_write_room(const struct frame_write *f)
{
    return f->raw_max - f->raw_len;
}

/* Has zstd take all of the content. Returns what it has left to do, or an error. */
static size_t compress(struct frame_write *f, const uint8_t *raw, size_t len, ZSTD_EndDirective how)
{
    ZSTD_inBuffer in = {.src = raw, .size = len};
    ZSTD_outBuffer out = {.dst = f->octets, .size = f->cap, .pos = f->at};
    size_t left;
    do
        left = ZSTD_compressStream2(f->context, &out, &in, how);
    while (!ZSTD_isError(left) && in.pos < in.size && out.pos < out.size);
    f->at = out.pos;
    f->failed = f->failed || ZSTD_isError(left) || in.pos < in.size;
    return left;
}

bool frame_write_add(struct frame_write *f, const uint8_t *raw, size_t len)
{
    if (len > frame_write_room(f) || f->failed)
        return false;
    if (len == 0)
        return true;
    if (f->raw_len == 0)
        f->at = FRAME_HEADER_LEN + SIZE_LEN;
    compress(f, raw, len, ZSTD_e_continue);
    f->raw_len += len;
    return !f->failed;
}

/* zstd wrote the frame's beginning before it could know the content's size: moves it ahead and puts
 * the size behind it. */
static bool put_size(uint8_t *frame, uint32_t size)
{
    if (frame[SIZE_LEN + DESCRIPTOR_AT] != DESCRIPTOR_CHECKSUM)
        return false;
    memmove(frame, frame + SIZE_LEN, BEGIN_LEN);
    frame[DESCRIPTOR_AT] |= DESCRIPTOR_SIZE_4;
    put_u32le(frame + BEGIN_LEN, size);
    return true;
}

const uint8_t *frame_write_end(struct frame_write *f, size_t *out_len)
{
    size_t raw_len = f->raw_len;
    if (raw_len == 0 || f->failed)
        return NULL;
    f->raw_len = 0;
    if (compress(f, NULL, 0, ZSTD_e_end) != 0 ||
        !put_size(f->octets + FRAME_HEADER_LEN, (uint32_t)raw_len))
        return NULL;
    put_header(f->octets, f->at - FRAME_HEADER_LEN);
    *out_len = f->at;
    return f->octets;
}

const uint8_t *frame_write_metadata(struct frame_write *f, const char *json, size_t *out_len)
{
    size_t json_len = strlen(json);
    if (json_len > f->cap - FRAME_HEADER_LEN - SKIPPABLE_HEADER_LEN)
        return NULL;
    uint8_t *frame = f->octets + FRAME_HEADER_LEN;
    put_header(f->octets, SKIPPABLE_HEADER_LEN + json_len);
    put_u32le(frame, FRAME_METADATA_MAGIC);
    put_u32le(frame + 4, (uint32_t)json_len);
    memcpy(frame + SKIPPABLE_HEADER_LEN, json, json_len);
    *out_len = FRAME_HEADER_LEN + SKIPPABLE_HEADER_LEN + json_len;
    return f->octets;
}

void frame_write_free(struct frame_write *f)
{
    if (f == NULL)
        return;
    ZSTD_freeCCtx(f->context);
    free(f->octets);
    free(f);
}
