#include "tally_errors.h"

void tally_errors_init(struct tally_errors *tally)
{
    *tally = (struct tally_errors){0};
    operator_tally_init(&tally->operators);
    for (size_t i = 0; i < CLASS_COUNT; i++)
        count_map_init(&tally->classes[i].levels);
}

void tally_errors_fini(struct tally_errors *tally)
{
    operator_tally_fini(&tally->operators);
    for (size_t i = 0; i < CLASS_COUNT; i++)
        count_map_fini(&tally->classes[i].levels);
}

static bool count_key(struct count_map *map, struct caa_text key)
{
    struct count_entry *entry = count_map_at(map, key);
    if (entry != NULL)
        entry->counts[0]++;
    return entry != NULL;
}

bool tally_errors_add(struct tally_errors *tally, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    if (row->part != PART_INDETERMINATE)
        return true;
    struct error_count *class = &tally->classes[record->error_class];
    class->names++;
    class->a_probed += record->a_probed;
    class->a_answered += record->a_answered;
    if (record->error_at.octets != NULL && !count_key(&class->levels, record->error_at))
        return false;
    return operator_tally_add(&tally->operators, record->error_class, row->operator, 1);
}

bool tally_errors_merge(struct tally_errors *into, const struct tally_errors *from,
                        const uint32_t *numbers)
{
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        struct error_count *class = &into->classes[i];
        class->names += from->classes[i].names;
        class->a_probed += from->classes[i].a_probed;
        class->a_answered += from->classes[i].a_answered;
        if (!count_map_merge(&class->levels, &from->classes[i].levels))
            return false;
    }
    return operator_tally_merge(&into->operators, &from->operators, NULL, numbers);
}
