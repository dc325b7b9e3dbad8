/* params.csv and iodef.csv: what stands in the values of the sets found. */
#include <stdlib.h>

#include "tables.h"

static void put_distinct(struct csv_file *csv, const struct distinct *values)
{
    csv_file_count(csv, distinct_count(values));
    csv_file_word(csv, values->more ? "no" : "yes");
}

static void put_param(struct csv_file *csv, const struct table_group *group,
                      const struct param_count *param)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    tables_lead(csv, group, (struct table_base){"name", "found", found});
    csv_file_text(csv, param->tag);
    csv_file_count(csv, param->names);
    csv_file_count(csv, param->records);
    put_distinct(csv, &param->values);
    if (tally_params_is_8657(param->tag)) {
        csv_file_count(csv, param->valid);
        csv_file_count(csv, param->unsatisfiable);
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    csv_file_share(csv, param->names, found);
    csv_file_end_row(csv);
}

bool table_params_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_params *params = &group->tally->params;
    const struct param_count **sorted = tally_params_sorted(params);
    for (size_t i = 0; sorted != NULL && i < params->count; i++)
        put_param(csv, group, sorted[i]);
    free(sorted);
    return sorted != NULL;
}

bool table_iodef_write(struct csv_file *csv, const struct table_group *group)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    for (unsigned scheme = 0; scheme < CAA_IODEF_SCHEME_COUNT; scheme++) {
        const struct iodef_count *count = &group->tally->iodef.schemes[scheme];
        tables_lead(csv, group, (struct table_base){"name", "found", found});
        csv_file_word(csv, caa_iodef_scheme_word(scheme));
        csv_file_count(csv, count->names);
        csv_file_count(csv, count->records);
        csv_file_count(csv, count->valid);
        csv_file_count(csv, count->same_domain);
        put_distinct(csv, &count->targets);
        csv_file_share(csv, count->names, found);
        csv_file_end_row(csv);
    }
    return true;
}
