/* summary.csv: one figure a row. */
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

static void put_records(struct csv_file *csv, const struct table_group *group)
{
    const struct tally *tally = group->tally;
    struct table_base records = {"record", "", 0};
    put(csv, group, records, "records", tally->records);
    put(csv, group, records, "records_of_later_passes", tally->later_passes);
    put(csv, group, records, "invalid", tally->adoption.all.parts[PART_INVALID]);
    put(csv, group, records, "skipped", tally->adoption.all.parts[PART_SKIPPED]);
    put(csv, group, records, "wildcards", tally->wildcards);
    put(csv, group, records, "queries", tally->queries);
    put(csv, group, records, "retries", tally->retries);
    for (unsigned kind = 0; kind < NOTE_COUNT; kind++) {
        if (tally->notes[kind] == 0)
            continue; /* whether it was looked for is not known */
        char metric[64];
        snprintf(metric, sizeof metric, "note_%s", note_word(kind));
        put(csv, group, records, metric, tally->notes[kind]);
    }
}

static void put_names(struct csv_file *csv, const struct table_group *group)
{
    const struct tally *tally = group->tally;
    const struct adoption_cell *all = &tally->adoption.all;
    uint64_t found = adoption_cell_found(all);
    uint64_t answered = adoption_cell_answered(all);
    struct table_base asked = {"name", "asked", adoption_cell_asked(all)};
    put(csv, group, asked, "asked", asked.denominator);
    put(csv, group, asked, "answered", answered);
    put(csv, group, asked, "found", found);
    put(csv, group, asked, "empty", all->parts[PART_NONE]);
    put(csv, group, asked, "indeterminate", all->parts[PART_INDETERMINATE]);
    for (unsigned i = 0; i < EXISTS_COUNT; i++) {
        char metric[64];
        snprintf(metric, sizeof metric, "exists_%s", existence_word(i));
        put(csv, group, asked, metric, tally->exists[i]);
    }
    put(csv, group, asked, "own_level_answered", all->own_answered);
    put(csv, group, asked, "public_suffixes", tally->tld.suffix_names);
    put(csv, group, (struct table_base){"name", "own_level_answered", all->own_answered},
        "adoption_direct", all->parts[PART_OWN]);
    put(csv, group, asked, "adoption_any_lo", found);
    put(csv, group, (struct table_base){"name", "answered", answered}, "adoption_any", found);
    put(csv, group, asked, "adoption_any_hi", found + all->parts[PART_INDETERMINATE]);
    for (unsigned part = 0; part < PART_ASKED_END; part++) {
        char metric[64];
        snprintf(metric, sizeof metric, "part_%s", tally_part_word(part));
        put(csv, group, asked, metric, all->parts[part]);
    }
}

static void put_sets(struct csv_file *csv, const struct table_group *group)
{
    const struct tally *tally = group->tally;
    struct table_base found = {"name", "found", tally->tags.names};
    struct table_base records = {"caa_record", "", 0};
    put(csv, group, found, "malformed_names", tally->tags.malformed_names);
    for (unsigned i = 0; i < DNSSEC_COUNT; i++) {
        if (tally->found_dnssec[i] == 0)
            continue;
        char metric[64];
        snprintf(metric, sizeof metric, "dnssec_%s", dnssec_word(i));
        put(csv, group, found, metric, tally->found_dnssec[i]);
    }
    put(csv, group, records, "caa_records", tally->tags.records);
    put(csv, group, records, "malformed_caa_records", tally->tags.malformed_records);
}

bool table_summary_write(struct csv_file *csv, const struct table_group *group)
{
    put_records(csv, group);
    put_names(csv, group);
    put_sets(csv, group);
    return table_input_write(csv, group);
}
