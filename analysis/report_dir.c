#define _DEFAULT_SOURCE /* flock */
#include "report_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report_parts.h"
#include "say.h"

static bool refuse(struct report_dir *dir, const char *why)
{
    say("%s: %s", dir->path, why);
    report_dir_close(dir, false);
    return false;
}

bool report_dir_open(struct report_dir *dir, const char *path, bool force)
{
    *dir = (struct report_dir){.path = path, .fd = -1, .made = mkdir(path, 0777) == 0};
    if (dir->made || errno == EEXIST)
        dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir->fd < 0)
        return refuse(dir, strerror(errno));
    if (flock(dir->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        dir->made = false;
        return refuse(dir, "another run is writing into it");
    }
    if (!dir->made && !force && !report_parts_alone(dir->fd))
        return refuse(dir, "is not empty; --force replaces the tables in it");
    report_parts_remove(dir->fd);
    return true;
}

void report_dir_close(struct report_dir *dir, bool written)
{
    if (dir->fd >= 0)
        close(dir->fd);
    if (dir->made && !written)
        rmdir(dir->path);
    dir->fd = -1;
}
