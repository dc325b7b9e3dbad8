/* ca_set_size.csv and ca_concentration.csv: how selective the sets found are, and for whom. */
#include <assert.h>
#include <stdlib.h>

#include "caa_issuer.h"
#include "tables.h"
#include "text_order.h"

/* Rows of a property in ca_concentration.csv. */
#define TOP_MAX 50u

/* The property that by itself decides about a kind. */
static const char *property_word_of(enum caa_kind kind)
{
    return caa_property_word(tally_ca_property((enum tally_ca_property)kind));
}

static void put_size(struct csv_file *csv, const struct table_group *group, enum caa_kind kind,
                     enum caa_policy policy, size_t size)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    bool listed = policy == CAA_POLICY_ALLOW_LIST;
    uint64_t names =
        listed ? group->tally->ca.sizes[kind][size] : group->tally->policy.names[kind][policy];
    if (listed && names == 0)
        return;
    tables_lead(csv, group, (struct table_base){"name", "found", found});
    csv_file_word(csv, property_word_of(kind));
    csv_file_word(csv, caa_policy_word(policy));
    if (policy == CAA_POLICY_UNRESTRICTED)
        csv_file_empty(csv);
    else
        csv_file_count(csv, size);
    csv_file_count(csv, names);
    csv_file_share(csv, names, found);
    csv_file_end_row(csv);
}

static_assert((int)CAA_KIND_COUNT == (int)TALLY_CA_COUNT &&
                  (int)CAA_KIND_VMC == (int)TALLY_CA_ISSUEVMC,
              "kinds are in the order of their properties");

bool table_set_size_write(struct csv_file *csv, const struct table_group *group)
{
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        put_size(csv, group, kind, CAA_POLICY_UNRESTRICTED, 0);
        put_size(csv, group, kind, CAA_POLICY_DENY_ALL, 0);
        put_size(csv, group, kind, CAA_POLICY_DENY_ALL_CRITICAL, 0);
        for (size_t size = 1; size <= TALLY_CA_SIZE_MAX; size++)
            put_size(csv, group, kind, CAA_POLICY_ALLOW_LIST, size);
    }
    return true;
}

/* Operators, and identifiers that belong to none, of one property. */
struct ranking {
    const struct count_entry **entries; /* most names first; owned */
    size_t count;
    uint64_t namings; /* sum of their names */
    double hhi;
};

static void fill_ranking(struct ranking *ranking, const struct tally_ca_shares *shares)
{
    const struct count_map *maps[] = {&shares->operators, &shares->identifiers};
    for (size_t m = 0; m < 2; m++) {
        for (size_t i = 0; i < maps[m]->cap; i++) {
            const struct count_entry *entry = &maps[m]->slots[i];
            if (entry->key.octets == NULL || (m == 1 && caa_issuer_find(entry->key) != NULL))
                continue;
            ranking->entries[ranking->count++] = entry;
            ranking->namings += entry->counts[CA_NAMES];
        }
    }
}

static int by_names(const void *left, const void *right)
{
    const struct count_entry *a = *(const struct count_entry *const *)left;
    const struct count_entry *b = *(const struct count_entry *const *)right;
    if (a->counts[CA_NAMES] != b->counts[CA_NAMES])
        return a->counts[CA_NAMES] > b->counts[CA_NAMES] ? -1 : 1;
    return text_order(a->key, b->key);
}

/* Herfindahl and Hirschman's index: the sum of the squared shares. In order, so that it is the same
 * every time. */
static double index_of(const struct ranking *ranking)
{
    double sum = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        double share = (double)ranking->entries[i]->counts[CA_NAMES] / (double)ranking->namings;
        sum += share * share;
    }
    return sum;
}

static bool ranking_init(struct ranking *ranking, const struct tally_ca_shares *shares)
{
    size_t most = shares->operators.count + shares->identifiers.count;
    *ranking = (struct ranking){.entries = malloc((most + 1) * sizeof *ranking->entries)};
    if (ranking->entries == NULL)
        return false;
    fill_ranking(ranking, shares);
    if (ranking->count > 1)
        qsort(ranking->entries, ranking->count, sizeof *ranking->entries, by_names);
    ranking->hhi = index_of(ranking);
    return true;
}

static void put_ranking(struct csv_file *csv, const struct table_group *group, const char *property,
                        const struct ranking *ranking)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < ranking->count && i < TOP_MAX; i++) {
        const struct count_entry *entry = ranking->entries[i];
        sum += entry->counts[CA_NAMES];
        tables_lead(csv, group, (struct table_base){"naming", "namings", ranking->namings});
        csv_file_word(csv, property);
        csv_file_count(csv, i + 1);
        csv_file_text(csv, entry->key);
        csv_file_count(csv, entry->counts[CA_NAMES]);
        csv_file_share(csv, sum, ranking->namings);
        csv_file_number(csv, ranking->hhi);
        csv_file_end_row(csv);
    }
}

bool table_concentration_write(struct csv_file *csv, const struct table_group *group)
{
    for (unsigned i = 0; i < TALLY_CA_COUNT; i++) {
        struct ranking ranking;
        if (!ranking_init(&ranking, &group->tally->ca.shares[i]))
            return false;
        put_ranking(csv, group, caa_property_word(tally_ca_property(i)), &ranking);
        free(ranking.entries);
    }
    return true;
}
