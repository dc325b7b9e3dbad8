#define _GNU_SOURCE
#include "small_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* Returns false with errno. */
static bool read_all(FILE *file, char *octets, size_t *len)
{
    *len = fread(octets, 1, SMALL_FILE_MAX + 1, file);
    if (ferror(file))
        return false;
    if (*len > SMALL_FILE_MAX)
        errno = EFBIG;
    return *len <= SMALL_FILE_MAX;
}

static FILE *stream_of(const char *octets, size_t len)
{
    FILE *stream = fmemopen(NULL, len + 1, "w+");
    if (stream == NULL)
        return NULL;
    if (fwrite(octets, 1, len, stream) == len && fflush(stream) == 0) {
        rewind(stream);
        return stream;
    }
    fclose(stream);
    return NULL;
}

FILE *small_file_open(const char *path)
{
    FILE *file = fopen(path, "re");
    char *octets = file != NULL ? malloc(SMALL_FILE_MAX + 1) : NULL;
    FILE *stream = NULL;
    size_t len = 0;
    if (octets != NULL && read_all(file, octets, &len))
        stream = stream_of(octets, len);
    int failed = errno;
    free(octets);
    if (file != NULL)
        fclose(file);
    errno = failed;
    return stream;
}
