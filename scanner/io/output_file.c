#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"
#include "sidecar.h"

static bool is_stdio(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *output_file_name(const struct output_file *file)
{
    return is_stdio(file->path) ? "standard output" : file->path;
}

static bool refuse(const struct output_file *file, const char *reason, struct failure *why)
{
    failure_set(why, FAILURE_OUTPUT, "%s: %s", output_file_name(file), reason);
    return false;
}

static bool stat_input(const char *input_path, struct stat *st)
{
    if (input_path == NULL)
        return false;
    return is_stdio(input_path) ? fstat(STDIN_FILENO, st) == 0 : stat(input_path, st) == 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return S_ISREG(a->st_mode) && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The sidecar is replaced at the start of the scan, so it gets the protection that the file has. */
static bool check_sidecar(const struct output_file *file, const struct output_options *options,
                          struct failure *why)
{
    struct stat sidecar, input;
    char *path = sidecar_path(file->path);
    if (path == NULL)
        return refuse(file, strerror(ENOMEM), why);
    bool exists = stat(path, &sidecar) == 0;
    bool input_known = stat_input(options->input_path, &input);
    bool is_input = exists && input_known && same_file(&sidecar, &input);
    if (is_input)
        failure_set(why, FAILURE_OUTPUT, "%s: is the input and would be overwritten", path);
    else if (exists && !options->force)
        failure_set(why, FAILURE_OUTPUT, "%s: exists already; --force replaces it", path);
    free(path);
    return !is_input && (!exists || options->force);
}

static int open_path(struct output_file *file)
{
    int flags = O_WRONLY | O_APPEND | O_CLOEXEC;
    int fd = open(file->path, flags | O_CREAT | O_EXCL, 0666);
    file->created = fd >= 0;
    return fd < 0 && errno == EEXIST ? open(file->path, flags) : fd;
}

static bool check_opened(struct output_file *file, const struct output_options *options,
                         struct failure *why)
{
    struct stat st, input;
    if (fstat(file->fd, &st) != 0)
        return refuse(file, strerror(errno), why);
    if (stat_input(options->input_path, &input) && same_file(&st, &input))
        return refuse(file, "is the input and would be overwritten", why);
    file->regular = S_ISREG(st.st_mode) && !is_stdio(file->path);
    if (!file->regular)
        return true;
    /* Some network file systems have no locks; the scan goes on there without this guard. */
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        file->created = false;
        return refuse(file, "is being written by another process", why);
    }
    if (!file->created && !options->force)
        return refuse(file, "exists already; --force replaces it", why);
    return check_sidecar(file, options, why);
}

bool output_file_open(struct output_file *file, const struct output_options *options,
                      struct failure *why)
{
    *file = (struct output_file){.path = options->path, .fd = -1};
    SHA256_Init(&file->sha256);
    file->fd = is_stdio(file->path) ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) : open_path(file);
    if (file->fd < 0)
        return refuse(file, strerror(errno), why);
    if (check_opened(file, options, why))
        return true;
    output_file_abandon(file);
    return false;
}

bool output_file_empty(struct output_file *file, struct failure *why)
{
    if (!file->regular || ftruncate(file->fd, 0) == 0)
        return true;
    return refuse(file, strerror(errno), why);
}

/* Returns 0 or an errno; *written is how far it came. */
static int write_all(int fd, const uint8_t *octets, size_t len, size_t *written)
{
    *written = 0;
    while (*written < len) {
        ssize_t n = write(fd, octets + *written, len - *written);
        if (n > 0) {
            *written += (size_t)n;
        } else if (n == 0) {
            return EIO;
        } else if (errno == EAGAIN) {
            struct pollfd writable = {.fd = fd, .events = POLLOUT};
            poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

bool output_file_append(struct output_file *file, const uint8_t *octets, size_t len,
                        struct failure *why)
{
    size_t written;
    int error = write_all(file->fd, octets, len, &written);
    if (error == 0) {
        SHA256_Update(&file->sha256, octets, len);
        file->len += len;
        return true;
    }
    bool torn = written > 0 && !(file->regular && ftruncate(file->fd, (off_t)file->len) == 0);
    failure_set(why, FAILURE_OUTPUT, "%s: write failed: %s%s", output_file_name(file),
                strerror(error), torn ? "; its last frame is incomplete" : "");
    return false;
}

bool output_file_close(struct output_file *file, char sha256[65], struct failure *why)
{
    sha256_hex(&file->sha256, sha256);
    int error = file->regular && fsync(file->fd) != 0 ? errno : 0;
    if (close(file->fd) != 0 && errno != EINTR && error == 0)
        error = errno;
    file->fd = -1;
    if (error == 0)
        return true;
    failure_set(why, FAILURE_OUTPUT, "%s: may not be on the disk: %s", output_file_name(file),
                strerror(error));
    return false;
}

void output_file_abandon(struct output_file *file)
{
    if (file->created)
        unlink(file->path);
    close(file->fd);
    file->fd = -1;
}
