#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"
#include "unpack.h"

#define RAW_CAP (256u * 1024u)

struct source {
    const char *name;
    struct unpack *unpack;
    int fd;
    int stop_fd;
    bool waits; /* not a regular file: a read may last */
    enum source_status status;
    bool raw_end;
    struct failure failure; /* with SOURCE_FAILED */
    size_t raw_at, raw_len;
    SHA256_CTX hash;
    atomic_uint_least64_t octets_read;
    uint64_t octets_total;
    uint8_t raw[RAW_CAP];
};

static enum source_status fail(struct source *source, const char *reason)
{
    uint64_t octet = source_octets_read(source) - (source->raw_len - source->raw_at);
    failure_set(&source->failure, FAILURE_INPUT, "%s: %s (at octet %" PRIu64 ")", source->name,
                reason, octet);
    source->status = SOURCE_FAILED;
    return SOURCE_FAILED;
}

/* Waits until there is something to read. False: stopped. */
static bool wait_readable(struct source *source)
{
    struct pollfd fds[] = {{.fd = source->stop_fd, .events = POLLIN},
                           {.fd = source->fd, .events = POLLIN}};
    nfds_t count = source->waits ? 2 : 1;
    while (poll(fds, count, source->waits ? -1 : 0) < 0 && errno == EINTR)
        ;
    return fds[0].revents == 0;
}

/* Reads more behind the raw octets that are there. */
static enum source_status read_raw(struct source *source)
{
    if (!wait_readable(source)) {
        source->status = SOURCE_STOPPED;
        return SOURCE_STOPPED;
    }
    uint8_t *into = source->raw + source->raw_len;
    ssize_t got;
    do
        got = read(source->fd, into, RAW_CAP - source->raw_len);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        failure_set(&source->failure, FAILURE_INPUT, "%s: %m", source->name);
        source->status = SOURCE_FAILED;
        return SOURCE_FAILED;
    }
    size_t len = (size_t)got;
    source->raw_end = len == 0;
    source->raw_len += len;
    SHA256_Update(&source->hash, into, len);
    atomic_fetch_add_explicit(&source->octets_read, len, memory_order_relaxed);
    return SOURCE_OCTETS;
}

static bool detect(struct source *source, struct failure *why)
{
    while (source->raw_len < UNPACK_MAGIC_LEN && !source->raw_end) {
        if (read_raw(source) != SOURCE_OCTETS) {
            *why = source->failure;
            return false;
        }
    }
    const char *refused;
    enum unpack_kind kind = unpack_detect(source->raw, source->raw_len, &refused);
    if (refused != NULL) {
        failure_set(why, FAILURE_INPUT, "%s: is %s; plain UTF-8, gzip and zstd can be read",
                    source->name, refused);
        return false;
    }
    source->unpack = unpack_new(kind);
    if (source->unpack == NULL) {
        failure_set(why, FAILURE_INPUT, "%s: no memory to unpack it", source->name);
        return false;
    }
    return true;
}

static bool open_file(struct source *source, const char *path, struct failure *why)
{
    bool standard = strcmp(path, "-") == 0;
    source->name = standard ? "standard input" : path;
    source->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    source->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (source->stop_fd < 0 || source->fd < 0 || fstat(source->fd, &about) < 0) {
        failure_set(why, FAILURE_INPUT, "%s: %m", source->name);
        return false;
    }
    if (S_ISDIR(about.st_mode)) {
        failure_set(why, FAILURE_INPUT, "%s: is a directory", source->name);
        return false;
    }
    source->waits = !S_ISREG(about.st_mode);
    source->octets_total = source->waits ? 0 : (uint64_t)about.st_size;
    return true;
}

struct source *source_new(const char *path, struct failure *why)
{
    struct source *source = calloc(1, sizeof *source);
    if (source == NULL) {
        failure_set(why, FAILURE_INPUT, "%s: no memory to read it", path);
        return NULL;
    }
    source->fd = -1;
    source->stop_fd = -1;
    SHA256_Init(&source->hash);
    if (open_file(source, path, why) && detect(source, why))
        return source;
    source_free(source);
    return NULL;
}

/* The file is at its end. */
static enum source_status finish(struct source *source)
{
    if (!unpack_may_end(source->unpack))
        return fail(source, "the packed data end early");
    source->status = SOURCE_END;
    return SOURCE_END;
}

enum source_status source_read(struct source *source, uint8_t *into, size_t cap, size_t *len)
{
    *len = 0;
    if (source->status != SOURCE_OCTETS)
        return source->status;
    for (;;) {
        struct unpack_buffers buffers = {.in = source->raw + source->raw_at,
                                         .in_len = source->raw_len - source->raw_at,
                                         .out = into,
                                         .out_cap = cap};
        const char *fault = unpack_step(source->unpack, &buffers);
        source->raw_at = source->raw_len - buffers.in_len;
        *len = buffers.out_len;
        if (buffers.out_len > 0)
            return SOURCE_OCTETS;
        if (fault != NULL)
            return fail(source, fault);
        if (source->raw_end)
            return finish(source);
        source->raw_at = 0;
        source->raw_len = 0;
        enum source_status status = read_raw(source);
        if (status != SOURCE_OCTETS)
            return status;
    }
}

void source_stop(struct source *source)
{
    int saved = errno;
    uint64_t one = 1;
    /* Can only fail where the counter is full, and then it is set. */
    ssize_t ignored = write(source->stop_fd, &one, sizeof one);
    (void)ignored;
    errno = saved;
}

uint64_t source_octets_read(const struct source *source)
{
    return atomic_load_explicit(&source->octets_read, memory_order_relaxed);
}

uint64_t source_octets_total(const struct source *source)
{
    return source->octets_total;
}

void source_sha256(const struct source *source, char hex[65])
{
    sha256_hex(&source->hash, hex);
}

const struct failure *source_failure(const struct source *source)
{
    return &source->failure;
}

const char *source_name(const struct source *source)
{
    return source->name;
}

void source_free(struct source *source)
{
    if (source == NULL)
        return;
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    if (source->stop_fd >= 0)
        close(source->stop_fd);
    unpack_free(source->unpack);
    free(source);
}
