#include "tally_tld.h"

#include <stdlib.h>

#include "text_order.h"

void tally_tld_init(struct tally_tld *tally)
{
    *tally = (struct tally_tld){0};
    count_map_init(&tally->tlds);
    domain_set_init(&tally->domains);
}

void tally_tld_fini(struct tally_tld *tally)
{
    count_map_fini(&tally->tlds);
    domain_set_fini(&tally->domains);
}

uint32_t tally_tld_number(struct tally_tld *tally, struct caa_text tld)
{
    size_t known = tally->tlds.count;
    struct count_entry *entry = count_map_at(&tally->tlds, tld);
    if (entry == NULL || known >= UINT32_MAX)
        return UINT32_MAX;
    if (tally->tlds.count > known)
        entry->counts[0] = known;
    return (uint32_t)entry->counts[0];
}

static enum domain_state state_of(const struct tally_row *row)
{
    if (row->part < PART_FOUND_END)
        return DOMAIN_FOUND;
    return row->part == PART_NONE ? DOMAIN_EMPTY : DOMAIN_INDETERMINATE;
}

bool tally_tld_add(struct tally_tld *tally, const struct tally_row *row)
{
    if (row->part >= PART_ASKED_END)
        return true;
    if (row->split.registrable.octets == NULL) {
        tally->suffix_names++;
        return true;
    }
    return domain_set_add(&tally->domains, row->split.registrable, row->tld, state_of(row));
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

bool tally_tld_merge(struct tally_tld *into, const struct tally_tld *from, const uint32_t *numbers)
{
    into->suffix_names += from->suffix_names;
    return domain_set_merge(&into->domains, &from->domains, numbers);
}

static int by_size(const void *left, const void *right)
{
    const struct tld_count *a = left, *b = right;
    uint64_t size_a = a->found + a->empty + a->indeterminate;
    uint64_t size_b = b->found + b->empty + b->indeterminate;
    if (size_a != size_b)
        return size_a > size_b ? -1 : 1;
    return text_order(a->tld, b->tld);
}

static void count_domains(const struct domain_set *domains, struct tld_count *rows)
{
    for (size_t i = 0; i < domains->cap; i++) {
        const struct domain_slot *slot = &domains->slots[i];
        struct tld_count *row = &rows[slot->group];
        if ((slot->states & DOMAIN_FOUND) != 0)
            row->found++;
        else if ((slot->states & DOMAIN_INDETERMINATE) != 0)
            row->indeterminate++;
        else if (slot->states != 0)
            row->empty++;
    }
}

/* TLDs of which only public suffixes were asked have no row. */
static size_t drop_empty(struct tld_count *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].found + rows[i].empty + rows[i].indeterminate > 0)
            rows[kept++] = rows[i];
    }
    return kept;
}

struct tld_count *tally_tld_rows(const struct tally_tld *tally, size_t *count)
{
    *count = tally->tlds.count;
    struct tld_count *rows = calloc(*count + 1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (size_t i = 0; i < tally->tlds.cap; i++) {
        const struct count_entry *entry = &tally->tlds.slots[i];
        if (entry->key.octets != NULL)
            rows[entry->counts[0]].tld = entry->key;
    }
    count_domains(&tally->domains, rows);
    *count = drop_empty(rows, *count);
    if (*count > 1)
        qsort(rows, *count, sizeof *rows, by_size);
    return rows;
}
