/* errors.csv: why lookups failed. */
#include "tables.h"

static void put_class(struct csv_file *csv, const struct table_group *group, unsigned index,
                      const struct operator_top *top)
{
    const struct error_count *class = &group->tally->errors.classes[index];
    uint64_t asked = adoption_cell_asked(&group->tally->adoption.all);
    tables_lead(csv, group, (struct table_base){"name", "asked", asked});
    csv_file_word(csv, class_word(index));
    csv_file_count(csv, class->names);
    csv_file_share(csv, class->names, asked);
    csv_file_count(csv, class->levels.count);
    tables_top_operator(csv, group, top, class->names);
    csv_file_count(csv, class->a_probed);
    if (class->a_probed > 0)
        csv_file_count(csv, class->a_answered);
    else
        csv_file_empty(csv);
    csv_file_end_row(csv);
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
    struct operator_top tops[CLASS_COUNT];
    bool done[CLASS_COUNT] = {false};
    operator_tally_tops(&errors->operators, &group->tally->operators, tops, CLASS_COUNT);
    for (unsigned class; (class = next_class(errors, done)) != CLASS_NONE;) {
        done[class] = true;
        put_class(csv, group, class, &tops[class]);
    }
    return true;
}
