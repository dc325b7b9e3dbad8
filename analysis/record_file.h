/* record_file.h: brings record files into memory, read-only, by mmap. */
#ifndef RECORD_FILE_H
#define RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_file {
    const char *path; /* as given; borrowed */
    const uint8_t *octets;
    size_t len;
    bool compressed;        /* zstd frames; else lines as they are */
    uint64_t device, inode; /* of the file that is mapped */
};

/* Opens a file, or standard input where path is "-"; a pipe is first copied to a file without a
 * name in $TMPDIR. Returns false after one message to standard error if it can't be read or begins
 * neither with a zstd frame nor with a JSON object. */
bool record_file_open(struct record_file *file, const char *path);

void record_file_close(struct record_file *file);

#endif
