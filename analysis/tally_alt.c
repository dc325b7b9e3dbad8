#include "tally_alt.h"

#include "record_parts.h"

const char *tally_alt_word(enum tally_alt_pair pair)
{
#define PAIR_WORD(name, word) word,
    static const char *const words[] = {TALLY_ALT_PAIRS(PAIR_WORD)};
    return words[pair];
}

void tally_alt_init(struct tally_alt *tally)
{
    *tally = (struct tally_alt){0};
    operator_tally_init(&tally->operators);
}

void tally_alt_fini(struct tally_alt *tally)
{
    operator_tally_fini(&tally->operators);
}

static bool failed(const struct record_alt *verdict)
{
    return verdict->outcome != OUTCOME_FOUND && verdict->outcome != OUTCOME_EMPTY;
}

/* Counts a pair; true where the verdicts differ. */
static bool compare(struct alt_count *count, const struct record_alt *a, const struct record_alt *b)
{
    bool differ = false;
    if (failed(a) || failed(b)) {
        count->both_failed += failed(a) && failed(b);
        count->one_failed += failed(a) != failed(b);
    } else if (a->outcome != b->outcome) {
        differ = true;
        count->presence++;
    } else if (a->outcome == OUTCOME_FOUND && !caa_text_equal(a->rrset_owner, b->rrset_owner)) {
        differ = true;
        count->set++;
    } else {
        count->same++;
    }
    return differ;
}

bool tally_alt_add(struct tally_alt *tally, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    if (row->part >= PART_ASKED_END || record->alt_json.len < 2 || *record->alt_json.octets != '{')
        return true;
    struct record_alt verdicts[3] = {
        {.asked = true, .outcome = record->outcome, .rrset_owner = record->rrset_owner}};
    static const unsigned pairs[ALT_COUNT][2] = {{0, 1}, {0, 2}, {1, 2}};
    record_alt_read(record, &verdicts[1], &verdicts[2]);
    for (unsigned i = 0; i < ALT_COUNT; i++) {
        const struct record_alt *a = &verdicts[pairs[i][0]], *b = &verdicts[pairs[i][1]];
        if (a->asked && b->asked && compare(&tally->pairs[i], a, b) &&
            !operator_tally_add(&tally->operators, i, row->operator, 1))
            return false;
    }
    return true;
}

bool tally_alt_merge(struct tally_alt *into, const struct tally_alt *from,
                     const struct tally_numbers *numbers)
{
    for (size_t i = 0; i < ALT_COUNT; i++) {
        struct alt_count *sum = &into->pairs[i];
        const struct alt_count *added = &from->pairs[i];
        sum->same += added->same;
        sum->presence += added->presence;
        sum->set += added->set;
        sum->one_failed += added->one_failed;
        sum->both_failed += added->both_failed;
    }
    return operator_tally_merge(&into->operators, &from->operators, NULL, numbers->operators);
}
