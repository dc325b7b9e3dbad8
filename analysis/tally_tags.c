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

static bool count_record(struct tally_tags *tally, const struct caa_record *record,
                         const struct set_use *use)
{
    uint8_t folded[UINT8_MAX]; /* a tag's length is one octet in RDATA */
    size_t len = caa_text_fold(record->tag, folded, sizeof folded);
    assert(len <= sizeof folded);
    struct count_entry *entry = count_map_at(&tally->tags, caa_text_of(folded, len));
    if (entry == NULL)
        return false;
    entry->counts[TAG_RECORDS] += use->names;
    if (count_once(&entry->seen[0], use->serial))
        entry->counts[TAG_NAMES] += use->names;
    if (record->critical && count_once(&entry->seen[1], use->serial))
        entry->counts[TAG_CRITICAL_NAMES] += use->names;
    return true;
}

bool tally_tags_add(struct tally_tags *tally, const struct set_use *use)
{
    const struct caa_set *set = use->set;
    bool malformed = false;
    tally->names += use->names;
    tally->records += set->count * use->names;
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].property == CAA_PROPERTY_MALFORMED) {
            malformed = true;
            tally->malformed_records += use->names;
        } else if (!count_record(tally, &set->records[i], use)) {
            return false;
        }
    }
    tally->malformed_names += malformed ? use->names : 0;
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
