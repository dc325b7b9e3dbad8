#include "tally_errors.h"

#include "record_parts.h"

void tally_errors_init(struct tally_errors *tally)
{
    *tally = (struct tally_errors){0};
    operator_tally_init(&tally->operators);
    for (size_t i = 0; i < CLASS_COUNT; i++)
        distinct_init(&tally->classes[i].levels);
}

void tally_errors_fini(struct tally_errors *tally)
{
    operator_tally_fini(&tally->operators);
    for (size_t i = 0; i < CLASS_COUNT; i++)
        distinct_fini(&tally->classes[i].levels);
}

/* The class that the detail of a note `recovered` names; CLASS_NONE where it names none. */
static enum error_class class_of(struct caa_text detail)
{
    for (unsigned class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        if (caa_text_equal(detail, caa_text_from(class_word(class))))
            return class;
    }
    return CLASS_NONE;
}

/* Counts a name once for each class that it recovered from. */
static void count_recovered(struct tally_errors *tally, const struct record_view *record)
{
    struct record_parts notes = record_parts_of(record, record->notes_json);
    struct record_note note;
    uint32_t seen = 0;
    while (record_notes_next(&notes, &note)) {
        if (!caa_text_equal(note.kind, caa_text_from(note_word(NOTE_RECOVERED))))
            continue;
        enum error_class class = class_of(note.detail);
        tally->classes[class].recovered += (seen >> class & 1) == 0;
        seen |= UINT32_C(1) << class;
    }
}

bool tally_errors_add(struct tally_errors *tally, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    if (row->part < PART_INDETERMINATE && (record->notes & 1u << NOTE_RECOVERED) != 0)
        count_recovered(tally, record);
    if (row->part != PART_INDETERMINATE)
        return true;
    struct error_count *class = &tally->classes[record->error_class];
    class->names++;
    class->a_probed += record->a_probed;
    class->a_answered += record->a_answered;
    class->br[br_failure_of(record)]++;
    if (record->error_at.octets != NULL && !distinct_add(&class->levels, record->error_at))
        return false;
    return operator_tally_add(&tally->operators, record->error_class, row->operator, 1);
}

bool tally_errors_merge(struct tally_errors *into, const struct tally_errors *from,
                        const struct tally_numbers *numbers)
{
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        struct error_count *class = &into->classes[i];
        class->names += from->classes[i].names;
        class->a_probed += from->classes[i].a_probed;
        class->a_answered += from->classes[i].a_answered;
        class->recovered += from->classes[i].recovered;
        for (size_t br = 0; br < BR_FAILURE_COUNT; br++)
            class->br[br] += from->classes[i].br[br];
        if (!distinct_merge(&class->levels, &from->classes[i].levels))
            return false;
    }
    return operator_tally_merge(&into->operators, &from->operators, NULL, numbers->operators);
}
