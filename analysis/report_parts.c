#define _POSIX_C_SOURCE 200809L
#include "report_parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const below[] = {"figures", "latex"};

#define BELOW_COUNT (sizeof below / sizeof *below)

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);
    return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

static bool is_part(int folder, const char *name)
{
    static const char *const ends[] = {".csv.part",  ".csv.zst.part", ".svg.part",
                                       ".pdf.part",  ".tex.part",     ".txt.part",
                                       ".html.part", ".sql.part",     "SHA256SUMS.part"};
    struct stat there;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ends_with(name, ends[i]))
            return fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
                   S_ISREG(there.st_mode);
    }
    return false;
}

static DIR *open_listing(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
    if (listing == NULL && fd >= 0)
        close(fd);
    return listing;
}

static bool is_below(const char *name)
{
    for (size_t i = 0; i < BELOW_COUNT; i++) {
        if (strcmp(name, below[i]) == 0)
            return true;
    }
    return false;
}

/* Does a folder hold parts alone, those folders apart where they may be passed over? */
static bool holds_parts(int parent, const char *name, bool pass_over)
{
    DIR *listing = open_listing(parent, name);
    if (listing == NULL)
        return false;
    const struct dirent *entry;
    bool alone = true;
    while (alone && (entry = readdir(listing)) != NULL) {
        const char *found = entry->d_name;
        alone = strcmp(found, ".") == 0 || strcmp(found, "..") == 0 ||
                is_part(dirfd(listing), found) ||
                (pass_over && is_below(found) && holds_parts(dirfd(listing), found, false));
    }
    closedir(listing);
    return alone;
}

bool report_parts_alone(int folder)
{
    return holds_parts(folder, ".", true);
}

static void sweep(int parent, const char *name)
{
    DIR *listing = open_listing(parent, name);
    const struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        if (is_part(dirfd(listing), entry->d_name))
            unlinkat(dirfd(listing), entry->d_name, 0);
    }
    if (listing != NULL)
        closedir(listing);
}

void report_parts_remove(int folder)
{
    sweep(folder, ".");
    for (size_t i = 0; i < BELOW_COUNT; i++)
        sweep(folder, below[i]);
}
