#define _GNU_SOURCE /* fopencookie */
#include "noted_file.h"

#include <errno.h>
#include <unistd.h>

/* Fewer octets than were given are, for the stream, a failure. */
static ssize_t put(void *cookie, const char *octets, size_t len)
{
    struct noted_file *noted = cookie;
    size_t put = 0;
    while (put < len) {
        ssize_t some = write(noted->fd, octets + put, len - put);
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0) {
            if (noted->error == 0)
                noted->error = some < 0 ? errno : EIO;
            break;
        }
        put += (size_t)some;
    }
    return (ssize_t)put;
}

static int end(void *cookie)
{
    const struct noted_file *noted = cookie;
    return close(noted->fd);
}

FILE *noted_file_open(struct noted_file *noted, int fd)
{
    *noted = (struct noted_file){.fd = fd};
    return fopencookie(noted, "w", (cookie_io_functions_t){.write = put, .close = end});
}

int noted_file_flush(struct noted_file *noted, FILE *file)
{
    if (fflush(file) == 0 && !ferror(file) && noted->error == 0)
        return 0;
    return noted->error != 0 ? noted->error : EIO;
}
