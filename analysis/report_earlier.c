#define _POSIX_C_SOURCE 200809L
#include "report_earlier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file_sum.h"

#define LINE_LEN_MAX 512u
#define SUM_LEN (FILE_SUM_LEN - 1u)

/* A line is a sum, two blanks, and a name: cuts the newline off and returns the name. NULL: it is
 * none. */
static const char *name_in(char *line)
{
    size_t len = strlen(line);
    if (len < SUM_LEN + 4 || line[len - 1] != '\n' || memcmp(line + SUM_LEN, "  ", 2) != 0)
        return NULL;
    line[len - 1] = '\0';
    return line + SUM_LEN + 2;
}

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);
    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* May a report have made a file of this name in one report, and not in the next? */
static bool is_optional(const char *name)
{
    const char *slash = strchr(name, '/');
    if (slash == NULL || strchr(slash + 1, '/') != NULL)
        return false;
    if (strncmp(name, "figures/", 8) == 0)
        return ends_with(name, ".svg") || ends_with(name, ".pdf");
    return strncmp(name, "latex/", 6) == 0 && ends_with(name, ".tex");
}

static bool is_among(const char *name, char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_unchanged(int folder, const char *name, const char *line)
{
    char sum[FILE_SUM_LEN];
    return file_sum(folder, name, sum) && memcmp(sum, line, SUM_LEN) == 0;
}

bool report_earlier_remove(int folder, char *const *names, size_t count, char failed[256])
{
    char line[LINE_LEN_MAX];
    int fd = openat(folder, "SHA256SUMS", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    FILE *sums = fd >= 0 ? fdopen(fd, "r") : NULL;
    bool removed = true;
    while (removed && sums != NULL && fgets(line, sizeof line, sums) != NULL) {
        const char *name = name_in(line);
        if (name == NULL || !is_optional(name) || is_among(name, names, count) ||
            !is_unchanged(folder, name, line))
            continue;
        removed = unlinkat(folder, name, 0) == 0;
        if (!removed)
            snprintf(failed, 256, "%.255s", name);
    }
    int why = errno;
    if (sums != NULL)
        fclose(sums);
    else if (fd >= 0)
        close(fd);
    errno = why;
    return removed;
}
