/* The rows of summary.csv about the input. */
#include "tables.h"

static void put(struct csv_file *csv, const struct table_group *group, struct table_base base,
                const char *metric, uint64_t count)
{
    tables_lead(csv, group, base);
    csv_file_word(csv, metric);
    csv_file_count(csv, count);
    csv_file_share(csv, count, base.denominator);
    csv_file_end_row(csv);
}

/* How many rows there should be is not known without metadata. */
static void put_unknown(struct csv_file *csv, const struct table_group *group, const char *metric)
{
    tables_lead(csv, group, (struct table_base){"row", "", 0});
    csv_file_word(csv, metric);
    csv_file_empty(csv);
    csv_file_empty(csv);
    csv_file_end_row(csv);
}

bool table_input_write(struct csv_file *csv, const struct table_group *group)
{
    if (group->input == NULL)
        return true;
    const struct tally_key *own = &group->tally->key;
    const struct row_census_key key = {own->scan, own->vantage, own->prefix, own->mode, 1};
    const struct read_totals *totals = &group->input->totals;
    struct input_rows rows;
    if (!record_input_rows(group->input, &key, &rows))
        return false;
    if (rows.expected_known)
        put(csv, group, (struct table_base){"row", "expected", rows.expected}, "rows_missing",
            rows.missing);
    else
        put_unknown(csv, group, "rows_missing");
    put(csv, group, (struct table_base){"record", "", 0}, "records_repeated", rows.repeated);
    put(csv, group, (struct table_base){"line", "", 0}, "input_bad_lines", totals->bad_lines);
    put(csv, group, (struct table_base){"frame", "", 0}, "input_torn_frames", totals->torn_frames);
    put(csv, group, (struct table_base){"frame", "", 0}, "input_damaged_frames",
        totals->damaged_frames);
    put(csv, group, (struct table_base){"octet", "", 0}, "input_octets_left_out",
        totals->octets_left_out);
    return true;
}
