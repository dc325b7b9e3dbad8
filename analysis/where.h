/* where.h: conditions on records, in the words of the tables: a record fulfils one if it counts in
 * the cells that the condition names.
 *
 * The tables' own tallies decide: a record is counted as for a report, and where the counter of a
 * cell has grown the record stands behind that cell. So a table and the names behind it can't
 * differ. A few conditions are about the record alone and compare it directly.
 */
#ifndef WHERE_H
#define WHERE_H

#include "tally.h"

#define WHERE_TERM_MAX 32u

struct where_key;

/* One condition. Read it with where_add. */
struct where_term {
    const struct where_key *key;
    unsigned subject;     /* the property or the kind behind the dot; WHERE_ANY: all of them */
    unsigned word;        /* of a closed vocabulary: its index */
    struct caa_text text; /* else the value; owned by the command line, or by `folded` */
    uint64_t low, high;   /* else the range */
    uint8_t folded[256];
};

#define WHERE_ANY UINT32_MAX

/* All of them must hold. */
struct where {
    struct where_term terms[WHERE_TERM_MAX];
    size_t count;
};

/* Adds a condition in the form key=value. False after a message, which lists what there is. */
bool where_add(struct where *where, const char *word);

/* Adds the keys to a help text, one a line with what they mean. The text ends where cap does. */
void where_help(char *text, size_t cap);

/* What one thread needs. */
struct where_reader {
    const struct where *where;
    struct tally_set tallies;
    /* The counters as they were after the last record, for each group and term. */
    uint64_t (*known)[WHERE_TERM_MAX];
    size_t known_count;
};

void where_reader_init(struct where_reader *reader, const struct where *where,
                       const struct suffix_list *suffixes);
void where_reader_fini(struct where_reader *reader);

/* Do all conditions hold of the record? Each record is to be asked about once. False without memory
 * or with too many groups (tallies.too_many). */
bool where_holds(struct where_reader *reader, const struct record_view *record, bool *holds);

#endif
