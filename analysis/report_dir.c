#define _POSIX_C_SOURCE 200809L
#include "report_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

static bool is_empty(const char *path)
{
    DIR *listing = opendir(path);
    if (listing == NULL)
        return false;
    const struct dirent *entry;
    bool empty = true;
    while (empty && (entry = readdir(listing)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(listing);
    return empty;
}

bool report_dir_open(struct report_dir *dir, const char *path, bool force)
{
    *dir = (struct report_dir){.path = path, .fd = -1, .made = mkdir(path, 0777) == 0};
    if (dir->made || errno == EEXIST)
        dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir->fd < 0) {
        say("%s: %s", path, strerror(errno));
        report_dir_close(dir, false);
        return false;
    }
    if (dir->made || force || is_empty(path))
        return true;
    say("%s: is not empty; --force replaces the tables in it", path);
    report_dir_close(dir, false);
    return false;
}

void report_dir_close(struct report_dir *dir, bool written)
{
    if (dir->fd >= 0)
        close(dir->fd);
    if (dir->made && !written)
        rmdir(dir->path);
    dir->fd = -1;
}
