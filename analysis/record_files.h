/* record_files.h: all the record files of a command, opened and planned. */
#ifndef RECORD_FILES_H
#define RECORD_FILES_H

#include "read_plan.h"

struct record_files {
    struct record_file *files;
    size_t count;
    struct read_plan plan;
};

/* False after a message: the input is of no use. Call record_files_fini either way. */
bool record_files_init(struct record_files *input, const char *const *paths, size_t count);

/* Is no file given twice, be it by another name or as a copy? False after a message. */
bool record_files_differ(const struct record_files *input);

void record_files_fini(struct record_files *input);

#endif
