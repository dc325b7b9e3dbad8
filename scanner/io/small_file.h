/* small_file.h: files that are short lists: root hints, trust anchors, resolvers. */
#ifndef CAASCAN_SMALL_FILE_H
#define CAASCAN_SMALL_FILE_H

#include <stdio.h>

#define SMALL_FILE_MAX (1u << 20)

/* The file as a stream that can be read more than once, also where it is a pipe. Nothing is read
 * without end: more than SMALL_FILE_MAX octets are EFBIG. NULL with errno where it can't be read.
 * The caller closes the stream. */
FILE *small_file_open(const char *path);

#endif
