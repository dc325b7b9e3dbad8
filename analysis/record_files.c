#include "record_files.h"

#include <stdlib.h>
#include <string.h>

#include "say.h"

bool record_files_init(struct record_files *input, const char *const *paths, size_t count)
{
    *input = (struct record_files){.files = calloc(count, sizeof *input->files)};
    if (input->files == NULL) {
        say("out of memory");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!record_file_open(&input->files[i], paths[i]))
            return false;
        input->count++;
    }
    return read_plan_init(&input->plan, input->files, count);
}

/* Two scans differ in their first octets, so this ends early but for copies. */
static bool is_same(const struct record_file *a, const struct record_file *b)
{
    if (a->device == b->device && a->inode == b->inode)
        return true;
    return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

bool record_files_differ(const struct record_files *input)
{
    for (size_t i = 1; i < input->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!is_same(&input->files[j], &input->files[i]))
                continue;
            say("%s: holds the same octets as %s: every row of it would count twice",
                input->files[i].path, input->files[j].path);
            return false;
        }
    }
    return true;
}

void record_files_fini(struct record_files *input)
{
    read_plan_fini(&input->plan);
    for (size_t i = 0; i < input->count; i++)
        record_file_close(&input->files[i]);
    free(input->files);
    *input = (struct record_files){0};
}
