/* lints.csv and parsers.csv: what is odd about the sets found, and where CA software differs. */
#include "tables.h"

/* The largest operator of each number. */
struct tops {
    struct operator_top of[TALLY_LINTS_COUNT];
};

static struct tops find_tops(const struct table_group *group)
{
    struct tops tops;
    operator_tally_tops(&group->tally->lints.operators, &group->tally->operators, tops.of,
                        TALLY_LINTS_COUNT);
    return tops;
}

static void put_lint(struct csv_file *csv, const struct table_group *group, unsigned number,
                     struct table_base base, const struct tops *tops)
{
    const struct tally_lints *lints = &group->tally->lints;
    bool of_record = number < TALLY_LINTS_ROW && tally_lints_is_of_record(number);
    csv_file_count(csv, lints->names[number]);
    if (of_record)
        csv_file_count(csv, lints->records[number]);
    else
        csv_file_empty(csv);
    csv_file_share(csv, lints->names[number], base.denominator);
    tables_top_operator(csv, group, &tops->of[number], lints->names[number]);
}

static void put_nothing(struct csv_file *csv)
{
    for (int cell = 0; cell < 6; cell++)
        csv_file_empty(csv);
}

/* Out of how many names a lint of a row is known; no denominator where it is not. */
static struct table_base base_of(const struct table_group *group, enum row_lint lint)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    uint64_t checked = group->tally->lints.dnssec_checked;
    switch (row_lint_source(lint)) {
    case ROW_LINT_FROM_ROW:
        return (struct table_base){"name", "found", found};
    case ROW_LINT_FROM_NOTES:
        if (tables_servers_compared(group))
            return (struct table_base){"name", "found", found};
        break;
    case ROW_LINT_FROM_DNSSEC:
        if (checked > 0)
            return (struct table_base){"name", "found_dnssec_checked", checked};
        break;
    case ROW_LINT_FROM_NOTHING:
        break;
    }
    return (struct table_base){"name", "", 0};
}

bool table_lints_write(struct csv_file *csv, const struct table_group *group)
{
    struct table_base found = {"name", "found", adoption_cell_found(&group->tally->adoption.all)};
    struct tops tops = find_tops(group);
    for (unsigned lint = 0; lint < CAA_LINT_COUNT; lint++) {
        tables_lead(csv, group, found);
        csv_file_word(csv, caa_lint_name(lint));
        put_lint(csv, group, lint, found, &tops);
        csv_file_end_row(csv);
    }
    for (unsigned lint = 0; lint < ROW_LINT_COUNT; lint++) {
        struct table_base base = base_of(group, lint);
        tables_lead(csv, group, base);
        csv_file_word(csv, row_lint_name(lint));
        if (*base.denominator_of != '\0')
            put_lint(csv, group, TALLY_LINTS_ROW + lint, base, &tops);
        else
            put_nothing(csv);
        csv_file_end_row(csv);
    }
    return true;
}

static void put_rule(struct csv_file *csv, const struct table_group *group,
                     const struct caa_divergence_text *text, unsigned number,
                     const struct tops *tops)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    const struct tally_lints *lints = &group->tally->lints;
    tables_lead(csv, group, (struct table_base){"name", "found", found});
    csv_file_word(csv, text->rule);
    csv_file_word(csv, text->software);
    csv_file_word(csv, text->effect);
    csv_file_count(csv, lints->names[number]);
    csv_file_count(csv, lints->records[number]);
    csv_file_share(csv, lints->names[number], found);
    tables_top_operator(csv, group, &tops->of[number], lints->names[number]);
    csv_file_end_row(csv);
}

bool table_parsers_write(struct csv_file *csv, const struct table_group *group)
{
    static const struct caa_divergence_text any = {"any", "", "", ""};
    struct tops tops = find_tops(group);
    for (unsigned rule = 0; rule < CAA_DIVERGENCE_COUNT; rule++)
        put_rule(csv, group, caa_divergence_text(rule), TALLY_LINTS_RULE + rule, &tops);
    put_rule(csv, group, &any, TALLY_LINTS_ANY_RULE, &tops);
    return true;
}
