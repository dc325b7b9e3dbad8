#define _GNU_SOURCE /* O_TMPFILE */
#include "record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame_walk.h"
#include "say.h"

/* A page that is read is mapped with those around it, up to so many octets. What stands before it
 * may have been released already: it is released once more. */
#define FAULT_AROUND (64u << 10)

/* Shards may be more than a process may have files open. */
#define FD_KEPT_MAX 511

static bool write_all(int fd, const char *octets, size_t len)
{
    while (len > 0) {
        ssize_t wrote = write(fd, octets, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        octets += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static bool copy(int from, int to)
{
    char buffer[64 * 1024];
    for (;;) {
        ssize_t got = read(from, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!write_all(to, buffer, (size_t)got))
            return false;
    }
}

/* A pipe can't be mapped. Returns a file that holds what the pipe gave, -1 with errno. */
static int spool(int fd)
{
    const char *folder = getenv("TMPDIR");
    int spooled = open(folder != NULL && *folder != '\0' ? folder : "/tmp",
                       O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spooled < 0)
        return -1;
    if (copy(fd, spooled))
        return spooled;
    int why = errno;
    close(spooled);
    errno = why;
    return -1;
}

static bool map(struct record_file *file, int fd, const struct stat *status)
{
    file->len = (size_t)status->st_size;
    file->device = (uint64_t)status->st_dev;
    file->inode = (uint64_t)status->st_ino;
    if (file->len == 0)
        return true;
    void *octets = mmap(NULL, file->len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (octets == MAP_FAILED)
        return false;
    madvise(octets, file->len, MADV_SEQUENTIAL);
    file->octets = octets;
    file->mapped = true;
    return true;
}

/* Opens the path, and copies what can't be mapped: pipes, sockets, devices. */
static int open_mappable(const char *path)
{
    struct stat status;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        return fd;
    int spooled = spool(fd);
    int why = errno;
    close(fd);
    errno = why;
    return spooled;
}

static bool map_path(struct record_file *file)
{
    int fd = open_mappable(file->path);
    if (fd < 0)
        return false;
    struct stat status;
    bool mapped = fstat(fd, &status) == 0;
    if (mapped && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        mapped = false;
    }
    mapped = mapped && map(file, fd, &status);
    int why = errno;
    file->fd = mapped && fd <= FD_KEPT_MAX ? fd : -1;
    if (file->fd < 0)
        close(fd);
    errno = why;
    return mapped;
}

bool record_file_open(struct record_file *file, const char *path)
{
    *file = (struct record_file){.path = path, .fd = -1};
    if (!map_path(file)) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    if (file->len == 0) {
        say("%s: is empty, so it is no record file", path);
        record_file_close(file);
        return false;
    }
    file->compressed = frame_walk_is_zstd(file->octets, file->len);
    if (file->compressed || file->octets[0] == '{')
        return true;
    say("%s: is no record file: neither zstd frames nor JSON objects", path);
    record_file_close(file);
    return false;
}

bool record_file_read(const struct record_file *file, size_t offset, uint8_t *into, size_t len)
{
    if (!file->mapped || file->fd < 0) {
        memcpy(into, file->octets + offset, len);
        record_file_release(file, offset, len);
        return true;
    }
    while (len > 0) {
        ssize_t got = pread(file->fd, into, len, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        into += got;
        offset += (size_t)got;
        len -= (size_t)got;
    }
    return true;
}

void record_file_release(const struct record_file *file, size_t offset, size_t len)
{
    if (!file->mapped || len == 0)
        return;
    size_t from = offset / FAULT_AROUND * FAULT_AROUND;
    madvise((void *)(uintptr_t)(file->octets + from), offset + len - from, MADV_DONTNEED);
}

void record_file_close(struct record_file *file)
{
    if (file->octets != NULL)
        munmap((void *)(uintptr_t)file->octets, file->len);
    if (file->fd >= 0)
        close(file->fd);
    *file = (struct record_file){0};
}
