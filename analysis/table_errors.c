/* errors.csv: why lookups failed. */
#include <stdlib.h>

#include "tables.h"

/* The operator with most failures of the class; name servers are not known in every mode. */
static bool put_top_operator(struct csv_file *csv, const struct error_count *class)
{
    size_t count;
    const struct count_entry **operators = count_map_sorted(&class->operators, &count);
    if (operators == NULL)
        return false;
    if (count > 0) {
        csv_file_text(csv, operators[0]->key);
        csv_file_count(csv, operators[0]->counts[0]);
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    free(operators);
    return true;
}

static bool put_class(struct csv_file *csv, const struct table_group *group, unsigned index)
{
    const struct error_count *class = &group->tally->errors.classes[index];
    uint64_t asked = adoption_cell_asked(&group->tally->adoption.all);
    tables_lead(csv, group, (struct table_base){"name", "asked", asked});
    csv_file_word(csv, class_word(index));
    csv_file_count(csv, class->names);
    csv_file_share(csv, class->names, asked);
    csv_file_count(csv, class->levels.count);
    if (!put_top_operator(csv, class))
        return false;
    csv_file_count(csv, class->a_probed);
    if (class->a_probed > 0)
        csv_file_count(csv, class->a_answered);
    else
        csv_file_empty(csv);
    csv_file_end_row(csv);
    return true;
}

/* Classes with more names first, and where equal in the order of the vocabulary. */
static unsigned next_class(const struct tally_errors *errors, const bool *done)
{
    unsigned next = CLASS_NONE;
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        if (!done[i] && errors->classes[i].names > errors->classes[next].names)
            next = i;
    }
    return next;
}

bool table_errors_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally_errors *errors = &group->tally->errors;
    bool done[CLASS_COUNT] = {false};
    for (unsigned class; (class = next_class(errors, done)) != CLASS_NONE;) {
        done[class] = true;
        if (!put_class(csv, group, class))
            return false;
    }
    return true;
}
