#include "operators.h"

#include <stdlib.h>

#include "big_table.h"
#include "fetch_line.h"
#include "text_order.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_CAP 64u
#define CHUNK_LEN (16u * 1024u)
#define RECENT_COUNT 8192u /* name servers whose operator is remembered; a power of two */
#define RECENT_WAYS 2u     /* places that one may have, the last one first */

struct operators_chunk {
    struct operators_chunk *next;
    size_t len, cap;
    uint8_t octets[];
};

/* Names come in runs of few operators, and the Public Suffix List is slow. */
struct operators_recent {
    uint64_t hash;
    uint32_t number;
};

void operators_init(struct operators *operators)
{
    *operators = (struct operators){.count = 1};
}

void operators_fini(struct operators *operators)
{
    while (operators->chunks != NULL) {
        struct operators_chunk *next = operators->chunks->next;
        free(operators->chunks);
        operators->chunks = next;
    }
    free(operators->list);
    free(operators->slots);
    free(operators->recent);
    operators_init(operators);
}

static const uint8_t *keep(struct operators *operators, struct caa_text text)
{
    struct operators_chunk *chunk = operators->chunks;
    if (chunk == NULL || chunk->cap - chunk->len < text.len) {
        size_t cap = text.len < CHUNK_LEN ? CHUNK_LEN : text.len;
        chunk = malloc(sizeof *chunk + cap);
        if (chunk == NULL)
            return NULL;
        *chunk = (struct operators_chunk){.next = operators->chunks, .cap = cap};
        operators->chunks = chunk;
    }
    uint8_t *copy = chunk->octets + chunk->len;
    memcpy(copy, text.octets, text.len);
    chunk->len += text.len;
    return copy;
}

/* The slot that holds the name, or the empty one where it belongs. */
static uint32_t *slot_of(const struct operators *operators, struct caa_text text)
{
    uint32_t mask = operators->slot_cap - 1;
    for (uint32_t i = (uint32_t)XXH3_64bits(text.octets, text.len) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &operators->slots[i];
        if (*slot == 0 || caa_text_equal(operators->list[*slot].text, text))
            return slot;
    }
}

static bool grow_list(struct operators *operators)
{
    if (operators->count < operators->list_cap)
        return true;
    uint32_t cap = operators->list_cap == 0 ? FIRST_CAP : operators->list_cap * 2;
    struct operator_name *grown = realloc(operators->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    if (operators->list == NULL)
        grown[OPERATORS_NONE] = (struct operator_name){.rule = OPERATOR_RULE_UNKNOWN};
    operators->list = grown;
    operators->list_cap = cap;
    return true;
}

static bool grow_slots(struct operators *operators)
{
    if (operators->slot_cap / 4 * 3 > operators->count)
        return true;
    uint32_t cap = operators->slot_cap == 0 ? FIRST_CAP : operators->slot_cap * 2;
    uint32_t *slots = big_table_zeroed(cap, sizeof *slots);
    if (slots == NULL)
        return false;
    free(operators->slots);
    operators->slots = slots;
    operators->slot_cap = cap;
    for (uint32_t number = 1; number < operators->count; number++)
        *slot_of(operators, operators->list[number].text) = number;
    return true;
}

bool operators_add(struct operators *operators, struct operator_name name, uint32_t *number)
{
    *number = OPERATORS_NONE;
    if (!grow_list(operators) || !grow_slots(operators))
        return false;
    if (name.rule == OPERATOR_RULE_UNKNOWN)
        return true;
    uint32_t *slot = slot_of(operators, name.text);
    if (*slot == 0) {
        const uint8_t *copy = operators->count < UINT32_MAX / 4 ? keep(operators, name.text) : NULL;
        if (copy == NULL)
            return false;
        name.text.octets = copy;
        operators->list[operators->count] = name;
        *slot = operators->count++;
    }
    *number = *slot;
    return true;
}

/* The places that a name server may have among the recent ones. */
static struct operators_recent *ways_of(const struct operators *operators, uint64_t hash)
{
    return &operators->recent[hash % (RECENT_COUNT / RECENT_WAYS) * RECENT_WAYS];
}

struct operators_host operators_fetch(const struct operators *operators, struct caa_text name)
{
    if (name.len == 0)
        return (struct operators_host){name, 0};
    uint64_t hash = XXH3_64bits(name.octets, name.len);
    if (operators->recent != NULL)
        fetch_line(ways_of(operators, hash));
    return (struct operators_host){name, hash};
}

bool operators_number(struct operators *operators, const struct suffix_list *suffixes,
                      const struct operators_host *host, uint32_t *number)
{
    if (operators->recent == NULL)
        operators->recent = big_table_zeroed(RECENT_COUNT, sizeof *operators->recent);
    if (operators->recent == NULL)
        return false;
    if (host->name.len == 0)
        return operators_add(operators, (struct operator_name){0}, number);
    struct operators_recent *recent = ways_of(operators, host->hash);
    for (size_t i = 0; i < RECENT_WAYS; i++) {
        if (recent[i].number != OPERATORS_NONE && recent[i].hash == host->hash) {
            *number = recent[i].number;
            return true;
        }
    }
    bool added = operators_add(operators, operator_name_of(suffixes, host->name), number);
    recent[1] = recent[0];
    recent[0] = (struct operators_recent){host->hash, *number};
    return added;
}

uint32_t operators_find(const struct operators *operators, struct caa_text name)
{
    return operators->slot_cap == 0 || name.len == 0 ? OPERATORS_NONE : *slot_of(operators, name);
}

uint32_t *operators_merge(struct operators *operators, const struct operators *from)
{
    uint32_t *numbers = calloc(from->count, sizeof *numbers);
    for (uint32_t i = 1; numbers != NULL && i < from->count; i++) {
        if (!operators_add(operators, from->list[i], &numbers[i])) {
            free(numbers);
            return NULL;
        }
    }
    return numbers;
}

int operators_order(const struct operators *operators, uint32_t a, uint32_t b)
{
    return text_order(operators->list[a].text, operators->list[b].text);
}
