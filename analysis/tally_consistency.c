#include "tally_consistency.h"

#include "record_parts.h"

const char *tally_consistency_word(unsigned kind)
{
#define KIND_WORD(name, word) word,
    static const char *const words[] = {TALLY_CONSISTENCY_KINDS(KIND_WORD) "any", "incomplete"};
    return words[kind];
}

void tally_consistency_init(struct tally_consistency *tally)
{
    *tally = (struct tally_consistency){0};
    operator_tally_init(&tally->operators);
}

void tally_consistency_fini(struct tally_consistency *tally)
{
    operator_tally_fini(&tally->operators);
}

static unsigned kind_of(struct caa_text detail)
{
    struct caa_text rest = detail;
    struct caa_text word = caa_text_trim(caa_text_cut(&rest, ':'));
    for (unsigned kind = 0; kind < CONSISTENCY_OTHER; kind++) {
        if (caa_text_equal(word, caa_text_from(tally_consistency_word(kind))))
            return kind;
    }
    return CONSISTENCY_OTHER;
}

/* The kinds that a record has, as bits. */
static unsigned kinds_of(const struct record_view *record)
{
    if ((record->notes & 1u << NOTE_NS_INCONSISTENT) == 0)
        return 1u << CONSISTENCY_INCOMPLETE;
    struct record_parts notes = record_parts_of(record, record->notes_json);
    struct record_note note;
    unsigned kinds = 0;
    while (record_notes_next(&notes, &note)) {
        if (caa_text_equal(note.kind, caa_text_from(note_word(NOTE_NS_INCONSISTENT))))
            kinds |= 1u << kind_of(note.detail);
    }
    return kinds | 1u << CONSISTENCY_ANY;
}

bool tally_consistency_add(struct tally_consistency *tally, const struct tally_row *row)
{
    const unsigned census = 1u << NOTE_NS_INCONSISTENT | 1u << NOTE_CENSUS_INCOMPLETE;
    if (row->part >= PART_ASKED_END || (row->record->notes & census) == 0)
        return true;
    unsigned kinds = kinds_of(row->record);
    for (unsigned kind = 0; kind < CONSISTENCY_ROWS; kind++) {
        if ((kinds & 1u << kind) == 0)
            continue;
        tally->names[kind]++;
        if (!operator_tally_add(&tally->operators, kind, row->operator, 1))
            return false;
    }
    return true;
}

bool tally_consistency_merge(struct tally_consistency *into, const struct tally_consistency *from,
                             const struct tally_numbers *numbers)
{
    for (unsigned kind = 0; kind < CONSISTENCY_ROWS; kind++)
        into->names[kind] += from->names[kind];
    return operator_tally_merge(&into->operators, &from->operators, NULL, numbers->operators);
}
