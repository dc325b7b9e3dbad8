#include "csv_sink.h"

#include <errno.h>
#include <zstd.h>

#define PIECE_LEN (64u * 1024u)

static bool fail(struct csv_sink *sink, int why)
{
    if (sink->csv.error == 0)
        sink->csv.error = why;
    errno = sink->csv.error;
    return false;
}

static bool start_zstd(struct csv_sink *sink)
{
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    sink->zstd = zstd;
    return zstd != NULL &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, 1)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1));
}

bool csv_sink_open(struct csv_sink *sink, int folder, const char *name, bool zstd)
{
    *sink = (struct csv_sink){.raw_len = 0};
    snprintf(sink->name, sizeof sink->name, "%s%s", name, zstd ? ".zst" : "");
    if (!csv_file_open(&sink->csv, folder, sink->name))
        return false;
    if (!zstd || start_zstd(sink))
        return true;
    csv_sink_abandon(sink);
    errno = ENOMEM;
    return false;
}

static bool put(struct csv_sink *sink, const void *octets, size_t len)
{
    return len == 0 || fwrite(octets, 1, len, sink->csv.file) == len || fail(sink, errno);
}

/* Feeds octets to the open frame, or ends it. */
static bool compress(struct csv_sink *sink, struct caa_text octets, ZSTD_EndDirective directive)
{
    uint8_t piece[PIECE_LEN];
    ZSTD_inBuffer in = {octets.octets, octets.len, 0};
    size_t left = 1;
    while (directive == ZSTD_e_end ? left != 0 : in.pos < in.size) {
        ZSTD_outBuffer out = {piece, sizeof piece, 0};
        left = ZSTD_compressStream2(sink->zstd, &out, &in, directive);
        if (ZSTD_isError(left))
            return fail(sink, ENOMEM);
        if (!put(sink, piece, out.pos))
            return false;
    }
    return true;
}

static bool end_frame(struct csv_sink *sink)
{
    sink->raw_len = 0;
    return compress(sink, (struct caa_text){0}, ZSTD_e_end);
}

bool csv_sink_write(struct csv_sink *sink, struct caa_text octets)
{
    if (sink->csv.error != 0)
        return fail(sink, sink->csv.error);
    if (sink->zstd == NULL || octets.len == 0)
        return put(sink, octets.octets, octets.len);
    sink->raw_len += octets.len;
    if (!compress(sink, octets, ZSTD_e_continue))
        return false;
    return sink->raw_len < CSV_SINK_FRAME_LEN || end_frame(sink);
}

bool csv_sink_end(struct csv_sink *sink)
{
    if (sink->zstd != NULL && sink->raw_len > 0 && sink->csv.error == 0)
        end_frame(sink);
    ZSTD_freeCCtx(sink->zstd);
    sink->zstd = NULL;
    return csv_file_end(&sink->csv);
}

void csv_sink_abandon(struct csv_sink *sink)
{
    ZSTD_freeCCtx(sink->zstd);
    sink->zstd = NULL;
    csv_file_abandon(&sink->csv);
}
