/* report_dir.h: the folder that a report is written to. */
#ifndef REPORT_DIR_H
#define REPORT_DIR_H

#include <stdbool.h>

struct report_dir {
    const char *path; /* borrowed */
    int fd;
    bool made; /* was not there before */
};

/* Opens the folder, which is made if it is not there; one that is not empty is refused unless force
 * is set. It is locked as long as it is open, and one that another run has locked is refused; so
 * what is there of a run that was killed can be removed (report_parts.h). False after a message. */
bool report_dir_open(struct report_dir *dir, const char *path, bool force);

/* Closes it. Where no report was written, a folder that was made is removed again. */
void report_dir_close(struct report_dir *dir, bool written);

#endif
