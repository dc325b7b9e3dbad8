#include "frame_write.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "caascan/schema.h"

#define SKIPPABLE_HEADER_LEN 8u

struct frame_write {
    ZSTD_CCtx *context;
    uint8_t *octets; /* room for a header and what zstd makes of raw_max octets */
    size_t cap;
    size_t raw_max;
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
    f->cap = FRAME_HEADER_LEN + ZSTD_compressBound(raw_max);
    f->octets = malloc(f->cap);
    f->context = ZSTD_createCCtx();
    if (raw_max < UINT32_MAX / 2 && f->octets != NULL && f->context != NULL &&
        context_set(f->context, level))
        return f;
    frame_write_free(f);
    return NULL;
}

size_t frame_write_max(const struct frame_write *f)
{
    return f->cap;
}

const uint8_t *frame_write_records(struct frame_write *f, const uint8_t *raw, size_t len,
                                   size_t *out_len)
{
    if (len > f->raw_max)
        return NULL;
    uint8_t *frame = f->octets + FRAME_HEADER_LEN;
    size_t frame_len = ZSTD_compress2(f->context, frame, f->cap - FRAME_HEADER_LEN, raw, len);
    if (ZSTD_isError(frame_len))
        return NULL;
    put_header(f->octets, frame_len);
    *out_len = FRAME_HEADER_LEN + frame_len;
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
