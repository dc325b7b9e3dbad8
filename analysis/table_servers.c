/* ns_consistency.csv and algorithm_diff.csv: where the answer depends on whom and how one asks. */
#include "tables.h"

bool table_consistency_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_consistency *tally = &group->tally->names.consistency;
    uint64_t asked = adoption_cell_asked(&group->tally->adoption.all);
    struct operator_top tops[CONSISTENCY_ROWS];
    bool known = tables_servers_compared(group);
    operator_tally_tops(&tally->operators, &group->tally->operators, tops, CONSISTENCY_ROWS);
    for (unsigned kind = 0; kind < CONSISTENCY_ROWS; kind++) {
        tables_lead(csv, group, (struct table_base){"name", "asked", asked});
        csv_file_word(csv, tally_consistency_word(kind));
        if (known) {
            csv_file_count(csv, tally->names[kind]);
            csv_file_share(csv, tally->names[kind], asked);
        } else {
            csv_file_empty(csv);
            csv_file_empty(csv);
        }
        tables_top_operator(csv, group, &tops[kind], tally->names[kind]);
        csv_file_end_row(csv);
    }
    return true;
}

static void put_empty(struct csv_file *csv, unsigned count)
{
    while (count-- > 0)
        csv_file_empty(csv);
}

static void put_pair(struct csv_file *csv, const struct table_group *group, unsigned pair,
                     const struct operator_top *top)
{
    const struct alt_count *count = &group->tally->names.alt.pairs[pair];
    uint64_t changed = count->presence + count->set;
    uint64_t compared = count->same + changed;
    tables_lead(csv, group, (struct table_base){"name", "compared", compared});
    csv_file_word(csv, tally_alt_word(pair));
    csv_file_count(csv, compared + count->one_failed + count->both_failed);
    if (compared + count->one_failed + count->both_failed == 0) {
        put_empty(csv, 9);
        csv_file_end_row(csv);
        return;
    }
    csv_file_count(csv, changed);
    csv_file_share(csv, changed, compared);
    csv_file_count(csv, count->presence);
    csv_file_count(csv, count->set);
    csv_file_count(csv, count->one_failed);
    csv_file_count(csv, count->both_failed);
    tables_top_operator(csv, group, top, changed);
    csv_file_end_row(csv);
}

bool table_alt_write(struct csv_file *csv, const struct table_group *group)
{
    struct operator_top tops[ALT_COUNT];
    operator_tally_tops(&group->tally->names.alt.operators, &group->tally->operators, tops,
                        ALT_COUNT);
    for (unsigned pair = 0; pair < ALT_COUNT; pair++)
        put_pair(csv, group, pair, &tops[pair]);
    return true;
}
