/* tally_ca.h: which CAs the sets found name, by identifier and by operator. Pure.
 *
 * Values that fail the grammar, and values without an issuer, name nobody. */
#ifndef TALLY_CA_H
#define TALLY_CA_H

#include "caa_policy.h"
#include "count_map.h"
#include "set_use.h"

/* X(PROPERTY): the properties that name issuers, in the order of the table. */
#define TALLY_CA_PROPERTIES(X) X(ISSUE) X(ISSUEWILD) X(ISSUEMAIL) X(ISSUEVMC)

#define TALLY_CA_ENUM(name) TALLY_CA_##name,
enum tally_ca_property { TALLY_CA_PROPERTIES(TALLY_CA_ENUM) TALLY_CA_COUNT };

/* What counts[] are. Exclusive: no other identifier, or operator, stands in the same property of
 * the set. */
enum ca_count { CA_NAMES, CA_EXCLUSIVE_NAMES };

struct tally_ca_shares {
    struct count_map identifiers; /* folded */
    struct count_map operators;   /* of the identifiers that the table knows */
    struct count_map combos;      /* by ca_combo_name; the parts of names */
    uint64_t names;               /* whose set has the property */
    uint64_t named;               /* and names at least one CA in it */
};

/* Sizes of allow lists: the last one stands for that many operators and more. */
#define TALLY_CA_SIZE_MAX 64u

struct tally_ca {
    struct tally_ca_shares shares[TALLY_CA_COUNT];
    /* Names whose set is an allow list for the kind, by the number of operators that it allows.
     * An identifier that the table does not know counts as an operator of its own. */
    uint64_t sizes[CAA_KIND_COUNT][TALLY_CA_SIZE_MAX + 1];
};

/* The property that a part of the tally is about. */
enum caa_property tally_ca_property(enum tally_ca_property index);

void tally_ca_init(struct tally_ca *tally);
void tally_ca_fini(struct tally_ca *tally);

/* False without memory. */
bool tally_ca_add(struct tally_ca *tally, const struct set_use *use);
bool tally_ca_merge(struct tally_ca *into, const struct tally_ca *from);

#endif
