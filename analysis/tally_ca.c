#include "tally_ca.h"

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
    }
}

void tally_ca_fini(struct tally_ca *tally)
{
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        count_map_fini(&tally->shares[i].identifiers);
        count_map_fini(&tally->shares[i].operators);
    }
}

/* Different keys that one set names. */
struct named {
    struct caa_text first; /* kept by the map */
    size_t count;
};

/* Counts a key once for the record. False without memory. */
static bool name_key(struct count_map *map, struct caa_text key, uint64_t serial,
                     struct named *named)
{
    struct count_entry *entry = count_map_at(map, key);
    if (entry == NULL)
        return false;
    if (entry->seen[0] == serial)
        return true;
    entry->seen[0] = serial;
    entry->counts[CA_NAMES]++;
    if (named->count++ == 0)
        named->first = entry->key;
    return true;
}

static void count_exclusive(struct count_map *map, const struct named *named)
{
    if (named->count == 1)
        count_map_at(map, named->first)->counts[CA_EXCLUSIVE_NAMES]++;
}

/* Where an issuer is unknown nobody can say that all identifiers of the set are one operator's. */
struct set_names {
    struct named identifiers, operators;
    bool unknown;
};

static bool name_issuer(struct tally_ca_shares *shares, struct caa_text issuer, uint64_t serial,
                        struct set_names *names)
{
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    struct caa_text key = caa_text_of(folded, caa_text_fold(issuer, folded, sizeof folded));
    const struct caa_issuer *known = caa_issuer_find(key);
    if (!name_key(&shares->identifiers, key, serial, &names->identifiers))
        return false;
    if (known != NULL)
        return name_key(&shares->operators, caa_text_from(known->ca_operator), serial,
                        &names->operators);
    names->unknown = true;
    return true;
}

static bool add_property(struct tally_ca_shares *shares, const struct tally_row *row,
                         enum caa_property property)
{
    const struct caa_set *set = &row->record->set;
    struct set_names names = {0};
    bool present = false;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property)
            continue;
        present = true;
        if (record->value.issuer.len > 0 &&
            !name_issuer(shares, record->value.issuer, row->serial, &names))
            return false;
    }
    shares->names += present;
    shares->named += names.identifiers.count > 0;
    count_exclusive(&shares->identifiers, &names.identifiers);
    if (!names.unknown)
        count_exclusive(&shares->operators, &names.operators);
    return true;
}

bool tally_ca_add(struct tally_ca *tally, const struct tally_row *row)
{
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        if (!add_property(&tally->shares[i], row, properties[i]))
            return false;
    }
    return true;
}

bool tally_ca_merge(struct tally_ca *into, const struct tally_ca *from)
{
    for (size_t i = 0; i < TALLY_CA_COUNT; i++) {
        struct tally_ca_shares *shares = &into->shares[i];
        shares->names += from->shares[i].names;
        shares->named += from->shares[i].named;
        if (!count_map_merge(&shares->identifiers, &from->shares[i].identifiers) ||
            !count_map_merge(&shares->operators, &from->shares[i].operators))
            return false;
    }
    return true;
}
