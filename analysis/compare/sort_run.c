#define _POSIX_C_SOURCE 200809L
#include "sort_run.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#define WINDOW_LOG 17
#define LEVEL 1
#define IO_LEN (64u << 10)

static enum sort_run_status no_memory(void)
{
    errno = ENOMEM;
    return SORT_RUN_FAILED;
}

static bool set_up(ZSTD_CCtx *zstd)
{
    return !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, WINDOW_LOG)) &&
           !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1));
}

enum sort_run_status sort_run_writer_init(struct sort_run_writer *writer, int fd, uint64_t offset)
{
    *writer = (struct sort_run_writer){
        .zstd = ZSTD_createCCtx(), .out = malloc(IO_LEN), .fd = fd, .end = offset};
    if (writer->zstd == NULL || writer->out == NULL || !set_up(writer->zstd))
        return no_memory();
    return SORT_RUN_OK;
}

static enum sort_run_status write_out(struct sort_run_writer *writer, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t wrote = pwrite(writer->fd, writer->out + at, len - at, (off_t)writer->end);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return SORT_RUN_FAILED;
        at += (size_t)wrote;
        writer->end += (uint64_t)wrote;
    }
    return SORT_RUN_OK;
}

/* Compresses all of the octets, or with ZSTD_e_end what zstd still holds. */
static enum sort_run_status compress(struct sort_run_writer *writer, struct caa_text octets,
                                     ZSTD_EndDirective directive)
{
    ZSTD_inBuffer in = {octets.octets, octets.len, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {writer->out, IO_LEN, 0};
        left = ZSTD_compressStream2(writer->zstd, &out, &in, directive);
        if (ZSTD_isError(left))
            return no_memory();
        if (write_out(writer, out.pos) != SORT_RUN_OK)
            return SORT_RUN_FAILED;
    } while (directive == ZSTD_e_end ? left > 0 : in.pos < in.size);
    return SORT_RUN_OK;
}

enum sort_run_status sort_run_write(struct sort_run_writer *writer, const struct sort_entry *entry)
{
    uint8_t head[SORT_ENTRY_HEAD];
    sort_entry_put_head(entry, head);
    enum sort_run_status status = compress(writer, caa_text_of(head, sizeof head), ZSTD_e_continue);
    if (status == SORT_RUN_OK)
        status = compress(writer, entry->key, ZSTD_e_continue);
    return status == SORT_RUN_OK ? compress(writer, entry->body, ZSTD_e_continue) : status;
}

enum sort_run_status sort_run_close(struct sort_run_writer *writer)
{
    return compress(writer, (struct caa_text){0}, ZSTD_e_end);
}

void sort_run_writer_fini(struct sort_run_writer *writer)
{
    ZSTD_freeCCtx(writer->zstd);
    free(writer->out);
    *writer = (struct sort_run_writer){.fd = -1};
}

enum sort_run_status sort_run_reader_init(struct sort_run_reader *reader,
                                          struct sort_run_source source, uint64_t offset,
                                          uint64_t end)
{
    *reader = (struct sort_run_reader){.source = source,
                                       .offset = offset,
                                       .end = end,
                                       .zstd = ZSTD_createDCtx(),
                                       .in = malloc(IO_LEN),
                                       .out = malloc(IO_LEN),
                                       .out_cap = IO_LEN};
    if (reader->zstd == NULL || reader->in == NULL || reader->out == NULL ||
        ZSTD_isError(ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, WINDOW_LOG)))
        return no_memory();
    return SORT_RUN_OK;
}

static enum sort_run_status fill_in(struct sort_run_reader *reader)
{
    uint64_t left = reader->end - reader->offset;
    size_t len = left < IO_LEN ? (size_t)left : IO_LEN;
    if (len == 0)
        return SORT_RUN_BAD;
    int64_t got = reader->source.read(reader->source.context, reader->in, len, reader->offset);
    if (got <= 0)
        return got < 0 ? SORT_RUN_FAILED : SORT_RUN_BAD;
    reader->offset += (uint64_t)got;
    reader->in_len = (size_t)got;
    reader->in_at = 0;
    return SORT_RUN_OK;
}

/* Makes room behind the octets that are not used up yet. */
static bool make_room(struct sort_run_reader *reader)
{
    reader->out_len -= reader->out_at;
    memmove(reader->out, reader->out + reader->out_at, reader->out_len);
    reader->out_at = 0;
    if (reader->out_cap - reader->out_len > reader->out_cap / 4)
        return true;
    uint8_t *grown = realloc(reader->out, 2 * reader->out_cap);
    if (grown == NULL)
        return false;
    reader->out = grown;
    reader->out_cap *= 2;
    return true;
}

/* Inflates some more. SORT_RUN_END where the frame has ended and all of the run is read. */
static enum sort_run_status fill_out(struct sort_run_reader *reader)
{
    if (!make_room(reader))
        return no_memory();
    size_t had = reader->out_len;
    while (reader->out_len == had) {
        if (reader->in_at == reader->in_len && reader->offset == reader->end && reader->frame_ended)
            return SORT_RUN_END;
        enum sort_run_status status =
            reader->in_at == reader->in_len ? fill_in(reader) : SORT_RUN_OK;
        if (status != SORT_RUN_OK)
            return status;
        ZSTD_inBuffer in = {reader->in, reader->in_len, reader->in_at};
        ZSTD_outBuffer out = {reader->out, reader->out_cap, reader->out_len};
        size_t hint = ZSTD_decompressStream(reader->zstd, &out, &in);
        if (ZSTD_isError(hint))
            return SORT_RUN_BAD;
        reader->in_at = in.pos;
        reader->out_len = out.pos;
        reader->frame_ended = hint == 0;
    }
    return SORT_RUN_OK;
}

enum sort_run_status sort_run_read(struct sort_run_reader *reader, struct sort_entry *out)
{
    for (;;) {
        struct caa_text octets =
            caa_text_of(reader->out + reader->out_at, reader->out_len - reader->out_at);
        switch (sort_entry_take(octets, out)) {
        case SORT_ENTRY_OK:
            reader->out_at += sort_entry_len(out);
            return SORT_RUN_OK;
        case SORT_ENTRY_BAD:
            return SORT_RUN_BAD;
        default:
            break;
        }
        enum sort_run_status status = fill_out(reader);
        if (status == SORT_RUN_END && octets.len > 0)
            return SORT_RUN_BAD;
        if (status != SORT_RUN_OK)
            return status;
    }
}

void sort_run_reader_fini(struct sort_run_reader *reader)
{
    ZSTD_freeDCtx(reader->zstd);
    free(reader->in);
    free(reader->out);
    *reader = (struct sort_run_reader){0};
}
