/* cert_removal.h: sets that stopped permitting a CA, and the last certificate from it. Pure.
 *
 * A removal is a CA operator, a kind of certificate and two looks at a name, one after the other,
 * of which the earlier permits the CA and the later does not. When the set changed between them
 * nobody knows: the lag to the last certificate lies between two bounds. It is known as far as the
 * removal was followed: to the last look before one that permits the CA again, or to the end of the
 * list of certificates.
 */
#ifndef CERT_REMOVAL_H
#define CERT_REMOVAL_H

#include "cert_history.h"

/* X(ENUMERATOR, "word"). They exclude each other. */
#define CERT_LAGS(X)                                                                               \
    X(NOT_FOLLOWED, "not_followed")     /* nothing is known behind the later look */               \
    X(NO_CERTIFICATE, "no_certificate") /* from the CA, as far as the removal was followed */      \
    X(LAST_BEFORE, "last_before")       /* the last one came up to the earlier look */             \
    X(LAST_BETWEEN, "last_between")     /* between the looks */                                    \
    X(LAST_AFTER, "last_after")         /* after the later look: the removal was there to see */

#define CERT_LAG_ENUM(name, word) CERT_##name,
enum cert_lag { CERT_LAGS(CERT_LAG_ENUM) CERT_LAG_COUNT };

CAASCAN_WORD_FUNCTION(cert_lag_word, CERT_LAGS)

struct cert_removal {
    uint32_t operator; /* number */
    enum caa_kind kind;
    bool named; /* the earlier set named the CA; else it was open to all */
    bool permitted_again;
    bool certified; /* the list has a certificate of the kind from the CA for the name */
    const struct cert_look *from, *to;
    uint64_t followed_until;
    uint64_t last; /* notBefore of the last certificate from the CA up to there; 0: none */
};

/* Those of one name. */
struct cert_removals {
    struct cert_removal *list;
    size_t count, cap;
    bool *tracked; /* by operator and kind */
    size_t tracked_count;
};

void cert_removals_fini(struct cert_removals *removals);

/* Forgets all, for the next name. */
void cert_removals_clear(struct cert_removals *removals);

/* Finds the removals of the CAs that sets name, for certificates of both kinds. `until` is the end
 * of the list of certificates. New operators are added. False without memory. */
bool cert_removals_of_named(struct cert_removals *removals, const struct cert_history *history,
                            struct cert_operators *operators, uint64_t until);

/* Takes the next certificate of the name, in the order of notBefore. False without memory. */
bool cert_removals_take(struct cert_removals *removals, const struct cert_history *history,
                        const struct cert_operators *operators, const struct cert_entry *cert,
                        uint64_t until);

enum cert_lag cert_removal_lag(const struct cert_removal *removal);

/* Does it count? Of host name certificates all removals of a CA that was named; of wildcard
 * certificates, and where all CAs were permitted before, those alone of a CA that the list has a
 * certificate from: without one, nobody can say that the CA was in use. */
bool cert_removal_counts(const struct cert_removal *removal);

#endif
