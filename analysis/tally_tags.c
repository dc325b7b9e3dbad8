#include "tally_tags.h"

#include <assert.h>

void tally_tags_init(struct tally_tags *tally)
{
    *tally = (struct tally_tags){0};
    count_map_init(&tally->tags);
}

void tally_tags_fini(struct tally_tags *tally)
{
    count_map_fini(&tally->tags);
}

static bool count_once(uint64_t *seen, uint64_t serial)
{
    bool first = *seen != serial;
    *seen = serial;
    return first;
}

static bool count_record(struct tally_tags *tally, const struct caa_record *record, uint64_t serial)
{
    uint8_t folded[UINT8_MAX]; /* a tag's length is one octet in RDATA */
    size_t len = caa_text_fold(record->tag, folded, sizeof folded);
    assert(len <= sizeof folded);
    struct count_entry *entry = count_map_at(&tally->tags, caa_text_of(folded, len));
    if (entry == NULL)
        return false;
    entry->counts[TAG_RECORDS]++;
    if (count_once(&entry->seen[0], serial))
        entry->counts[TAG_NAMES]++;
    if (record->critical && count_once(&entry->seen[1], serial))
        entry->counts[TAG_CRITICAL_NAMES]++;
    return true;
}

bool tally_tags_add(struct tally_tags *tally, const struct tally_row *row)
{
    const struct caa_set *set = &row->record->set;
    bool malformed = false;
    tally->names += set->count > 0;
    tally->records += set->count;
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].property == CAA_PROPERTY_MALFORMED) {
            malformed = true;
            tally->malformed_records++;
        } else if (!count_record(tally, &set->records[i], row->serial)) {
            return false;
        }
    }
    tally->malformed_names += malformed;
    return true;
}

bool tally_tags_merge(struct tally_tags *into, const struct tally_tags *from)
{
    into->names += from->names;
    into->records += from->records;
    into->malformed_names += from->malformed_names;
    into->malformed_records += from->malformed_records;
    return count_map_merge(&into->tags, &from->tags);
}
