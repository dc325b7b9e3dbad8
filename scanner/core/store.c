#include "store.h"

#include <assert.h>
#include <stdbool.h>

#define NO_BLOB (STORE_FREE - 1u)
#define LINE 64u /* octets that come from memory together */

static const uint32_t class_size[STORE_CLASSES] = {64, 192, 512, 2048, 8192, STORE_BLOB_MAX};

/* A row in flight holds its text and, as a rule, three small answers; a cached answer is small
 * three times in four. Large blobs are rare, so their numbers hardly grow. */
static size_t class_count(size_t index, size_t jobs, size_t cached)
{
    switch (index) {
    case 0:
        return 2 * jobs + 64; /* texts of rows */
    case 1:
        return 4 * jobs + cached + 64;
    case 2:
        return 2 * jobs + cached / 2 + 64;
    case 3:
        return jobs / 4 + cached / 16 + 64;
    case 4:
        return jobs / 16 + cached / 128 + 64;
    default:
        return jobs / 256 + 64;
    }
}

static void class_init(struct store_class *c, struct arena *arena, uint32_t size, size_t count)
{
    *c = (struct store_class){.size = size, .count = (uint32_t)count};
    c->octets = arena_take(arena, count, size);
    c->refs = arena_take(arena, count, sizeof *c->refs);
    c->free_head = NO_BLOB;
}

void store_init_counts(struct store *s, struct arena *arena, const uint32_t counts[STORE_CLASSES])
{
    for (size_t i = 0; i < STORE_CLASSES; i++)
        class_init(&s->classes[i], arena, class_size[i], counts[i]);
}

void store_init(struct store *s, struct arena *arena, size_t jobs, size_t cached)
{
    for (size_t i = 0; i < STORE_CLASSES; i++)
        class_init(&s->classes[i], arena, class_size[i], class_count(i, jobs, cached));
}

/* The blob that will be taken next is written soon, and was not touched for long. */
static void expect(const struct store_class *c, uint32_t index)
{
    if (index == NO_BLOB)
        return;
    const uint8_t *octets = c->octets + (size_t)index * c->size;
    for (size_t i = 0; i < 4 * LINE && i < c->size; i += LINE)
        __builtin_prefetch(octets + i, 1);
    __builtin_prefetch(&c->refs[index], 1);
}

/* Blobs that were never used are taken in order, so that memory is touched only as it is needed. */
static uint32_t class_take(struct store_class *c)
{
    uint32_t index = c->free_head;
    if (index != NO_BLOB) {
        c->free_head = c->refs[index] & ~STORE_FREE;
        expect(c, c->free_head);
    } else if (c->fresh < c->count) {
        index = c->fresh++;
    } else {
        return NO_BLOB;
    }
    c->held++;
    c->refs[index] = 1;
    return index;
}

uint32_t store_new(struct store *s, size_t len, void **octets)
{
    for (size_t i = 0; i < STORE_CLASSES; i++) {
        struct store_class *c = &s->classes[i];
        if (len > c->size)
            continue;
        uint32_t index = class_take(c);
        if (index == NO_BLOB)
            continue;
        *octets = c->octets + (size_t)index * c->size;
        return (uint32_t)(i << STORE_CLASS_SHIFT | (index + 1));
    }
    return 0;
}

void store_hold(struct store *s, uint32_t id)
{
    struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    uint32_t index = (id & STORE_INDEX_MASK) - 1;
    assert(c->refs[index] - 1u < STORE_FREE - 1u);
    c->refs[index]++;
}

void store_drop(struct store *s, uint32_t id)
{
    if (id == 0)
        return;
    struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    uint32_t index = (id & STORE_INDEX_MASK) - 1;
    assert(c->refs[index] - 1u < STORE_FREE - 1u);
    if (--c->refs[index] > 0)
        return;
    c->refs[index] = STORE_FREE | c->free_head;
    c->free_head = index;
    expect(c, index);
    c->held--;
}

void store_expect(const struct store *s, uint32_t id)
{
    expect(&s->classes[id >> STORE_CLASS_SHIFT], (id & STORE_INDEX_MASK) - 1);
}

size_t store_held(const struct store *s)
{
    size_t held = 0;
    for (size_t i = 0; i < STORE_CLASSES; i++)
        held += s->classes[i].held;
    return held;
}

bool store_is_short(const struct store *s)
{
    for (size_t i = 0; i < 3; i++) {
        const struct store_class *c = &s->classes[i];
        if (c->count - c->held < c->count / 8)
            return true;
    }
    return false;
}
