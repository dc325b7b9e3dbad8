/* ca_combinations.csv: which CAs are allowed together. */
#include <stdlib.h>

#include "tables.h"

bool table_combos_write(struct csv_file *csv, const struct table_group *group)
{
    for (unsigned i = 0; i < TALLY_CA_COUNT; i++) {
        const struct tally_ca_shares *shares = &group->tally->ca.shares[i];
        size_t count;
        const struct count_entry **list = count_map_sorted(&shares->combos, &count);
        for (size_t k = 0; list != NULL && k < count; k++) {
            tables_lead(csv, group,
                        (struct table_base){"name", "found_with_property", shares->names});
            csv_file_word(csv, caa_property_word(tally_ca_property(i)));
            csv_file_text(csv, list[k]->key);
            csv_file_count(csv, list[k]->counts[CA_NAMES]);
            csv_file_share(csv, list[k]->counts[CA_NAMES], shares->names);
            csv_file_end_row(csv);
        }
        free(list);
        if (list == NULL)
            return false;
    }
    return true;
}
