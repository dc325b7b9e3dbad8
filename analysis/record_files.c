#include "record_files.h"

#include <stdlib.h>

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

void record_files_fini(struct record_files *input)
{
    read_plan_fini(&input->plan);
    for (size_t i = 0; i < input->count; i++)
        record_file_close(&input->files[i]);
    free(input->files);
    *input = (struct record_files){0};
}
