#define _DEFAULT_SOURCE /* madvise */
#include "frame_read.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <zstd.h>

#define HUGE_PAGE (2u << 20) /* fewer to be made, and to be found when octets are copied */

bool frame_reader_init(struct frame_reader *reader)
{
    *reader = (struct frame_reader){.zstd = ZSTD_createDCtx(),
                                    .buffer = aligned_alloc(HUGE_PAGE, FRAME_READ_WHOLE),
                                    .input = malloc(FRAME_READ_INPUT)};
    if (reader->zstd == NULL || reader->buffer == NULL || reader->input == NULL) {
        frame_reader_fini(reader);
        return false;
    }
    madvise(reader->buffer, FRAME_READ_WHOLE, MADV_HUGEPAGE);
    return true;
}

void frame_reader_fini(struct frame_reader *reader)
{
    ZSTD_freeDCtx(reader->zstd);
    free(reader->buffer);
    free(reader->input);
    *reader = (struct frame_reader){0};
}

static enum frame_read_status damaged(struct frame_reader *reader, size_t code)
{
    reader->reason = ZSTD_getErrorName(code);
    return FRAME_READ_DAMAGED;
}

/* Streams the frame through the buffer; sink may be NULL. */
static enum frame_read_status stream(struct frame_reader *reader, ZSTD_inBuffer in,
                                     const struct frame_sink *sink)
{
    ZSTD_DCtx_reset(reader->zstd, ZSTD_reset_session_only);
    size_t more = 1;
    while (more != 0) {
        ZSTD_outBuffer out = {reader->buffer, FRAME_READ_WHOLE, 0};
        size_t consumed = in.pos;
        more = ZSTD_decompressStream(reader->zstd, &out, &in);
        if (ZSTD_isError(more))
            return damaged(reader, more);
        if (sink != NULL && out.pos > 0 && !sink->take(sink->context, reader->buffer, out.pos))
            return FRAME_READ_STOPPED;
        if (more != 0 && out.pos == 0 && in.pos == consumed) {
            reader->reason = "the frame ends too early";
            return FRAME_READ_DAMAGED;
        }
    }
    return FRAME_READ_OK;
}

enum frame_read_status frame_read(struct frame_reader *reader, const uint8_t *octets, size_t len,
                                  const struct frame_sink *sink)
{
    if (ZSTD_findFrameCompressedSize(octets, len) != len) {
        reader->reason = "no whole frame";
        return FRAME_READ_DAMAGED;
    }
    unsigned long long content = ZSTD_getFrameContentSize(octets, len);
    if (content <= FRAME_READ_WHOLE) {
        size_t got =
            ZSTD_decompressDCtx(reader->zstd, reader->buffer, FRAME_READ_WHOLE, octets, len);
        if (ZSTD_isError(got))
            return damaged(reader, got);
        return sink->take(sink->context, reader->buffer, got) ? FRAME_READ_OK : FRAME_READ_STOPPED;
    }
    ZSTD_inBuffer in = {octets, len, 0};
    enum frame_read_status status = stream(reader, in, NULL);
    return status == FRAME_READ_OK ? stream(reader, in, sink) : status;
}
