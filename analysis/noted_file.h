/* noted_file.h: a stream into a file that remembers why writing failed.
 *
 * A stream of the C library says that a write failed, and when that is asked for errno is another
 * one: octets are written when a buffer is full, in the middle of what writes a drawing or a page.
 */
#ifndef NOTED_FILE_H
#define NOTED_FILE_H

#include <stdio.h>

struct noted_file {
    int fd;
    int error; /* errno of the first write that failed; 0: none has */
};

/* Opens a stream for a descriptor, which belongs to the stream and is closed with it. The struct is
 * the caller's and must stay where it is until then. NULL with errno; the descriptor stays open. */
FILE *noted_file_open(struct noted_file *noted, int fd);

/* Writes what is buffered. 0, or the errno of the first write that failed, earlier ones too. */
int noted_file_flush(struct noted_file *noted, FILE *file);

#endif
