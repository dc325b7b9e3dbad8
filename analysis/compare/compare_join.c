#include "compare_join.h"

#include "say.h"

void compare_join_init(struct compare_join *join, struct sorter *sorter)
{
    *join = (struct compare_join){.sorter = sorter};
}

void compare_join_fini(struct compare_join *join)
{
    octet_buffer_fini(&join->name);
    for (size_t i = 0; i < COMPARE_SIDES_MAX; i++)
        octet_buffer_fini(&join->bodies[i]);
}

/* Keeps the pending entry where it is the first of its side. */
static void keep_pending(struct compare_join *join, struct compare_row *row)
{
    struct octet_cursor cursor = {join->pending.body, false};
    size_t side = (size_t)octet_cursor_number(&cursor, 2);
    if (cursor.bad || side >= COMPARE_SIDES_MAX) {
        join->bad = true;
        return;
    }
    if (row->present[side]) {
        join->repeated[side]++;
        return;
    }
    row->present[side] = true;
    join->bodies[side].len = 0;
    octet_buffer_put(&join->bodies[side], join->pending.body);
    join->bad |= join->bodies[side].no_memory;
}

static void read_entries(struct compare_join *join, struct compare_row *row)
{
    for (size_t i = 0; i < COMPARE_SIDES_MAX; i++) {
        struct sort_entry kept = {row->name, octet_buffer_text(&join->bodies[i])};
        if (row->present[i] && !compare_entry_read(&kept, &row->entries[i]))
            join->bad = true;
    }
}

bool compare_join_next(struct compare_join *join, struct compare_row *row)
{
    if (!join->begun)
        join->has_pending = sorter_next(join->sorter, &join->pending);
    join->begun = true;
    if (!join->has_pending || join->bad)
        return false;
    memset(row->present, 0, sizeof row->present);
    join->name.len = 0;
    octet_buffer_put(&join->name, join->pending.key);
    join->bad = join->name.no_memory;
    row->name = octet_buffer_text(&join->name);
    while (!join->bad && join->has_pending && caa_text_equal(join->pending.key, row->name)) {
        keep_pending(join, row);
        join->has_pending = sorter_next(join->sorter, &join->pending);
    }
    read_entries(join, row);
    return !join->bad && !sorter_failed(join->sorter);
}

bool compare_join_ended_well(const struct compare_join *join)
{
    if (sorter_failed(join->sorter)) {
        sorter_say(join->sorter);
        return false;
    }
    if (join->bad)
        say("out of memory, or a temporary file does not hold what was written to it");
    return !join->bad;
}
