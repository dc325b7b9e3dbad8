#include "cert_removal.h"

#include <stdlib.h>

#include "caa_issuer.h"

/* Kinds of certificates that a list has. */
#define KINDS 2u

void cert_removals_fini(struct cert_removals *removals)
{
    free(removals->list);
    free(removals->tracked);
    *removals = (struct cert_removals){0};
}

void cert_removals_clear(struct cert_removals *removals)
{
    removals->count = 0;
    if (removals->tracked_count > 0)
        memset(removals->tracked, 0, removals->tracked_count * sizeof *removals->tracked);
}

static bool add(struct cert_removals *removals, const struct cert_removal *removal)
{
    if (removals->count == removals->cap) {
        size_t cap = 2 * removals->cap + 16;
        struct cert_removal *grown = realloc(removals->list, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        removals->list = grown;
        removals->cap = cap;
    }
    removals->list[removals->count++] = *removal;
    return true;
}

/* Room for the marks of all operators. */
static bool reserve(struct cert_removals *removals, size_t operators)
{
    size_t count = operators * KINDS;
    if (count <= removals->tracked_count)
        return true;
    bool *grown = realloc(removals->tracked, count * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + removals->tracked_count, 0, (count - removals->tracked_count) * sizeof *grown);
    removals->tracked = grown;
    removals->tracked_count = count;
    return true;
}

static const struct cert_look *next_clear(const struct cert_history *history,
                                          const struct cert_look *look)
{
    const struct cert_look *end = history->looks + history->count;
    for (look = look == NULL ? history->looks : look + 1; look < end; look++) {
        if (cert_look_is_clear(look))
            return look;
    }
    return NULL;
}

/* The end of what can be seen of a removal: false where a later look permits the CA again. */
static void follow(const struct cert_history *history, const struct caa_ca *ca,
                   struct cert_removal *removal, uint64_t until)
{
    const struct cert_look *last = removal->to;
    removal->followed_until = until;
    for (const struct cert_look *look; (look = next_clear(history, last)) != NULL; last = look) {
        if (cert_look_verdict(look, ca, removal->kind).result != CHECK_PERMIT)
            continue;
        removal->permitted_again = true;
        if (last->seen_at < until)
            removal->followed_until = last->seen_at;
        return;
    }
}

/* Adds the removals of one CA and kind, unless that was done. */
static bool track(struct cert_removals *removals, const struct cert_history *history,
                  const struct caa_ca *ca, struct cert_removal removal, uint64_t until)
{
    bool *tracked = &removals->tracked[removal.operator* KINDS + removal.kind];
    if (*tracked)
        return true;
    *tracked = true;
    removal.from = next_clear(history, NULL);
    while (removal.from != NULL && (removal.to = next_clear(history, removal.from)) != NULL) {
        struct check_verdict was = cert_look_verdict(removal.from, ca, removal.kind);
        if (was.result == CHECK_PERMIT &&
            cert_look_verdict(removal.to, ca, removal.kind).result == CHECK_DENY) {
            struct cert_removal found = removal;
            found.named = was.reason == CHECK_BY_NAMED;
            follow(history, ca, &found, until);
            if (!add(removals, &found))
                return false;
        }
        removal.from = removal.to;
    }
    return true;
}

/* The operator that a record of the property names: its number from 1 on; 0: none that is known. */
static bool operator_of(const struct caa_record *record, struct cert_operators *operators,
                        size_t *number)
{
    const struct caa_issuer *issuer =
        record->value.issuer.len > 0 ? caa_issuer_find(record->value.issuer) : NULL;
    *number = issuer != NULL ? cert_operators_at(operators, issuer->ca_operator) : 0;
    return issuer == NULL || *number > 0;
}

static bool track_named(struct cert_removals *removals, const struct cert_history *history,
                        struct cert_operators *operators, const struct caa_record *record,
                        uint64_t until)
{
    size_t number;
    if (!operator_of(record, operators, &number))
        return false;
    if (number == 0)
        return true;
    if (!reserve(removals, operators->count))
        return false;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct cert_removal removal = {.operator=(uint32_t)(number - 1), .kind = kind};
        if (!track(removals, history, &operators->list[number - 1].ca, removal, until))
            return false;
    }
    return true;
}

bool cert_removals_of_named(struct cert_removals *removals, const struct cert_history *history,
                            struct cert_operators *operators, uint64_t until)
{
    for (const struct cert_look *look = NULL; (look = next_clear(history, look)) != NULL;) {
        for (size_t i = 0; i < look->set.count; i++) {
            const struct caa_record *record = &look->set.records[i];
            if (record->property != CAA_PROPERTY_ISSUE &&
                record->property != CAA_PROPERTY_ISSUEWILD)
                continue;
            if (!track_named(removals, history, operators, record, until))
                return false;
        }
    }
    return true;
}

bool cert_removals_take(struct cert_removals *removals, const struct cert_history *history,
                        const struct cert_operators *operators, const struct cert_entry *cert,
                        uint64_t until)
{
    struct cert_removal removal = {.operator= cert->operator,
                                   .kind = cert->wildcard ? CAA_KIND_WILD : CAA_KIND_ISSUE };
    if (*operators->list[cert->operator].name == '\0')
        return true; /* nobody knows which CA it is */
    if (!reserve(removals, operators->count) ||
        !track(removals, history, &operators->list[cert->operator].ca, removal, until))
        return false;
    for (size_t i = 0; i < removals->count; i++) {
        struct cert_removal *known = &removals->list[i];
        if (known->operator!= removal.operator|| known->kind != removal.kind)
            continue;
        known->certified = true;
        if (cert->not_before <= known->followed_until)
            known->last = cert->not_before;
    }
    return true;
}

enum cert_lag cert_removal_lag(const struct cert_removal *removal)
{
    if (removal->followed_until <= removal->to->seen_at)
        return CERT_NOT_FOLLOWED;
    if (removal->last == 0)
        return CERT_NO_CERTIFICATE;
    if (removal->last <= removal->from->seen_at)
        return CERT_LAST_BEFORE;
    return removal->last <= removal->to->seen_at ? CERT_LAST_BETWEEN : CERT_LAST_AFTER;
}

bool cert_removal_counts(const struct cert_removal *removal)
{
    return removal->certified || (removal->named && removal->kind == CAA_KIND_ISSUE);
}
