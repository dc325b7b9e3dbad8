#include "sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPORARY_SUFFIX ".tmp"

static char *joined(const char *path, const char *suffix)
{
    size_t len = strlen(path);
    char *text = malloc(len + strlen(suffix) + 1);
    if (text == NULL)
        return NULL;
    memcpy(text, path, len);
    memcpy(text + len, suffix, strlen(suffix) + 1);
    return text;
}

char *sidecar_path(const char *output_path)
{
    return joined(output_path, SIDECAR_SUFFIX);
}

static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return false;
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

/* O_EXCL after unlink: a link that someone left under the temporary name is not followed. */
static bool write_new(const char *path, const char *text)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    FILE *file = fdopen(fd, "w");
    if (file == NULL) {
        close(fd);
        return false;
    }
    bool written =
        fputs(text, file) >= 0 && fputc('\n', file) != EOF && fflush(file) == 0 && fsync(fd) == 0;
    return fclose(file) == 0 && written;
}

static bool replace(const char *path, const char *temporary, const char *text, struct failure *why)
{
    if (write_new(temporary, text) && rename(temporary, path) == 0 && sync_folder(path))
        return true;
    failure_set(why, FAILURE_OUTPUT, "%s: %s", path, strerror(errno));
    unlink(temporary);
    return false;
}

bool sidecar_write(const char *output_path, const char *text, struct failure *why)
{
    char *path = sidecar_path(output_path);
    char *temporary = path != NULL ? joined(path, TEMPORARY_SUFFIX) : NULL;
    bool written = false;
    if (temporary != NULL)
        written = replace(path, temporary, text, why);
    else
        failure_set(why, FAILURE_OUTPUT, "%s: %s", output_path, strerror(ENOMEM));
    free(temporary);
    free(path);
    return written;
}
