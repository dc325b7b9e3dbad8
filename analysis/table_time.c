/* adoption_over_time.csv: one scan after the other, and the operator behind each jump. */
#include "tables.h"
#include "text_order.h"

/* An operator and how many of its names have a set, then and now. */
struct mover {
    struct caa_text operator;
    uint64_t before, now;
};

static uint64_t change_of(const struct mover *mover)
{
    return mover->now > mover->before ? mover->now - mover->before : mover->before - mover->now;
}

/* The larger change wins, then the larger operator, then the first by name. */
static bool moves_more(const struct mover *a, const struct mover *b)
{
    if (b->operator.octets == NULL || change_of(a) != change_of(b))
        return b->operator.octets == NULL || change_of(a) > change_of(b);
    if (a->now != b->now)
        return a->now > b->now;
    return text_order(a->operator, b->operator) < 0;
}

static uint64_t found_of(const struct tally *tally, struct caa_text operator)
{
    uint32_t number = operators_find(&tally->operators, operator);
    return number == OPERATORS_NONE ? 0
                                    : tally_operators_count(&tally->names.operators, number).found;
}

/* Without an earlier scan everything that has a set is new. */
static struct mover largest_mover(const struct tally *now, const struct tally *before)
{
    struct mover largest = {0};
    for (uint32_t number = OPERATORS_NONE + 1; number < now->operators.count; number++) {
        struct mover mover = {now->operators.list[number].text, 0,
                              tally_operators_count(&now->names.operators, number).found};
        if (before != NULL)
            mover.before = found_of(before, mover.operator);
        if (moves_more(&mover, &largest))
            largest = mover;
    }
    for (uint32_t number = OPERATORS_NONE + 1; before != NULL && number < before->operators.count;
         number++) {
        struct mover mover = {before->operators.list[number].text,
                              tally_operators_count(&before->names.operators, number).found, 0};
        if (operators_find(&now->operators, mover.operator) == OPERATORS_NONE &&
            moves_more(&mover, &largest))
            largest = mover;
    }
    return largest;
}

/* The operator cells, empty where no operator is known. */
static void put_mover(struct csv_file *csv, const struct mover *mover, bool compared)
{
    if (mover->operator.octets == NULL) {
        for (unsigned i = 0; i < 3; i++)
            csv_file_empty(csv);
        return;
    }
    csv_file_text(csv, mover->operator);
    csv_file_count(csv, mover->now);
    if (compared)
        csv_file_change(csv, mover->before, mover->now);
    else
        csv_file_empty(csv);
}

/* The time of the earliest verdict, as the record has it. */
static struct caa_text began_of(const struct tally *tally)
{
    const struct tally_time *time = &tally->first_time;
    const uint8_t *end = memchr(time->octets, 0, sizeof time->octets);
    return caa_text_of(time->octets,
                       end != NULL ? (size_t)(end - time->octets) : sizeof time->octets);
}

bool table_time_write(struct csv_file *csv, const struct table_group *group)
{
    const struct tally *before = group->before;
    const struct adoption_cell *cell = &group->tally->adoption.all;
    uint64_t asked = adoption_cell_asked(cell), found = adoption_cell_found(cell);
    struct mover mover = largest_mover(group->tally, before);
    tables_lead(csv, group, (struct table_base){"name", "asked", asked});
    csv_file_text(csv, began_of(group->tally));
    csv_file_word(csv, group->list);
    csv_file_count(csv, asked);
    csv_file_count(csv, adoption_cell_answered(cell));
    csv_file_count(csv, cell->parts[PART_OWN]);
    csv_file_count(csv, cell->parts[PART_VIA_ALIAS]);
    csv_file_count(csv, found);
    csv_file_count(csv, cell->parts[PART_INDETERMINATE]);
    csv_file_share(csv, found, adoption_cell_answered(cell));
    csv_file_share(csv, found, asked);
    csv_file_share(csv, found + cell->parts[PART_INDETERMINATE], asked);
    if (before != NULL) {
        csv_file_text(csv, before->key.scan);
        csv_file_change(csv, adoption_cell_found(&before->adoption.all), found);
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    put_mover(csv, &mover, before != NULL);
    csv_file_end_row(csv);
    return true;
}
