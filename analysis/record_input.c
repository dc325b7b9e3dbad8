#include "record_input.h"

#include "completeness.h"
#include "say.h"

bool record_input_open(struct record_input *input, const char *const *paths, size_t count)
{
    *input = (struct record_input){0};
    if (!record_files_init(&input->files, paths, count) || !record_files_differ(&input->files) ||
        !completeness_check(&input->files.plan, &input->warnings))
        return false;
    input->census = row_census_new();
    if (input->census == NULL)
        say("out of memory");
    return input->census != NULL;
}

void record_input_fini(struct record_input *input)
{
    row_census_free(input->census);
    record_files_fini(&input->files);
    notices_fini(&input->warnings);
    input->census = NULL;
}

unsigned record_input_threads(const struct record_input *input, unsigned asked)
{
    size_t units = input->files.plan.unit_count;
    return units == 0 ? 1 : units < asked ? (unsigned)units : asked;
}

enum read_status record_input_read(struct record_input *input, struct read_sink *sink)
{
    sink->census = input->census;
    enum read_status status = read_pool_run(&input->files.plan, sink, &input->totals);
    if (status != READ_OK)
        return status;
    return input_audit_tell(input->census, &input->files.plan, &input->warnings)
               ? READ_OK
               : READ_OUT_OF_MEMORY;
}

bool record_input_is_whole(const struct record_input *input)
{
    const struct read_totals *totals = &input->totals;
    return input->warnings.told + totals->bad_lines + totals->torn_frames +
               totals->damaged_frames ==
           0;
}

bool record_input_suffices(const struct record_input *input, bool strict)
{
    if (!strict || record_input_is_whole(input))
        return true;
    say("nothing is written: the input is not whole, and --strict wants it so");
    return false;
}

bool record_input_rows(const struct record_input *input, const struct row_census_key *key,
                       struct input_rows *out)
{
    return input_audit_rows(input->census, &input->files.plan, key, out);
}
