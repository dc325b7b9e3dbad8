/* domain_set.h: which registrable domains were seen, and what their names showed.
 *
 * A domain is kept as a 64-bit hash: 16 octets each, whatever their length. Two of 300 million
 * domains share a hash with a probability of about one in 400.
 */
#ifndef DOMAIN_SET_H
#define DOMAIN_SET_H

#include "caa_text.h"

/* What names of the domain showed, as bits. */
enum domain_state {
    DOMAIN_FOUND = 1u << 0,
    DOMAIN_EMPTY = 1u << 1,
    DOMAIN_INDETERMINATE = 1u << 2,
};

struct domain_slot {
    uint64_t hash;
    uint32_t group;  /* the caller's number, the same at every call for a domain */
    uint32_t states; /* 0: an empty slot */
};

struct domain_set {
    struct domain_slot *slots;
    size_t cap;
    size_t count;
};

void domain_set_init(struct domain_set *set);
void domain_set_fini(struct domain_set *set);

/* Adds a state to a domain. False without memory. */
bool domain_set_add(struct domain_set *set, struct caa_text domain, uint32_t group,
                    enum domain_state state);

/* Adds all of `from`, whose groups are renumbered: g becomes groups[g]. */
bool domain_set_merge(struct domain_set *into, const struct domain_set *from,
                      const uint32_t *groups);

#endif
