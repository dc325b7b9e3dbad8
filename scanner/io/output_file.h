/* output_file.h: the file below the output: opened without harming what is there, appended to by
 * whole pieces, hashed on the way. One thread at a time.
 */
#ifndef CAASCAN_OUTPUT_FILE_H
#define CAASCAN_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "output.h"
#include "sha256.h"

struct output_file {
    const char *path; /* borrowed */
    int fd;
    bool regular; /* a file that we hold alone, so it can be cut back: not standard output */
    bool created; /* it was not there before */
    uint64_t len; /* of the whole pieces */
    SHA256_CTX sha256;
};

/* Opens and locks as output_new says; what the file holds stays. False with FAILURE_OUTPUT. */
bool output_file_open(struct output_file *file, const struct output_options *options,
                      struct failure *why);

/* Drops what an opened file holds. False with FAILURE_OUTPUT. */
bool output_file_empty(struct output_file *file, struct failure *why);

/* Appends all of it, or cuts a regular file back to where it was and returns false with
 * FAILURE_OUTPUT. Interrupted and short writes go on. */
bool output_file_append(struct output_file *file, const uint8_t *octets, size_t len,
                        struct failure *why);

/* Makes the content durable, closes, and gives the SHA-256 of what was appended. False with
 * FAILURE_OUTPUT where it may not be on the disk. */
bool output_file_close(struct output_file *file, char sha256[65], struct failure *why);

/* Closes a file that nothing of worth was appended to; removes it where we created it. */
void output_file_abandon(struct output_file *file);

/* The path for messages. */
const char *output_file_name(const struct output_file *file);

#endif
