/* dnssec.csv: do signed names have a set more often than unsigned ones? */
#include "tables.h"

/* One of the two ways to tell whether a name is signed. */
struct measure {
    const char *by;
    const char *(*word)(unsigned status);
    const struct dnssec_count *counts;
    unsigned count;
    unsigned signed_status; /* the row that has the odds ratios */
    const struct dnssec_strata *strata;
};

static void put_ratio(struct csv_file *csv, const struct strata *strata, size_t first)
{
    double ratio;
    if (strata_odds_ratio(strata, first, &ratio))
        csv_file_number(csv, ratio);
    else
        csv_file_empty(csv);
}

static void put_ratios(struct csv_file *csv, const struct measure *measure, unsigned status)
{
    if (status != measure->signed_status) {
        csv_file_empty(csv);
        csv_file_empty(csv);
        csv_file_empty(csv);
        return;
    }
    put_ratio(csv, &measure->strata->all, 0);
    put_ratio(csv, &measure->strata->tlds, 0);
    put_ratio(csv, &measure->strata->operators, OPERATORS_NONE + 1);
}

static void put_status(struct csv_file *csv, const struct table_group *group,
                       const struct measure *measure, unsigned status)
{
    const struct dnssec_count *count = &measure->counts[status];
    uint64_t answered = count->found + count->none;
    if (answered + count->indeterminate == 0)
        return;
    tables_lead(csv, group, (struct table_base){"name", "answered_with_status", answered});
    csv_file_word(csv, measure->by);
    csv_file_word(csv, measure->word(status));
    csv_file_count(csv, count->found);
    csv_file_count(csv, answered + count->indeterminate);
    csv_file_count(csv, count->indeterminate);
    csv_file_share(csv, count->found, answered);
    put_ratios(csv, measure, status);
    csv_file_end_row(csv);
}

bool table_dnssec_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_dnssec *dnssec = &group->tally->names.dnssec;
    const struct measure measures[] = {
        {"validation", dnssec_word, dnssec->validation, DNSSEC_COUNT, DNSSEC_SECURE,
         &dnssec->by_validation},
        {"delegation", ds_word, dnssec->delegation, DS_COUNT, DS_PRESENT, &dnssec->by_delegation},
    };
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        for (unsigned status = 0; status < measures[i].count; status++)
            put_status(csv, group, &measures[i], status);
    }
    return true;
}
