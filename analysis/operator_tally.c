#include "operator_tally.h"

#include <stdlib.h>

#include "big_table.h"
#include "fetch_line.h"

#define FIRST_CAP 64u

struct operator_pair {
    uint32_t key, number;
    uint64_t count; /* 0: an empty slot */
};

void operator_tally_init(struct operator_tally *tally)
{
    *tally = (struct operator_tally){0};
}

void operator_tally_fini(struct operator_tally *tally)
{
    free(tally->pairs);
    operator_tally_init(tally);
}

/* Spreads both numbers over all bits, as in the end of SplitMix64. */
static uint64_t mix(uint32_t key, uint32_t number)
{
    uint64_t x = (uint64_t)key << 32 | number;
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static struct operator_pair *slot_of(const struct operator_tally *tally, uint32_t key,
                                     uint32_t number)
{
    size_t mask = tally->cap - 1;
    for (size_t i = (size_t)mix(key, number) & mask;; i = (i + 1) & mask) {
        struct operator_pair *pair = &tally->pairs[i];
        if (pair->count == 0 || (pair->key == key && pair->number == number))
            return pair;
    }
}

/* Makes room for so many more. A merge asks for all its room at once: filling a small table in the
 * order of another one's slots would pile them up. */
static bool reserve(struct operator_tally *tally, size_t more)
{
    struct operator_tally larger = {.cap = tally->cap == 0 ? FIRST_CAP : tally->cap,
                                    .count = tally->count};
    while (larger.cap / 4 * 3 < tally->count + more)
        larger.cap *= 2;
    if (larger.cap == tally->cap)
        return true;
    larger.pairs = big_table_zeroed(larger.cap, sizeof *larger.pairs);
    if (larger.pairs == NULL)
        return false;
    for (size_t i = 0; i < tally->cap; i++) {
        const struct operator_pair *pair = &tally->pairs[i];
        if (pair->count > 0)
            *slot_of(&larger, pair->key, pair->number) = *pair;
    }
    free(tally->pairs);
    *tally = larger;
    return true;
}

void operator_tally_fetch(const struct operator_tally *tally, uint32_t key, uint32_t number)
{
    if (tally->cap > 0)
        fetch_line(&tally->pairs[(size_t)mix(key, number) & (tally->cap - 1)]);
}

bool operator_tally_add(struct operator_tally *tally, uint32_t key, uint32_t number, uint64_t count)
{
    if (count == 0)
        return true;
    if (!reserve(tally, 1))
        return false;
    struct operator_pair *pair = slot_of(tally, key, number);
    tally->count += pair->count == 0;
    pair->key = key;
    pair->number = number;
    pair->count += count;
    return true;
}

bool operator_tally_merge(struct operator_tally *into, const struct operator_tally *from,
                          const uint32_t *keys, const uint32_t *numbers)
{
    if (!reserve(into, from->count))
        return false;
    for (size_t i = 0; i < from->cap; i++) {
        const struct operator_pair *pair = &from->pairs[i];
        uint32_t key = keys != NULL && pair->count > 0 ? keys[pair->key] : pair->key;
        if (pair->count > 0 && !operator_tally_add(into, key, numbers[pair->number], pair->count))
            return false;
    }
    return true;
}

static bool is_larger(const struct operators *operators, const struct operator_pair *pair,
                      const struct operator_top *top)
{
    if (pair->count != top->count)
        return pair->count > top->count;
    return operators_order(operators, pair->number, top->number) < 0;
}

void operator_tally_tops(const struct operator_tally *tally, const struct operators *operators,
                         struct operator_top *tops, uint32_t key_count)
{
    for (uint32_t key = 0; key < key_count; key++)
        tops[key] = (struct operator_top){0};
    for (size_t i = 0; i < tally->cap; i++) {
        const struct operator_pair *pair = &tally->pairs[i];
        if (pair->count == 0 || pair->number == OPERATORS_NONE || pair->key >= key_count)
            continue;
        struct operator_top *top = &tops[pair->key];
        top->known += pair->count;
        top->operators++;
        if (is_larger(operators, pair, top)) {
            top->number = pair->number;
            top->count = pair->count;
        }
    }
}
