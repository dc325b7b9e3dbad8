#include "store.h"

#include <assert.h>
#include <stdbool.h>

#include "expect.h"

#define NO_BLOB (STORE_FREE - 1u)
#define LINE 64u /* octets that come from memory together */
#define EXPECT_MAX (4u * LINE)
#define SMALL_CLASSES 4u /* a row may need a blob of any of them */

static const uint32_t class_stride[STORE_CLASSES] = {LINE,      3 * LINE,   5 * LINE,      8 * LINE,
                                                     32 * LINE, 128 * LINE, STORE_BLOB_MAX};

/* A row in flight holds its text and, as a rule, three small answers. A cached answer is small
 * where a resolver gave it; the zone and its servers, which an authority's answer tells besides,
 * take it into the class above. Large blobs are rare, so their numbers hardly grow. */
static size_t class_count(size_t index, size_t jobs, size_t cached)
{
    switch (index) {
    case 0:
        return 3 * jobs + 64; /* texts of rows, and what probes show */
    case 1:
        return 4 * jobs + cached + 64;
    case 2:
        return 2 * jobs + cached + cached / 7 + 64; /* an eighth of them stays free */
    case 3:
        return jobs + cached / 2 + 64;
    case 4:
        return jobs / 4 + cached / 16 + 64;
    case 5:
        return jobs / 16 + cached / 128 + 64;
    default:
        return jobs / 256 + 64;
    }
}

static void class_init(struct store_class *c, struct arena *arena, uint32_t stride, size_t count)
{
    bool large = stride > class_stride[SMALL_CLASSES - 1];
    *c = (struct store_class){.stride = stride, .count = (uint32_t)count};
    c->slots = large ? arena_take_apart(arena, count, stride) : arena_take(arena, count, stride);
    c->refs = arena_take_apart(arena, count, sizeof *c->refs);
    c->free_head = NO_BLOB;
}

void store_init_counts(struct store *s, struct arena *arena, const uint32_t counts[STORE_CLASSES])
{
    for (size_t i = 0; i < STORE_CLASSES; i++)
        class_init(&s->classes[i], arena, class_stride[i], counts[i]);
}

void store_init(struct store *s, struct arena *arena, size_t jobs, size_t cached)
{
    for (size_t i = 0; i < STORE_CLASSES; i++)
        class_init(&s->classes[i], arena, class_stride[i], class_count(i, jobs, cached));
}

static void expect(const struct store_class *c, uint32_t index, size_t most)
{
    if (index == NO_BLOB)
        return;
    const uint8_t *slot = c->slots + (size_t)index * c->stride;
    for (size_t i = 0; i < most && i < c->stride; i += LINE)
        expect_line(slot + i);
}

/* Blobs that were never used are taken in order, so that memory is touched only as it is needed.
 * The one that will be taken next is written soon, and was not touched for long. */
static uint32_t class_take(struct store_class *c)
{
    uint32_t index = c->free_head;
    if (index != NO_BLOB) {
        c->free_head = c->refs[index] & ~STORE_FREE;
        expect(c, c->free_head, EXPECT_MAX);
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
        if (len > c->stride)
            continue;
        uint32_t index = class_take(c);
        if (index == NO_BLOB)
            continue;
        *octets = c->slots + (size_t)index * c->stride;
        return (uint32_t)(i << STORE_CLASS_SHIFT | (index + 1));
    }
    return 0;
}

static uint32_t *refs_of(struct store *s, uint32_t id)
{
    return &s->classes[id >> STORE_CLASS_SHIFT].refs[(id & STORE_INDEX_MASK) - 1];
}

void store_hold(struct store *s, uint32_t id)
{
    uint32_t *refs = refs_of(s, id);
    assert(*refs - 1u < STORE_FREE - 1u);
    ++*refs;
}

void store_drop(struct store *s, uint32_t id)
{
    if (id == 0)
        return;
    uint32_t *refs = refs_of(s, id);
    assert(*refs - 1u < STORE_FREE - 1u);
    if (--*refs > 0)
        return;
    struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    uint32_t index = (id & STORE_INDEX_MASK) - 1;
    *refs = STORE_FREE | c->free_head;
    c->free_head = index;
    c->held--;
}

static void expect_blob(const struct store *s, uint32_t id, size_t most)
{
    const struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    uint32_t index = (id & STORE_INDEX_MASK) - 1;
    expect_line(&c->refs[index]);
    expect(c, index, most);
}

void store_expect_head(const struct store *s, uint32_t id)
{
    expect_blob(s, id, STORE_HEAD_OCTETS);
}

void store_expect(const struct store *s, uint32_t id)
{
    expect_blob(s, id, EXPECT_MAX);
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
    for (size_t i = 0; i < SMALL_CLASSES; i++) {
        const struct store_class *c = &s->classes[i];
        if (c->count - c->held < c->count / 8)
            return true;
    }
    return false;
}
