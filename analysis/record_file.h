/* record_file.h: record files, mapped read-only, and read in pieces too. */
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
    int fd;                 /* of a mapped file; -1 where it was not kept */
    uint64_t device, inode; /* of the file that is mapped */
};

/* Opens a file, or standard input where path is "-"; a pipe is first copied to a file without a
 * name in $TMPDIR. Returns false after one message to standard error if it can't be read or begins
 * neither with a zstd frame nor with a JSON object. */
bool record_file_open(struct record_file *file, const char *path);

/* Copies octets of the file, which must have them. A mapped page costs more than to copy it where
 * several threads read, as all of them wait when it is given back. False where the file can't be
 * read there, as it is shorter by now. May be called by several threads. */
bool record_file_read(const struct record_file *file, size_t offset, uint8_t *into, size_t len);

/* Gives back the memory of octets that have been read, so that a file takes no more of it than what
 * is being read. They may be read again. */
void record_file_release(const struct record_file *file, size_t offset, size_t len);

void record_file_close(struct record_file *file);

#endif
