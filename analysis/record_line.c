#include "record_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "caascan/schema.h"
#include "record_check.h"
#include "record_json.h"
#include "record_line_parts.h"

static struct caa_text take_ns(struct json_cursor *c)
{
    struct caa_text first = {0};
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return first;
    do {
        struct caa_text name = json_cursor_string(c);
        if (first.octets == NULL || caa_text_compare_folded(name, first) < 0)
            first = name;
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return first;
}

/* Kinds that this version does not know are no error: the vocabulary may grow at its end. */
static uint32_t take_notes(struct json_cursor *c)
{
    uint32_t notes = 0;
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return notes;
    do {
        JSON_CURSOR_TAKE(c, "{\"kind\":");
        struct caa_text kind = json_cursor_string(c);
        for (unsigned i = 0; i < NOTE_COUNT; i++) {
            if (caa_text_equal(kind, caa_text_from(note_word(i))))
                notes |= UINT32_C(1) << i;
        }
        JSON_CURSOR_TAKE(c, ",\"at\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"detail\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, "}");
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
    return notes;
}

static void take_control(struct json_cursor *c, struct record_view *r)
{
    JSON_CURSOR_TAKE(c, "[");
    if (JSON_CURSOR_TRY(c, "]"))
        return;
    do {
        JSON_CURSOR_TAKE(c, "{\"at\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"server\":");
        json_cursor_string_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"type\":");
        bool is_a = caa_text_equal(json_cursor_string(c), caa_text_from("A"));
        JSON_CURSOR_TAKE(c, ",\"cd\":");
        json_cursor_bool(c);
        JSON_CURSOR_TAKE(c, ",\"rcode\":");
        json_cursor_int_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"answered\":");
        bool answered = json_cursor_bool(c);
        JSON_CURSOR_TAKE(c, ",\"caa\":");
        json_cursor_skip_value(c);
        JSON_CURSOR_TAKE(c, "}");
        r->a_probed |= is_a;
        r->a_answered |= is_a && answered;
    } while (JSON_CURSOR_TRY(c, ","));
    JSON_CURSOR_TAKE(c, "]");
}

/* The word of a table that stands next, in quotes. The tables are short. */
#define TRY_WORD(PREFIX, c, word, name)                                                            \
    if (JSON_CURSOR_TRY(c, "\"" word "\""))                                                        \
        return PREFIX##name;

static enum outcome take_verdict(struct json_cursor *c)
{
#define TRY_OUTCOME(name, word) TRY_WORD(OUTCOME_, c, word, name)
    CAASCAN_OUTCOMES(TRY_OUTCOME)
    json_cursor_fail(c);
    return OUTCOME_INVALID;
}

static enum existence take_existence(struct json_cursor *c)
{
#define TRY_EXISTENCE(name, word) TRY_WORD(EXISTS_, c, word, name)
    CAASCAN_EXISTENCE(TRY_EXISTENCE)
    json_cursor_fail(c);
    return EXISTS_UNKNOWN;
}

static enum dnssec_status take_dnssec(struct json_cursor *c)
{
#define TRY_DNSSEC(name, word) TRY_WORD(DNSSEC_, c, word, name)
    CAASCAN_DNSSEC(TRY_DNSSEC)
    json_cursor_fail(c);
    return DNSSEC_UNCHECKED;
}

static enum ds_status take_ds(struct json_cursor *c)
{
#define TRY_DS(name, word) TRY_WORD(DS_, c, word, name)
    CAASCAN_DS(TRY_DS)
    json_cursor_fail(c);
    return DS_UNKNOWN;
}

/* Up to the value of rank. */
static void take_turn(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"prefix\":\"\",\"pass\":1,\"rank\":")) {
        c->mark = "rank";
        r->prefix = caa_text_of(c->p, 0);
        r->pass = 1;
        return;
    }
    RECORD_LINE_KEY(c, prefix);
    r->prefix = json_cursor_string(c);
    RECORD_LINE_KEY(c, pass);
    r->pass = json_cursor_int(c);
    RECORD_LINE_KEY(c, rank);
}

/* Up to the value of name. */
static void take_extra(struct json_cursor *c, struct record_view *r)
{
    static const char none[] = ",\"extra\":[],\"name\":";
    if (JSON_CURSOR_TRY(c, none)) {
        c->mark = "name";
        r->extra_json = caa_text_of(c->p - sizeof ",\"name\":" + 1 - 2, 2);
        return;
    }
    RECORD_LINE_KEY(c, extra);
    r->extra_json = record_line_array(c);
    RECORD_LINE_KEY(c, name);
}

static void take_identity(struct json_cursor *c, struct record_view *r)
{
    RECORD_LINE_KEY(c, row);
    r->row = json_cursor_int(c);
    take_turn(c, r);
    r->rank = json_cursor_int_or_null(c);
    RECORD_LINE_KEY(c, input);
    r->input = json_cursor_string(c);
    take_extra(c, r);
    r->name = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, wildcard);
    r->wildcard = json_cursor_bool(c);
}

static void take_failure(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"error_class\":null,\"error_at\":null,\"error_name\":null")) {
        c->mark = "error_name";
        r->error_class = CLASS_NONE;
        r->error_at = r->error_name = (struct caa_text){0};
        return;
    }
    RECORD_LINE_KEY(c, error_class);
    r->error_class = json_cursor_word_or_null(c, class_word, CLASS_COUNT);
    RECORD_LINE_KEY(c, error_at);
    r->error_at = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, error_name);
    r->error_name = json_cursor_string_or_null(c);
}

/* An answered lookup of a name that exists, without a set. */
static bool try_empty(struct json_cursor *c, struct record_view *r)
{
    static const char nothing[] =
        ",\"outcome\":\"empty\",\"error_class\":null,\"error_at\":null,\"error_name\":null,"
        "\"exists\":\"yes\",\"own\":\"empty\"";
    if (!JSON_CURSOR_TRY(c, nothing))
        return false;
    c->mark = "own";
    r->outcome = r->own = OUTCOME_EMPTY;
    r->error_class = CLASS_NONE;
    r->error_at = r->error_name = (struct caa_text){0};
    r->exists = EXISTS_YES;
    return true;
}

static void take_outcome(struct json_cursor *c, struct record_view *r)
{
    if (try_empty(c, r))
        return;
    RECORD_LINE_KEY(c, outcome);
    r->outcome = take_verdict(c);
    take_failure(c, r);
    RECORD_LINE_KEY(c, exists);
    r->exists = take_existence(c);
    RECORD_LINE_KEY(c, own);
    r->own = take_verdict(c);
}

/* The octets of the empty array that the cursor has just gone over. */
static struct caa_text empty_array(const struct json_cursor *c)
{
    return caa_text_of(c->p - 2, 2);
}

static bool try_no_set(struct json_cursor *c, struct record_view *r)
{
    static const char nothing[] =
        ",\"found_at\":null,\"depth\":null,\"rrset_owner\":null,\"chain\":[],\"caa\":[]";
    if (!JSON_CURSOR_TRY(c, nothing))
        return false;
    c->mark = "caa";
    r->found_at = r->rrset_owner = (struct caa_text){0};
    r->depth = RECORD_NULL;
    r->set = (struct caa_set){0};
    r->stored = NULL;
    /* What is read of either is that it is empty, so both may stand in one place. */
    r->chain_json = r->caa_json = empty_array(c);
    return true;
}

static void take_found(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    if (try_no_set(c, r))
        return;
    RECORD_LINE_KEY(c, found_at);
    r->found_at = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, depth);
    r->depth = json_cursor_int_or_null(c);
    RECORD_LINE_KEY(c, rrset_owner);
    r->rrset_owner = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, chain);
    r->chain_json = record_line_array(c);
    r->aliased = r->chain_json.len > 2;
    RECORD_LINE_KEY(c, caa);
    const uint8_t *caa = c->p;
    record_line_set(c, reader, r);
    r->caa_json = record_line_since(c, caa);
}

static void take_remarks(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"notes\":[],\"control\":[],\"alt\":null")) {
        c->mark = "alt";
        r->alt_json = caa_text_of(c->p - 4, 4);
        r->notes_json = r->control_json = caa_text_of(c->p - sizeof ",\"alt\":null" + 1 - 2, 2);
        return;
    }
    RECORD_LINE_KEY(c, notes);
    const uint8_t *from = c->p;
    r->notes = take_notes(c);
    r->notes_json = record_line_since(c, from);
    RECORD_LINE_KEY(c, control);
    from = c->p;
    take_control(c, r);
    r->control_json = record_line_since(c, from);
    RECORD_LINE_KEY(c, alt);
    from = c->p;
    json_cursor_skip_value(c);
    r->alt_json = record_line_since(c, from);
}

/* Mostly the servers of the set are those of the name, whose octets are known to be an array. */
static struct caa_text take_set_ns(struct json_cursor *c, struct caa_text ns_json)
{
    const uint8_t *from = c->p;
    if (ns_json.len > 2 && json_cursor_try(c, (const char *)ns_json.octets, ns_json.len))
        return record_line_since(c, from);
    return record_line_array(c);
}

/* Up to the value of levels. */
static void take_set_zone(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c, ",\"set_zone\":null,\"set_ns\":[],\"levels\":")) {
        c->mark = "levels";
        r->set_zone = (struct caa_text){0};
        r->set_ns_json = caa_text_of(c->p - sizeof ",\"levels\":" + 1 - 2, 2);
        return;
    }
    RECORD_LINE_KEY(c, set_zone);
    r->set_zone = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, set_ns);
    r->set_ns_json = take_set_ns(c, r->ns_json);
    RECORD_LINE_KEY(c, levels);
}

/* Up to the value of levels. */
static void take_servers(struct json_cursor *c, struct record_view *r)
{
    RECORD_LINE_KEY(c, zone);
    r->zone = json_cursor_string_or_null(c);
    RECORD_LINE_KEY(c, ns);
    const uint8_t *from = c->p;
    r->ns = take_ns(c);
    r->ns_json = record_line_since(c, from);
    take_set_zone(c, r);
}

static void take_evidence(struct json_cursor *c, struct record_view *r)
{
    r->levels_json = record_line_levels(c);
    take_remarks(c, r);
}

/* Up to the value of queries. */
static void take_security(struct json_cursor *c, struct record_view *r)
{
    if (JSON_CURSOR_TRY(c,
                        ",\"dnssec\":\"unchecked\",\"ds\":\"absent\",\"ad\":null,\"queries\":")) {
        c->mark = "queries";
        r->dnssec = DNSSEC_UNCHECKED;
        r->ds = DS_ABSENT;
        r->ad = RECORD_NULL;
        return;
    }
    RECORD_LINE_KEY(c, dnssec);
    r->dnssec = take_dnssec(c);
    RECORD_LINE_KEY(c, ds);
    r->ds = take_ds(c);
    RECORD_LINE_KEY(c, ad);
    r->ad = JSON_CURSOR_TRY(c, "null") ? RECORD_NULL : json_cursor_bool(c);
    RECORD_LINE_KEY(c, queries);
}

static void take_measures(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    take_security(c, r);
    r->queries = json_cursor_int(c);
    RECORD_LINE_KEY(c, retries);
    r->retries = json_cursor_int(c);
    RECORD_LINE_KEY(c, duration);
    const uint8_t *duration = c->p;
    json_cursor_skip_number(c);
    r->duration = record_line_since(c, duration);
    RECORD_LINE_KEY(c, timestamp);
    record_line_time(c, reader, r);
    JSON_CURSOR_TAKE(c, "}");
}

void record_line_init(struct record_line *reader)
{
    *reader = (struct record_line){0};
    set_store_init(&reader->sets);
}

void record_line_fini(struct record_line *reader)
{
    free(reader->scratch);
    free(reader->caa);
    free(reader->canonical);
    set_store_fini(&reader->sets);
    *reader = (struct record_line){0};
}

#define SCRATCH_SHARE 3u

/* Room for twice the line is enough for all strings without escapes of JSON, and their octets; as
 * much again is for record_parts. */
static bool reserve_scratch(struct record_line *reader, size_t line_len)
{
    size_t len = SCRATCH_SHARE * line_len;
    if (reader->scratch_cap >= len)
        return true;
    uint8_t *grown = realloc(reader->scratch, len);
    if (grown == NULL)
        return false;
    reader->scratch = grown;
    reader->scratch_cap = len;
    return true;
}

/* Whatever is not set here the scan sets, so that a view need not be cleared for each line. */
static void begin_view(struct record_view *view, struct caa_text line)
{
    view->line = line.octets;
    view->lead = 0;
    view->notes = 0;
    view->aliased = view->a_probed = view->a_answered = false;
}

/* Takes a record from the first of the octets on; it may end before they do. */
static struct json_cursor scan(struct record_line *reader, struct caa_text octets,
                               struct record_view *out)
{
    struct json_cursor c = {octets.octets, octets.octets + octets.len, reader->scratch, NULL,
                            octets.len > 0};
    reader->no_memory = false;
    reader->set_count = 0;
    begin_view(out, octets);
    record_line_lead(&c, reader, out);
    take_identity(&c, out);
    take_outcome(&c, out);
    take_found(&c, reader, out);
    take_servers(&c, out);
    record_line_guess_set(reader, out);
    take_evidence(&c, out);
    take_measures(&c, reader, out);
    record_line_settle_set(&c, reader, out);
    reader->key = c.mark;
    return c;
}

size_t record_line_next(struct record_line *reader, struct caa_text octets, struct record_view *out)
{
    size_t len_max = reader->scratch_cap / SCRATCH_SHARE; /* as there is scratch memory for */
    if (octets.len > len_max)
        octets = caa_text_before(octets, len_max);
    struct json_cursor c = scan(reader, octets, out);
    if (!c.ok || c.p == c.end || *c.p != '\n')
        return 0;
    size_t len = (size_t)(c.p - octets.octets);
    out->parts_scratch = reader->scratch + 2 * len;
    return record_check(out) == NULL ? len : 0;
}

enum record_status record_line_scan(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    if (!reserve_scratch(reader, line.len + 1))
        return RECORD_NO_MEMORY;
    struct json_cursor c = scan(reader, line, out);
    out->parts_scratch = reader->scratch + 2 * line.len;
    if (reader->no_memory)
        return RECORD_NO_MEMORY;
    return c.ok && c.p == c.end ? RECORD_OK : RECORD_BAD;
}

/* The slow way, for lines that other programs wrote. */
static enum record_status read_json(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    free(reader->canonical);
    reader->canonical = NULL;
    size_t len = 0;
    enum record_status status = record_json_canonical(line, &reader->canonical, &len,
                                                      reader->reason, sizeof reader->reason);
    if (status != RECORD_OK)
        return status;
    status = record_line_scan(reader, caa_text_of(reader->canonical, len), out);
    if (status == RECORD_BAD)
        snprintf(reader->reason, sizeof reader->reason,
                 "the value of %s is not as the schema has it", reader->key);
    return status;
}

enum record_status record_line_read(struct record_line *reader, struct caa_text line,
                                    struct record_view *out)
{
    if (line.len > RECORD_LINE_LEN_MAX) {
        snprintf(reader->reason, sizeof reader->reason, "longer than %u octets",
                 RECORD_LINE_LEN_MAX);
        return RECORD_BAD;
    }
    enum record_status status = record_line_scan(reader, line, out);
    if (status == RECORD_BAD)
        status = read_json(reader, line, out);
    if (status != RECORD_OK)
        return status;
    const char *contradiction = record_check(out);
    if (contradiction == NULL)
        return RECORD_OK;
    snprintf(reader->reason, sizeof reader->reason, "%s", contradiction);
    return RECORD_BAD;
}
