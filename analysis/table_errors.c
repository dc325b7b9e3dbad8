/* errors.csv: why lookups failed. */
#include "tables.h"

/* Did control probes run in this scan? */
static bool any_probe(const struct table_group *group)
{
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        if (group->tally->errors.classes[i].a_probed > 0)
            return true;
    }
    return false;
}

/* What became of it. Whether anything recovered is not known where nothing was asked again. */
static void put_outcomes(struct csv_file *csv, const struct table_group *group,
                         const struct error_count *class)
{
    uint64_t recovered = group->tally->notes[NOTE_RECOVERED];
    if (recovered > 0 || any_probe(group))
        csv_file_count(csv, class->recovered);
    else
        csv_file_empty(csv);
    for (unsigned br = 0; br < BR_FAILURE_COUNT; br++)
        csv_file_count(csv, class->br[br]);
}

static void put_class(struct csv_file *csv, const struct table_group *group, unsigned index,
                      const struct operator_top *top)
{
    const struct error_count *class = &group->tally->errors.classes[index];
    uint64_t asked = adoption_cell_asked(&group->tally->adoption.all);
    tables_lead(csv, group, (struct table_base){"name", "asked", asked});
    csv_file_word(csv, class_word(index));
    csv_file_count(csv, class->names);
    csv_file_share(csv, class->names, asked);
    csv_file_count(csv, distinct_count(&class->levels));
    csv_file_word(csv, class->levels.more ? "no" : "yes");
    if (top->operators > 0)
        csv_file_count(csv, top->operators);
    else
        csv_file_empty(csv);
    tables_top_operator(csv, group, top, class->names);
    csv_file_count(csv, class->a_probed);
    if (class->a_probed > 0)
        csv_file_count(csv, class->a_answered);
    else
        csv_file_empty(csv);
    put_outcomes(csv, group, class);
    csv_file_end_row(csv);
}

static uint64_t weight_of(const struct error_count *class)
{
    return class->names + class->recovered;
}

/* Classes with more names first, and where equal in the order of the vocabulary. */
static unsigned next_class(const struct tally_errors *errors, const bool *done)
{
    unsigned next = CLASS_COUNT;
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        const struct error_count *class = &errors->classes[i];
        if (done[i] || weight_of(class) == 0)
            continue;
        if (next == CLASS_COUNT || weight_of(class) > weight_of(&errors->classes[next]))
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
    for (unsigned class; (class = next_class(errors, done)) != CLASS_COUNT;) {
        done[class] = true;
        put_class(csv, group, class, &tops[class]);
    }
    return true;
}
