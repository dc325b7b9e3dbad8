/* output.h: the record file. Workers hand over chunks of whole records; one writer thread makes
 * each an independent zstd frame and appends it to the file in the order in which the worker handed
 * it over. Chunks of different workers may interleave. A chunk is small enough that its records are
 * compressed while they are in the processor's cache, and large enough to be compressed well.
 *
 * Where the writer is behind, which several workers can make it, a worker compresses its chunk
 * itself rather than wait. So the more workers, the more of them compress; and it is the file that
 * they wait for in the end. Where no core is left for the writer, workers do so with every chunk:
 * on the core that wrote a chunk it need not be fetched from another one's cache.
 *
 * The output owns every chunk. A worker holds at most one at a time, between two output_swap calls.
 * A frame is in the file whole or not at all: after a failed write the file is cut back to the last
 * whole frame, where it is a regular file.
 */
#ifndef CAASCAN_OUTPUT_H
#define CAASCAN_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

struct output;

/* Octets of records after which a chunk is handed over. */
#define OUTPUT_CHUNK_LEN (768u * 1024u)

struct chunk {
    uint8_t *octets; /* whole records, each with its newline */
    size_t len;
    size_t cap; /* FRAME_RAW_LEN: any record fits; memory behind OUTPUT_CHUNK_LEN is rarely used */
    uint64_t record_count;
    size_t frame_len; /* the output's own: of the frame that octets hold instead of records, or 0 */
};

struct output_options {
    const char *path;          /* "-": standard output */
    const char *input_path;    /* never written to; "-": standard input; NULL: nothing to protect */
    const char *metadata_json; /* put into the first frame */
    size_t worker_count;
    size_t chunks_per_worker; /* at least 2 */
    size_t frames_per_worker; /* that it made itself and that are not written yet, at most */
    bool workers_compress;    /* while there is room for frames: no core is left for the writer */
    int level;                /* of zstd */
    bool force;               /* replace an existing file */
};

struct output_totals {
    uint64_t record_count; /* in the file */
    uint64_t lost_count;   /* handed over and not in the file */
    uint64_t raw_len;      /* octets of the records in the file */
    uint64_t file_len;     /* octets of the file, metadata and headers included */
    uint64_t frame_count;  /* frames with records */
    char sha256[65];       /* of the file, hexadecimal */
};

/* Opens the file, writes the metadata frame and starts the writer thread. Without `force` an
 * existing regular file, or one whose sidecar exists, is refused. With `force` it is emptied, as
 * the last step, when nothing else can fail any more. Refused always: the input file, its sidecar
 * in place of the input, a directory, and a file that another caascan is writing. A device or a
 * pipe is written to as standard output is. From here on the process ignores SIGPIPE and SIGXFSZ: a
 * write that fails is an error code. Returns NULL with FAILURE_OUTPUT in *why. */
struct output *output_new(const struct output_options *options, struct failure *why);

/* Hands over a chunk and takes an empty one; never blocks, but may compress. `full` is NULL or the
 * chunk that this worker took last; it is taken in any case, with content to be written, without to
 * be reused. Returns NULL where no empty chunk is free yet: ask again with NULL later. Only the
 * thread of that worker may call it. */
struct chunk *output_swap(struct output *output, size_t worker, struct chunk *full);

/* Has a write failed? Then fills *why (which may be NULL); chunks go on being taken, and what they
 * hold is lost and counted. Any thread. */
bool output_failed(const struct output *output, struct failure *why);

/* Is there a file that OUT.meta.json can stand beside: neither standard output nor a device? */
bool output_has_sidecar(const struct output *output);

/* Writes what was handed over, waits until it is on the disk, and frees the output with all chunks.
 * No worker may call output_swap any more. Where anything was lost *why is set to FAILURE_OUTPUT
 * and says how many records; else it is left alone. */
struct output_totals output_close(struct output *output, struct failure *why);

#endif
