#include "tally_tld.h"

#include <stdlib.h>

#include "text_order.h"

#define FIRST_CAP 64u

void tally_tld_init(struct tally_tld *tally)
{
    *tally = (struct tally_tld){0};
    count_map_init(&tally->tlds);
}

void tally_tld_fini(struct tally_tld *tally)
{
    count_map_fini(&tally->tlds);
    free(tally->list);
}

/* Makes the cells of the next number. */
static bool grow(struct tally_tld *tally)
{
    if (tally->tlds.count < tally->list_cap)
        return true;
    size_t cap = tally->list_cap == 0 ? FIRST_CAP : tally->list_cap * 2;
    struct tld_count *grown = realloc(tally->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + tally->list_cap, 0, (cap - tally->list_cap) * sizeof *grown);
    tally->list = grown;
    tally->list_cap = cap;
    return true;
}

/* Octets and length of a short text, so that no two have the same; 0 for a long one. */
static uint64_t key_of(struct caa_text tld)
{
    if (tld.len > 7)
        return 0;
    uint64_t key = tld.len + 1;
    for (size_t i = 0; i < tld.len; i++)
        key = key << 8 | tld.octets[i];
    return key;
}

static uint32_t find_number(struct tally_tld *tally, struct caa_text tld)
{
    size_t known = tally->tlds.count;
    struct count_entry *entry = grow(tally) ? count_map_at(&tally->tlds, tld) : NULL;
    if (entry == NULL || known >= UINT32_MAX)
        return UINT32_MAX;
    if (tally->tlds.count > known)
        entry->counts[0] = known;
    return (uint32_t)entry->counts[0];
}

uint32_t tally_tld_number(struct tally_tld *tally, struct caa_text tld)
{
    uint64_t key = key_of(tld);
    struct tld_recent *recent =
        &tally->recent[key * UINT64_C(0x9E3779B97F4A7C15) >> 58 & (TALLY_TLD_RECENT - 1)];
    if (key != 0 && recent->key == key)
        return recent->number;
    uint32_t number = find_number(tally, tld);
    if (number != UINT32_MAX)
        *recent = (struct tld_recent){key, number};
    return number;
}

static void count_cell(struct tld_cell *cell, enum tally_part part)
{
    if (part < PART_FOUND_END)
        cell->found++;
    else if (part == PART_NONE)
        cell->empty++;
    else
        cell->indeterminate++;
}

void tally_tld_add(struct tally_tld *tally, const struct tally_row *row)
{
    if (row->part >= PART_ASKED_END)
        return;
    struct tld_count *count = &tally->list[row->tld];
    count_cell(&count->names, row->part);
    if (row->split.registrable.octets == NULL)
        tally->suffix_names++;
    else if (row->split.registrable.len == row->record->name.len)
        count_cell(&count->domains, row->part);
}

uint32_t *tally_tld_renumber(struct tally_tld *tally, const struct tally_tld *from)
{
    uint32_t *numbers = calloc(from->tlds.count + 1, sizeof *numbers);
    for (size_t i = 0; numbers != NULL && i < from->tlds.cap; i++) {
        const struct count_entry *entry = &from->tlds.slots[i];
        if (entry->key.octets == NULL)
            continue;
        uint32_t number = tally_tld_number(tally, entry->key);
        if (number == UINT32_MAX) {
            free(numbers);
            return NULL;
        }
        numbers[entry->counts[0]] = number;
    }
    return numbers;
}

static void merge_cell(struct tld_cell *into, const struct tld_cell *from)
{
    into->found += from->found;
    into->empty += from->empty;
    into->indeterminate += from->indeterminate;
}

void tally_tld_merge(struct tally_tld *into, const struct tally_tld *from, const uint32_t *numbers)
{
    into->suffix_names += from->suffix_names;
    for (size_t i = 0; i < from->tlds.count; i++) {
        merge_cell(&into->list[numbers[i]].names, &from->list[i].names);
        merge_cell(&into->list[numbers[i]].domains, &from->list[i].domains);
    }
}

uint64_t tld_cell_answered(const struct tld_cell *cell)
{
    return cell->found + cell->empty;
}

uint64_t tld_cell_asked(const struct tld_cell *cell)
{
    return tld_cell_answered(cell) + cell->indeterminate;
}

static int by_count(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int by_size(const void *left, const void *right)
{
    const struct tld_count *a = left, *b = right;
    int order = by_count(tld_cell_asked(&a->domains), tld_cell_asked(&b->domains));
    if (order == 0)
        order = by_count(tld_cell_asked(&a->names), tld_cell_asked(&b->names));
    return order != 0 ? order : text_order(a->tld, b->tld);
}

struct tld_count *tally_tld_rows(const struct tally_tld *tally, size_t *count)
{
    *count = tally->tlds.count;
    struct tld_count *rows = calloc(*count + 1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (size_t i = 0; i < tally->tlds.cap; i++) {
        const struct count_entry *entry = &tally->tlds.slots[i];
        if (entry->key.octets == NULL)
            continue;
        rows[entry->counts[0]] = tally->list[entry->counts[0]];
        rows[entry->counts[0]].tld = entry->key;
    }
    if (*count > 1)
        qsort(rows, *count, sizeof *rows, by_size);
    return rows;
}
