/* tally_tags.h: tags of the sets found. Pure. */
#ifndef TALLY_TAGS_H
#define TALLY_TAGS_H

#include "count_map.h"
#include "set_use.h"

/* What counts[] of a tag are. A name counts once, whatever number of records its set has. */
enum tag_count { TAG_NAMES, TAG_RECORDS, TAG_CRITICAL_NAMES };

struct tally_tags {
    struct count_map tags; /* by folded tag */
    uint64_t names;        /* with a set */
    uint64_t records;
    uint64_t malformed_names, malformed_records; /* RDATA without a readable tag */
};

void tally_tags_init(struct tally_tags *tally);
void tally_tags_fini(struct tally_tags *tally);

/* False without memory. */
bool tally_tags_add(struct tally_tags *tally, const struct set_use *use);
bool tally_tags_merge(struct tally_tags *into, const struct tally_tags *from);

#endif
