/* tags.csv, ca_share.csv and policy.csv: what the sets found hold. */
#include <stdlib.h>

#include "caa_issuer.h"
#include "caa_registry.h"
#include "tables.h"

static void put_tag(struct csv_file *csv, const struct table_group *group,
                    const struct count_entry *tag)
{
    uint64_t names = group->tally->tags.names;
    tables_lead(csv, group, (struct table_base){"name", "found", names});
    csv_file_text(csv, tag->key);
    csv_file_word(csv, caa_property_word(caa_registry_property(tag->key)));
    csv_file_count(csv, tag->counts[TAG_NAMES]);
    csv_file_count(csv, tag->counts[TAG_RECORDS]);
    csv_file_share(csv, tag->counts[TAG_NAMES], names);
    csv_file_count(csv, tag->counts[TAG_CRITICAL_NAMES]);
    csv_file_end_row(csv);
}

bool table_tags_write(struct csv_file *csv, const struct table_group *group)
{
    size_t count;
    const struct count_entry **tags = count_map_sorted(&group->tally->tags.tags, &count);
    for (size_t i = 0; i < count; i++)
        put_tag(csv, group, tags[i]);
    free(tags);
    return tags != NULL;
}

/* Which of the two sub-tables of ca_share.csv. */
enum share_by { BY_IDENTIFIER, BY_OPERATOR };

static void put_share(struct csv_file *csv, const struct table_group *group,
                      enum tally_ca_property property, enum share_by by,
                      const struct count_entry *entry)
{
    uint64_t names = group->tally->ca.shares[property].names;
    tables_lead(csv, group, (struct table_base){"name", "found_with_property", names});
    csv_file_word(csv, by == BY_IDENTIFIER ? "identifier" : "operator");
    csv_file_word(csv, caa_property_word(tally_ca_property(property)));
    if (by == BY_IDENTIFIER) {
        const struct caa_issuer *issuer = caa_issuer_find(entry->key);
        csv_file_text(csv, entry->key);
        csv_file_word(csv, issuer != NULL ? issuer->ca_operator : "");
    } else {
        csv_file_empty(csv);
        csv_file_text(csv, entry->key);
    }
    csv_file_count(csv, entry->counts[CA_NAMES]);
    csv_file_share(csv, entry->counts[CA_NAMES], names);
    csv_file_count(csv, entry->counts[CA_EXCLUSIVE_NAMES]);
    csv_file_end_row(csv);
}

static bool put_shares(struct csv_file *csv, const struct table_group *group,
                       enum tally_ca_property property, enum share_by by)
{
    const struct tally_ca_shares *shares = &group->tally->ca.shares[property];
    size_t count;
    const struct count_entry **list =
        count_map_sorted(by == BY_IDENTIFIER ? &shares->identifiers : &shares->operators, &count);
    for (size_t i = 0; i < count; i++)
        put_share(csv, group, property, by, list[i]);
    free(list);
    return list != NULL;
}

bool table_ca_write(struct csv_file *csv, const struct table_group *group)
{
    for (unsigned property = 0; property < TALLY_CA_COUNT; property++) {
        if (!put_shares(csv, group, property, BY_IDENTIFIER) ||
            !put_shares(csv, group, property, BY_OPERATOR))
            return false;
    }
    return true;
}

bool table_policy_write(struct csv_file *csv, const struct table_group *group)
{
    uint64_t found = adoption_cell_found(&group->tally->adoption.all);
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        tables_lead(csv, group, (struct table_base){"name", "found", found});
        csv_file_word(csv, caa_kind_word(kind));
        for (unsigned policy = 0; policy < CAA_POLICY_COUNT; policy++)
            csv_file_count(csv, group->tally->policy.names[kind][policy]);
        csv_file_count(csv, group->tally->policy.minimal_denied);
        csv_file_end_row(csv);
    }
    return true;
}
