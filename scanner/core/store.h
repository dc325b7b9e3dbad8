/* store.h: a bounded store of immutable, reference-counted blobs.
 *
 * Answers and the texts of admitted rows live here, so that a parent's answer is held once however
 * many rows rest on it. Blobs come in a few sizes; a size that runs out borrows from the next. All
 * memory is the caller's arena; nothing is allocated later. One thread.
 */
#ifndef CAASCAN_STORE_H
#define CAASCAN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "expect.h"

#define STORE_CLASSES 7u
#define STORE_BLOB_MAX (96u * 1024u)

#define STORE_FREE (1u << 31)
#define STORE_CLASS_SHIFT 28u
#define STORE_INDEX_MASK ((1u << STORE_CLASS_SHIFT) - 1u)

struct store_class {
    uint8_t *slots;
    uint32_t *refs;         /* by slot; of a free one STORE_FREE and the index of the next one. Who
                               gives a blob back need not touch its octets, which are far away. */
    uint32_t stride, count; /* octets of a slot; slots */
    uint32_t fresh;         /* blobs from here on were never used */
    uint32_t held;
    uint32_t free_head;
};

struct store {
    struct store_class classes[STORE_CLASSES];
};

/* Makes room for what `jobs` rows in flight and `cached` answers need. */
void store_init(struct store *s, struct arena *arena, size_t jobs, size_t cached);

/* The same with a number of blobs given for each size. */
void store_init_counts(struct store *s, struct arena *arena, const uint32_t counts[STORE_CLASSES]);

/* Reserves a blob of at least len octets with one reference and lets *octets point at it. Returns
 * its number, 0 where the store is full or len is over STORE_BLOB_MAX. */
uint32_t store_new(struct store *s, size_t len, void **octets);

/* The octets of blob id, aligned for any object; valid while a reference is held. */
static inline void *store_octets(const struct store *s, uint32_t id)
{
    const struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    return c->slots + (size_t)((id & STORE_INDEX_MASK) - 1) * c->stride;
}

/* Begins to load the first octets of a blob that is read and then dropped. */
static inline void store_expect_last(const struct store *s, uint32_t id)
{
    const struct store_class *c = &s->classes[id >> STORE_CLASS_SHIFT];
    expect_line(store_octets(s, id));
    expect_line(&c->refs[(id & STORE_INDEX_MASK) - 1]);
}

void store_hold(struct store *s, uint32_t id);

/* Begins to load the first octets of a blob, or of all, and who holds it. */
#define STORE_HEAD_OCTETS 128u
void store_expect_head(const struct store *s, uint32_t id);
void store_expect(const struct store *s, uint32_t id);

/* Gives a reference back; the last one frees the blob. 0 is allowed and does nothing. */
void store_drop(struct store *s, uint32_t id);

/* Blobs that are held, for tests: 0 when all came back. */
size_t store_held(const struct store *s);

/* Is less than an eighth of the small blobs left? Then no further row should be admitted. */
bool store_is_short(const struct store *s);

#endif
