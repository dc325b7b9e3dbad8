#include "tally_ca.h"

#include <assert.h>

#include "ca_combo.h"
#include "caa_issuer.h"

#define PROPERTY(name) CAA_PROPERTY_##name,
static const enum caa_property properties[] = {TALLY_CA_PROPERTIES(PROPERTY)};

enum caa_property tally_ca_property(enum tally_ca_property index)
{
    return properties[index];
}

void tally_ca_init(struct tally_ca *tally)
{
    *tally = (struct tally_ca){0};
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        count_map_init(&tally->shares[i].identifiers);
        count_map_init(&tally->shares[i].operators);
        count_map_init(&tally->shares[i].combos);
    }
}

void tally_ca_fini(struct tally_ca *tally)
{
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        count_map_fini(&tally->shares[i].identifiers);
        count_map_fini(&tally->shares[i].operators);
        count_map_fini(&tally->shares[i].combos);
    }
}

/* Different keys that one set names. */
struct named {
    struct caa_text first; /* kept by the map */
    size_t count;
};

/* Counts a key once for the set. False without memory. */
static bool name_key(struct count_map *map, struct caa_text key, const struct set_use *use,
                     struct named *named)
{
    struct count_entry *entry = count_map_at(map, key);
    if (entry == NULL)
        return false;
    if (entry->seen[0] == use->serial)
        return true;
    entry->seen[0] = use->serial;
    entry->counts[CA_NAMES] += use->names;
    if (named->count++ == 0)
        named->first = entry->key;
    return true;
}

static void count_exclusive(struct count_map *map, const struct named *named, uint64_t names)
{
    if (named->count == 1)
        count_map_at(map, named->first)->counts[CA_EXCLUSIVE_NAMES] += names;
}

/* Where an issuer is unknown nobody can say that all identifiers of the set are one operator's. */
struct set_names {
    struct named identifiers, operators;
    size_t unknown; /* different identifiers that the table does not have */
    struct ca_combo combo;
};

static bool name_issuer(struct tally_ca_shares *shares, struct caa_text issuer,
                        const struct set_use *use, struct set_names *names)
{
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    struct caa_text key = caa_text_of(folded, caa_text_fold(issuer, folded, sizeof folded));
    const struct caa_issuer *known = caa_issuer_find(key);
    size_t before = names->identifiers.count;
    if (!name_key(&shares->identifiers, key, use, &names->identifiers))
        return false;
    if (known != NULL) {
        ca_combo_add(&names->combo, known->ca_operator);
        return name_key(&shares->operators, caa_text_from(known->ca_operator), use,
                        &names->operators);
    }
    names->combo.unknown = true;
    names->unknown += names->identifiers.count - before;
    return true;
}

/* False without memory. */
static bool count_combo(struct count_map *combos, const struct ca_combo *combo, uint64_t names)
{
    char room[CA_COMBO_LEN];
    struct count_entry *entry = count_map_at(combos, ca_combo_name(combo, room));
    if (entry != NULL)
        entry->counts[CA_NAMES] += names;
    return entry != NULL;
}

/* *size: how many operators the property allows. */
static bool add_property(struct tally_ca_shares *shares, const struct set_use *use,
                         enum caa_property property, size_t *size)
{
    const struct caa_set *set = use->set;
    struct set_names names = {0};
    bool present = false;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property)
            continue;
        present = true;
        if (record->value.issuer.len > 0 && !name_issuer(shares, record->value.issuer, use, &names))
            return false;
    }
    shares->names += present ? use->names : 0;
    shares->named += names.identifiers.count > 0 ? use->names : 0;
    count_exclusive(&shares->identifiers, &names.identifiers, use->names);
    if (names.unknown == 0)
        count_exclusive(&shares->operators, &names.operators, use->names);
    *size = names.operators.count + names.unknown;
    return !present || count_combo(&shares->combos, &names.combo, use->names);
}

static_assert(CAA_PROPERTY_ISSUEVMC - CAA_PROPERTY_ISSUE == TALLY_CA_ISSUEVMC &&
                  TALLY_CA_ISSUEVMC == TALLY_CA_COUNT - 1,
              "properties are in the order of the table");

static void add_sizes(struct tally_ca *tally, const struct set_use *use,
                      const size_t sizes[TALLY_CA_COUNT])
{
    const struct caa_set *set = use->set;
    if (caa_policy_critical_denies(set, CAA_SUPPORTS_IANA))
        return;
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        size_t size = sizes[caa_policy_property(set, kind) - CAA_PROPERTY_ISSUE];
        if (size > 0)
            tally->sizes[kind][size < TALLY_CA_SIZE_MAX ? size : TALLY_CA_SIZE_MAX] += use->names;
    }
}

bool tally_ca_add(struct tally_ca *tally, const struct set_use *use)
{
    size_t sizes[TALLY_CA_COUNT];
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        if (!add_property(&tally->shares[i], use, properties[i], &sizes[i]))
            return false;
    }
    add_sizes(tally, use, sizes);
    return true;
}

bool tally_ca_merge(struct tally_ca *into, const struct tally_ca *from)
{
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        struct tally_ca_shares *shares = &into->shares[i];
        shares->names += from->shares[i].names;
        shares->named += from->shares[i].named;
        if (!count_map_merge(&shares->identifiers, &from->shares[i].identifiers) ||
            !count_map_merge(&shares->operators, &from->shares[i].operators) ||
            !count_map_merge(&shares->combos, &from->shares[i].combos))
            return false;
    }
    for (size_t kind = 0; kind < CAA_KIND_COUNT; kind++) {
        for (size_t size = 0; size <= TALLY_CA_SIZE_MAX; size++)
            into->sizes[kind][size] += from->sizes[kind][size];
    }
    return true;
}
