/* where_key.h: the keys of conditions. For where.c and where_key.c. */
#ifndef WHERE_KEY_H
#define WHERE_KEY_H

#include "where.h"

/* What stands behind the "=". */
enum where_form {
    WHERE_WORD,   /* of a closed vocabulary */
    WHERE_TEXT,   /* compared octet by octet */
    WHERE_FOLDED, /* compared without case */
    WHERE_RANGE,  /* a number, or LO-HI */
};

/* A record as a condition sees it. */
struct where_record {
    const struct record_view *record;
    const struct suffix_list *suffixes;
    const struct tally *tally; /* that has counted it */
};

struct where_key {
    const char *name;
    const char *subject_name; /* what may stand behind a dot */
    const char *value_name;
    const char *help;
    enum where_form form;
    const char *(*word)(unsigned); /* of WHERE_WORD */
    unsigned word_count;
    const char *(*subject_word)(unsigned);
    unsigned subject_count; /* 0: no dot */
    bool subject_wanted;
    /* One of the two: the counter, or whether the condition holds of the record alone. */
    uint64_t (*count)(const struct tally *tally, const struct where_term *term);
    bool (*holds)(const struct where_record *about, const struct where_term *term);
};

extern const struct where_key where_keys[];
extern const size_t where_key_count;

#endif
