/* sort_run.h: sorted entries as one zstd frame with a checksum, out to a file and in again.
 *
 * What is read back is checked octet by octet: a run that was cut, changed or made up ends with
 * SORT_RUN_BAD, and never takes more memory than its window and one entry.
 */
#ifndef SORT_RUN_H
#define SORT_RUN_H

#include "sort_entry.h"

/* Memory of a reader and of a writer: about so much, an entry above it apart. */
#define SORT_RUN_MEMORY (512u << 10)

enum sort_run_status {
    SORT_RUN_OK,
    SORT_RUN_END,    /* of a reader: there is no entry behind the last one */
    SORT_RUN_BAD,    /* of a reader: these are not the octets that were written */
    SORT_RUN_FAILED, /* by errno */
};

/* Writes a run to a file from an offset on. */
struct sort_run_writer {
    void *zstd;
    uint8_t *out;
    int fd;       /* borrowed */
    uint64_t end; /* offset behind what was written */
};

/* Each returns SORT_RUN_OK or SORT_RUN_FAILED. Call sort_run_writer_fini in any case. */
enum sort_run_status sort_run_writer_init(struct sort_run_writer *writer, int fd, uint64_t offset);
enum sort_run_status sort_run_write(struct sort_run_writer *writer, const struct sort_entry *entry);
enum sort_run_status sort_run_close(struct sort_run_writer *writer);
void sort_run_writer_fini(struct sort_run_writer *writer);

/* Where a run is read from: fills buffer with up to len octets that stand at an offset. Returns
 * their number, 0 at the end of all, or -1 with errno. */
struct sort_run_source {
    int64_t (*read)(void *context, uint8_t *buffer, size_t len, uint64_t offset);
    void *context;
};

struct sort_run_reader {
    struct sort_run_source source;
    uint64_t offset, end; /* of the compressed octets that are still to be read */
    void *zstd;
    uint8_t *in, *out;
    size_t in_len, in_at;
    size_t out_cap, out_len, out_at;
    bool frame_ended;
};

/* Reads the run that stands from offset to end. SORT_RUN_OK or SORT_RUN_FAILED. Call
 * sort_run_reader_fini in any case. */
enum sort_run_status sort_run_reader_init(struct sort_run_reader *reader,
                                          struct sort_run_source source, uint64_t offset,
                                          uint64_t end);

/* The next entry, which borrows from the reader until the next call. */
enum sort_run_status sort_run_read(struct sort_run_reader *reader, struct sort_entry *out);
void sort_run_reader_fini(struct sort_run_reader *reader);

#endif
