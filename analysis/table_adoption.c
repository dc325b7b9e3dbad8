/* adoption_by_rank.csv, adoption_by_tld.csv and climb.csv. */
#include <stdlib.h>

#include "tables.h"

/* Ranks of a bucket; 0 is an empty cell. */
struct bucket {
    uint64_t low, high;
};

static void put_rank(struct csv_file *csv, uint64_t rank)
{
    if (rank == 0)
        csv_file_empty(csv);
    else
        csv_file_count(csv, rank);
}

static void put_parts(struct csv_file *csv, const struct adoption_cell *cell)
{
    for (unsigned part = 0; part < PART_FOUND_END; part++)
        csv_file_count(csv, cell->parts[part]);
    csv_file_count(csv, adoption_cell_found(cell));
    for (unsigned part = PART_FOUND_END; part < PART_COUNT; part++)
        csv_file_count(csv, cell->parts[part]);
}

static void put_bucket(struct csv_file *csv, const struct table_group *group,
                       const struct adoption_cell *cell, struct bucket bucket)
{
    uint64_t asked = adoption_cell_asked(cell);
    uint64_t found = adoption_cell_found(cell);
    uint64_t direct = cell->parts[PART_OWN];
    if (asked + cell->parts[PART_INVALID] + cell->parts[PART_SKIPPED] == 0)
        return;
    tables_lead(csv, group, (struct table_base){"name", "asked", asked});
    csv_file_word(csv, group->list);
    put_rank(csv, bucket.low);
    put_rank(csv, bucket.high);
    csv_file_count(csv, asked);
    csv_file_count(csv, adoption_cell_answered(cell));
    put_parts(csv, cell);
    csv_file_count(csv, cell->nonexistent);
    csv_file_count(csv, cell->own_answered);
    csv_file_share(csv, direct, cell->own_answered);
    csv_file_share(csv, found, asked);
    csv_file_share(csv, found, adoption_cell_answered(cell));
    csv_file_share(csv, found + cell->parts[PART_INDETERMINATE], asked);
    csv_file_end_row(csv);
}

static void put_tops(struct csv_file *csv, const struct table_group *group)
{
    struct adoption_cell top = {0};
    uint64_t high = ADOPTION_FIRST_DECADE;
    for (size_t i = 0; i < ADOPTION_DECADE_COUNT; i++, high *= 10) {
        const struct adoption_cell *decade = &group->tally->adoption.decades[i];
        uint64_t rows = decade->parts[PART_INVALID] + decade->parts[PART_SKIPPED];
        if (rows + adoption_cell_asked(decade) == 0)
            continue;
        adoption_cell_merge(&top, decade);
        put_bucket(csv, group, &top, (struct bucket){1, high});
    }
}

bool table_rank_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_adoption *adoption = &group->tally->adoption;
    put_bucket(csv, group, &adoption->all, (struct bucket){0, 0});
    put_tops(csv, group);
    for (uint64_t i = 0; group->rank_bands && i < ADOPTION_BAND_COUNT; i++) {
        struct bucket bucket = {i * ADOPTION_BAND_SIZE + 1, (i + 1) * ADOPTION_BAND_SIZE};
        put_bucket(csv, group, &adoption->bands[i], bucket);
    }
    return true;
}

static void put_interval(struct csv_file *csv, const struct table_group *group, uint64_t found,
                         uint64_t answered)
{
    double low, high;
    if (!group->sample || answered == 0) {
        csv_file_empty(csv);
        csv_file_empty(csv);
        return;
    }
    tables_wilson(found, answered, &low, &high);
    csv_file_fraction(csv, low);
    csv_file_fraction(csv, high);
}

static void put_tld(struct csv_file *csv, const struct table_group *group,
                    const struct tld_count *row)
{
    const struct tld_cell *domains = &row->domains;
    uint64_t answered = tld_cell_answered(domains);
    uint64_t all = tld_cell_asked(domains);
    tables_lead(csv, group, (struct table_base){"registrable_domain", "answered", answered});
    csv_file_text(csv, row->tld);
    csv_file_word(csv, suffix_tld_type(row->tld));
    csv_file_count(csv, all);
    csv_file_count(csv, answered);
    csv_file_count(csv, domains->found);
    csv_file_count(csv, domains->indeterminate);
    csv_file_share(csv, domains->found, answered);
    csv_file_share(csv, domains->found, all);
    csv_file_share(csv, domains->found + domains->indeterminate, all);
    put_interval(csv, group, domains->found, answered);
    csv_file_word(csv, group->suffixes);
    csv_file_count(csv, tld_cell_asked(&row->names));
    csv_file_count(csv, tld_cell_answered(&row->names));
    csv_file_count(csv, row->names.found);
    csv_file_count(csv, row->names.indeterminate);
    csv_file_end_row(csv);
}

bool table_tld_write(struct csv_file *csv, const struct table_group *group)
{
    size_t count;
    struct tld_count *rows = tally_tld_rows(&group->tally->tld, &count);
    for (size_t i = 0; rows != NULL && i < count; i++)
        put_tld(csv, group, &rows[i]);
    free(rows);
    return rows != NULL;
}

bool table_climb_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_adoption *adoption = &group->tally->adoption;
    uint64_t found = adoption_cell_found(&adoption->all);
    for (size_t depth = 0; depth < RECORD_DEPTH_END; depth++) {
        for (unsigned part = 0; part < PART_FOUND_END; part++) {
            uint64_t names = adoption->depths[depth][part];
            if (names == 0)
                continue;
            tables_lead(csv, group, (struct table_base){"name", "found", found});
            csv_file_count(csv, depth);
            csv_file_count(csv, names);
            csv_file_word(csv, tally_part_word(part));
            csv_file_share(csv, names, found);
            csv_file_end_row(csv);
        }
    }
    return true;
}
