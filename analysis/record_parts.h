/* record_parts.h: pull iterators over the lists and objects that a view keeps as JSON.
 *
 * The scanner has checked that the octets are JSON, and for most of them no more. So a key may be
 * missing, stand anywhere, or hold something else than the schema says: its member then has the
 * value of null. Of a key that stands twice the last counts. Nothing is allocated; strings without
 * their escapes go to the memory of the view (record_view.h) and live as long as the view.
 *
 *     struct record_parts parts = record_parts_of(view, view->levels_json);
 *     struct record_level level;
 *     while (record_levels_next(&parts, &level))
 *         ...
 */
#ifndef RECORD_PARTS_H
#define RECORD_PARTS_H

#include "record_view.h"

/* An iterator over a list. */
struct record_parts {
    struct json_cursor cursor;
    const struct record_view *view;
    bool open; /* an element may stand next */
};

/* Texts have octets NULL, and numbers and flags are RECORD_NULL, where null. Flags are 1 or 0.
 * Members that end in _json are JSON again, for record_parts_of, and empty where the key is
 * missing. */
struct record_alias {
    struct caa_text owner, kind, target;
    int64_t ttl;
};

struct record_level {
    struct caa_text name;
    struct caa_text outcome; /* a word of level_outcome_word or of class_word */
    struct caa_text source, server, protocol, dnssec;
    int64_t rcode, age, attempts, ad;
    struct caa_text rtt_json, chain_json, ede_json, tried_json;
};

struct record_try {
    struct caa_text server, result;
};

struct record_note {
    struct caa_text kind, at, detail;
};

struct record_probe {
    struct caa_text at, server, type;
    int64_t cd, rcode, answered;
    struct caa_text caa_json;
};

/* What another algorithm than RFC 8659's finds. */
struct record_alt {
    bool asked; /* else nothing is known, and all else is zeros */
    enum outcome outcome;
    enum error_class error_class;
    struct caa_text found_at, rrset_owner;
    int64_t depth;
};

/* Begins to read a list of the view: one of its own members that end in _json, or one of a part. */
struct record_parts record_parts_of(const struct record_view *view, struct caa_text json);

/* The next element of chain_json, levels_json, tried_json of a level, notes_json and control_json.
 * False at the end. An element that is no object has all members null. */
bool record_chain_next(struct record_parts *parts, struct record_alias *out);
bool record_levels_next(struct record_parts *parts, struct record_level *out);
bool record_tried_next(struct record_parts *parts, struct record_try *out);
bool record_notes_next(struct record_parts *parts, struct record_note *out);
bool record_control_next(struct record_parts *parts, struct record_probe *out);

/* The next string of ns_json, set_ns_json or extra_json; octets NULL where it is no string. */
bool record_texts_next(struct record_parts *parts, struct caa_text *out);

/* The next number of ede_json; RECORD_NULL where it is none. */
bool record_numbers_next(struct record_parts *parts, int64_t *out);

/* Reads alt_json. Neither is asked where it is null. */
void record_alt_read(const struct record_view *view, struct record_alt *rfc6844,
                     struct record_alt *erratum5065);

#endif
