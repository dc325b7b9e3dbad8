/* set_store.h: CAA sets that were read before, so that a set which many names have is parsed once.
 *
 * A set is known by a key, the octets of its properties without their TTLs. The store is bounded:
 * it keeps sets that were met again, and few large ones. A stored set lives as long as the store or
 * another holder wants it; store and holders belong to one thread at a time.
 */
#ifndef SET_STORE_H
#define SET_STORE_H

#include "caa_record.h"

#define SET_STORE_SLOTS 8192u
#define SET_STORE_KEY_MAX 400u /* octets */
#define SET_STORE_RECORDS_MAX 6u

struct stored_set {
    uint64_t hash; /* of the key */
    struct caa_set set;
    struct caa_text key;
    uint8_t *scratch; /* for what the records borrow: no room where the key has no escapes, else
                         twice as much as the key has */
    unsigned holders;
    unsigned slot; /* of the store, where it was put in */
};

struct set_store {
    struct set_slot {
        uint32_t tag;           /* of the hash */
        bool wanted;            /* met again since another set last asked for the place */
        uint16_t seen;          /* of the hash of a set that was met once, here or beside it */
        struct stored_set *set; /* NULL in an empty slot */
    } * slots;                  /* NULL until the first is put in */
};

void set_store_init(struct set_store *store);
void set_store_fini(struct set_store *store);

uint64_t set_store_hash(struct caa_text key);

/* A set is found in three steps, each of which brings near what the next one looks at.
 * set_store_guess gives one that has the hash, or NULL, and stored_set_has_key tells whether it has
 * the key. It is the store's: see stored_set_hold. */
void set_store_fetch(const struct set_store *store, uint64_t hash);
const struct stored_set *set_store_guess(struct set_store *store, uint64_t hash);
bool stored_set_has_key(const struct stored_set *set, struct caa_text key);

/* Was a set with this hash asked for before, and no other since that would have its place? Most
 * sets that are met once are never met again. */
bool set_store_is_worth(struct set_store *store, uint64_t hash);

/* Makes a set for a key that was not found, with a copy of the key and room for so many records,
 * which the caller fills in. NULL where the store has no place for it now, or no memory. */
struct stored_set *set_store_make(struct set_store *store, struct caa_text key, uint64_t hash,
                                  size_t record_count);

/* Where the records of a set that was just made are filled in. */
struct caa_record *stored_set_records(struct stored_set *set);

/* Puts in a set that was made. */
void set_store_put(struct set_store *store, struct stored_set *set);

/* Keeps a set until it is released as often as it was held. A set that was made is held by who made
 * it, until it is put in. */
void stored_set_hold(const struct stored_set *set);
void stored_set_release(const struct stored_set *set);

#endif
