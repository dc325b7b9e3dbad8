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
    bool mapped;            /* by record_file_open */
    uint64_t device, inode; /* of the file that is mapped */
};

/* Opens a file, or standard input where path is "-"; a pipe is first copied to a file without a
 * name in $TMPDIR. Returns false after one message to standard error if it can't be read or begins
 * neither with a zstd frame nor with a JSON object. */
bool record_file_open(struct record_file *file, const char *path);

/* Gives back the memory of octets that have been read, so that a file takes no more of it than what
 * is being read. They may be read again. */
void record_file_release(const struct record_file *file, size_t offset, size_t len);

void record_file_close(struct record_file *file);

#endif
