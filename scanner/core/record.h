/* record.h: emits one result as one canonical line of the schema caascan/1. Pure: no clock, no
 * locale, no allocation; equal input gives equal octets. */
#ifndef CAASCAN_RECORD_H
#define CAASCAN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "caascan/schema.h"
#include "json_text.h"
#include "target.h"

#define RECORD_NOTES_MAX 16u
#define RECORD_LEVELS_MAX 128u
#define RECORD_CONTROLS_MAX 64u

/* What is the same in every record of a scan; NUL-terminated text, escaped on emission. */
struct record_scan {
    const char *scan;
    const char *vantage;
    enum scan_mode mode;
    int pass;
};

/* How every record of a scan begins, made once. */
#define RECORD_HEAD_MAX 4096u
struct record_head {
    uint8_t octets[RECORD_HEAD_MAX];
    size_t len; /* 0: it does not fit, and each record makes its own */
};

void record_head_init(struct record_head *head, const struct record_scan *scan);

/* What levels of a scan have alike: most were answered in one of a few ways. Each way is written
 * once, and copied from then on. Begins zeroed; for records of one mode and one thread. */
#define RECORD_FORM_BITS 4u
#define RECORD_FORM_WAYS 2u
#define RECORD_FORM_KEY 2u
#define RECORD_FORM_PART 128u

struct record_form {
    uint64_t key[RECORD_FORM_KEY]; /* all that the parts are made of */
    bool made;
    struct record_form_part {
        uint8_t len;
        uint8_t octets[RECORD_FORM_PART];
    } parts[3];
};

struct record_forms {
    struct json_second second;
    struct record_form forms[1u << RECORD_FORM_BITS][RECORD_FORM_WAYS];
};

struct record_level {
    struct name name; /* the target's name or an ancestor of it */
    const struct answer *answer;
    uint32_t age_s; /* of a cached answer when it was used; TTLs are printed less this */
    uint8_t source; /* enum answer_source */
};

struct record_note {
    struct name at;
    const char *detail; /* NUL-terminated ASCII, may be NULL for null */
    uint8_t kind;       /* enum note_kind */
};

/* A probe that was sent to tell the causes of a failure apart. */
struct record_control {
    struct name at; /* the name asked */
    struct address server;
    const struct answer *answer; /* of a CAA probe that was answered: its set; may be NULL */
    uint16_t type;
    int16_t rcode; /* extended rcode, -1 without a reply */
    bool cd;
    bool answered; /* a reply came that could be read */
};

/* A verdict under another semantics. */
struct record_alt {
    uint8_t outcome;      /* enum outcome */
    uint8_t error_class;  /* enum error_class */
    int16_t depth;        /* -1: null */
    struct name found_at; /* len 0: null */
    struct name rrset_owner;
};

/* The zones of a row, where they were asked for; zone.len 0: not known. */
struct record_context {
    struct answer_zone zone, set_zone;
    size_t ns_count, set_ns_count;
    uint8_t ds; /* enum ds_status */
};

struct record {
    const struct record_scan *scan;
    const struct record_head *head; /* of the same scan; NULL: the record makes its own */
    struct record_forms *forms; /* of the same scan; NULL: nothing is kept from record to record */
    const struct target *target;
    const struct record_level *levels;
    size_t level_count;
    const struct record_note *notes;
    size_t note_count;
    const struct record_control *controls; /* in the order they were sent */
    size_t control_count;
    const struct record_alt *rfc6844, *erratum5065; /* both NULL: alt is null */
    const struct record_context *context;           /* NULL: levels tell zones and DS */
    struct name error_name;                         /* len 0: null */
    uint8_t outcome;                                /* enum outcome */
    uint8_t error_class; /* enum error_class; then error_at is the last level */
    uint8_t own;         /* outcome of the first level alone */
    uint8_t exists;      /* enum existence */
    uint8_t dnssec;      /* enum dnssec_status */
    int8_t ad;           /* 1, 0, or -1 for null */
    uint32_t queries, retries;
    uint64_t duration_ns;
    uint64_t timestamp_ms; /* since 1970-01-01T00:00:00Z */
};

/* Longest line a record can make, given RECORD_EVIDENCE_MAX octets of answers in it, those of
 * levels and those of controls together. */
#define RECORD_EVIDENCE_MAX (160u * 1024u)
#define RECORD_LINE_MAX (7u << 19)

/* Writes one line with its newline. With outcome `found` the last level is the deciding one, and
 * found_at, depth, rrset_owner, chain, caa, set_zone and set_ns come from it. zone, ns and ds come
 * from the answer of the first level; all five from context where it is given. Name servers stand
 * in canonical order, each once. Returns the octets written, 0 if they don't fit (then nothing is
 * to be used). `own` is an enum outcome: found, empty, indeterminate, or the row's outcome where
 * nothing was asked. */
size_t record_emit(const struct record *r, uint8_t *out, size_t cap);

#endif
