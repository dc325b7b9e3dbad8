#include "record.h"

#include <assert.h>
#include <string.h>

#include "caascan/caa_rdata.h"
#include "json_text.h"

struct word {
    const char *text; /* in its quotes */
    size_t len;
};

#define RECORD_WORD(name, word) {"\"" word "\"", sizeof word + 1},
#define RECORD_WORDS(table, LIST)                                                                  \
    static const struct word table[] = {LIST(RECORD_WORD)};                                        \
    static inline void put_##table(struct writer *w, unsigned index)                               \
    {                                                                                              \
        assert(index < sizeof table / sizeof *table);                                              \
        writer_octets(w, table[index].text, table[index].len);                                     \
    }

RECORD_WORDS(outcome, CAASCAN_OUTCOMES)
RECORD_WORDS(level_outcome, CAASCAN_LEVEL_OUTCOMES)
RECORD_WORDS(failure, CAASCAN_CLASSES) /* of the class less one: CLASS_NONE has no word */
RECORD_WORDS(note, CAASCAN_NOTES)
RECORD_WORDS(mode, CAASCAN_MODES)
RECORD_WORDS(existence, CAASCAN_EXISTENCE)
RECORD_WORDS(ds, CAASCAN_DS)
RECORD_WORDS(dnssec, CAASCAN_DNSSEC)
RECORD_WORDS(source, CAASCAN_SOURCES)
RECORD_WORDS(protocol, CAASCAN_PROTOCOLS)
RECORD_WORDS(alias_kind, CAASCAN_ALIAS_KINDS)
RECORD_WORDS(rdata_error, CAASCAN_RDATA_ERRORS)

static void put_null(struct writer *w)
{
    JSON_LITERAL(w, "null");
}

static void put_bool(struct writer *w, bool value)
{
    if (value)
        JSON_LITERAL(w, "true");
    else
        JSON_LITERAL(w, "false");
}

static void put_class(struct writer *w, unsigned class)
{
    if (class == CLASS_NONE)
        put_null(w);
    else
        put_failure(w, class - 1);
}

static void put_maybe(struct writer *w, int64_t value)
{
    if (value < 0)
        put_null(w);
    else
        json_number(w, (uint64_t)value);
}

static void put_comma(struct writer *w, size_t i)
{
    if (i > 0)
        writer_u8(w, ',');
}

static uint32_t aged(uint32_t ttl_s, uint32_t age_s)
{
    return ttl_s > age_s ? ttl_s - age_s : 0;
}

static void put_address(struct writer *w, const struct address *a)
{
    char text[ADDRESS_TEXT_MAX + 2];
    size_t len = address_text(a, text + 1);
    if (len == 0) {
        put_null(w);
        return;
    }
    text[0] = text[len + 1] = '"';
    writer_octets(w, text, len + 2);
}

static void put_extra(struct writer *w, const struct target *t)
{
    struct reader r = reader_over(t->extra, t->extra_len);
    for (size_t i = 0; i < t->extra_count; i++) {
        uint16_t len = 0;
        const uint8_t *stored = reader_take(&r, sizeof len);
        if (stored != NULL)
            memcpy(&len, stored, sizeof len);
        const uint8_t *octets = reader_take(&r, len);
        put_comma(w, i);
        json_octets(w, octets, octets != NULL ? len : 0);
    }
}

static void put_identity(struct writer *w, const struct record *r)
{
    const struct target *t = r->target;
    JSON_LITERAL(w, "{\"v\":1,\"scan\":");
    json_text(w, r->scan->scan);
    JSON_LITERAL(w, ",\"mode\":");
    put_mode(w, r->scan->mode);
    JSON_LITERAL(w, ",\"vantage\":");
    json_text(w, r->scan->vantage);
    JSON_LITERAL(w, ",\"row\":");
    json_number(w, t->row);
    JSON_LITERAL(w, ",\"prefix\":");
    json_text(w, t->prefix);
    JSON_LITERAL(w, ",\"pass\":");
    json_number(w, (uint64_t)r->scan->pass);
    JSON_LITERAL(w, ",\"rank\":");
    put_maybe(w, t->rank);
    JSON_LITERAL(w, ",\"input\":");
    json_octets(w, t->input, t->input_len);
    JSON_LITERAL(w, ",\"extra\":[");
    put_extra(w, t);
    JSON_LITERAL(w, "],\"name\":");
    json_name(w, t->name);
    JSON_LITERAL(w, ",\"wildcard\":");
    put_bool(w, t->wildcard);
}

static const struct record_level *last_level(const struct record *r)
{
    return r->level_count > 0 ? &r->levels[r->level_count - 1] : NULL;
}

static struct name error_at(const struct record *r)
{
    const struct record_level *last = last_level(r);
    if (r->outcome != OUTCOME_INDETERMINATE || last == NULL)
        return (struct name){0};
    return last->name;
}

static void put_verdict(struct writer *w, const struct record *r)
{
    JSON_LITERAL(w, ",\"outcome\":");
    put_outcome(w, r->outcome);
    JSON_LITERAL(w, ",\"error_class\":");
    put_class(w, r->error_class);
    JSON_LITERAL(w, ",\"error_at\":");
    json_name(w, error_at(r));
    JSON_LITERAL(w, ",\"error_name\":");
    json_name(w, r->error_name);
    JSON_LITERAL(w, ",\"exists\":");
    put_existence(w, r->exists);
    JSON_LITERAL(w, ",\"own\":");
    put_outcome(w, r->own);
}

static void put_chain(struct writer *w, const struct answer *a, uint32_t age_s)
{
    JSON_LITERAL(w, "\"chain\":[");
    for (size_t i = 0; i < a->chain_count; i++) {
        struct answer_alias alias = answer_chain(a, i);
        put_comma(w, i);
        JSON_LITERAL(w, "{\"owner\":");
        json_name(w, alias.owner);
        JSON_LITERAL(w, ",\"kind\":");
        put_alias_kind(w, alias.kind);
        JSON_LITERAL(w, ",\"target\":");
        json_name(w, alias.target);
        JSON_LITERAL(w, ",\"ttl\":");
        json_number(w, aged(alias.ttl_s, age_s));
        writer_u8(w, '}');
    }
    writer_u8(w, ']');
}

static void put_malformed_property(struct writer *w, const struct answer_rr *rr, uint32_t ttl_s,
                                   enum rdata_error error)
{
    JSON_LITERAL(w, "{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":");
    json_number(w, ttl_s);
    JSON_LITERAL(w, ",\"rdata_error\":");
    put_rdata_error(w, error);
    JSON_LITERAL(w, ",\"rdata\":");
    json_hex(w, rr->rdata, rr->rdlen);
    writer_u8(w, '}');
}

static void put_property(struct writer *w, const struct answer_rr *rr, uint32_t age_s)
{
    uint32_t ttl_s = aged(rr->ttl_s, age_s);
    struct caa_rdata caa;
    enum rdata_error error = caa_rdata_split(rr->rdata, rr->rdlen, &caa);
    if (error != RDATA_NONE) {
        put_malformed_property(w, rr, ttl_s, error);
        return;
    }
    JSON_LITERAL(w, "{\"flags\":");
    json_number(w, caa.flags);
    JSON_LITERAL(w, ",\"tag\":");
    json_octets(w, caa.tag, caa.tag_len);
    JSON_LITERAL(w, ",\"value\":");
    json_octets(w, caa.value, caa.value_len);
    JSON_LITERAL(w, ",\"ttl\":");
    json_number(w, ttl_s);
    JSON_LITERAL(w, ",\"rdata_error\":null,\"rdata\":null}");
}

/* What the deciding level holds: found_at to caa. */
static void put_set(struct writer *w, const struct record *r)
{
    const struct record_level *last = last_level(r);
    if (r->outcome != OUTCOME_FOUND || last == NULL) {
        JSON_LITERAL(w, ",\"found_at\":null,\"depth\":null,\"rrset_owner\":null,\"chain\":[],"
                        "\"caa\":[]");
        return;
    }
    JSON_LITERAL(w, ",\"found_at\":");
    json_name(w, last->name);
    JSON_LITERAL(w, ",\"depth\":");
    json_number(w, name_label_count(r->target->name) - name_label_count(last->name));
    JSON_LITERAL(w, ",\"rrset_owner\":");
    json_name(w, answer_owner(last->answer));
    writer_u8(w, ',');
    put_chain(w, last->answer, last->age_s);
    JSON_LITERAL(w, ",\"caa\":[");
    uint32_t cursor = 0;
    struct answer_rr rr;
    for (size_t i = 0; answer_next_rr(last->answer, &cursor, &rr); i++) {
        put_comma(w, i);
        put_property(w, &rr, last->age_s);
    }
    writer_u8(w, ']');
}

/* How the level was answered, or that it was not: protocol, rtt, attempts, ad. */
static void put_exchange(struct writer *w, const struct answer *a)
{
    bool replied = a->rcode >= 0;
    JSON_LITERAL(w, ",\"server\":");
    put_address(w, &a->server);
    JSON_LITERAL(w, ",\"protocol\":");
    if (replied) {
        put_protocol(w, a->protocol);
        JSON_LITERAL(w, ",\"rtt\":");
        json_seconds(w, a->rtt_us);
    } else {
        JSON_LITERAL(w, "null,\"rtt\":null");
    }
    JSON_LITERAL(w, ",\"attempts\":");
    json_number(w, a->attempts);
    JSON_LITERAL(w, ",\"ad\":");
    if (replied)
        put_bool(w, a->flags & ANSWER_AD);
    else
        put_null(w);
}

static void put_tried(struct writer *w, const struct answer *a)
{
    for (size_t i = 0; i < a->tried_count; i++) {
        struct answer_try failed = answer_tried(a, i);
        put_comma(w, i);
        JSON_LITERAL(w, "{\"server\":");
        put_address(w, &failed.server);
        JSON_LITERAL(w, ",\"result\":");
        put_class(w, failed.result);
        writer_u8(w, '}');
    }
}

static void put_level(struct writer *w, const struct record_level *level)
{
    const struct answer *a = level->answer;
    JSON_LITERAL(w, "{\"name\":");
    json_name(w, level->name);
    JSON_LITERAL(w, ",\"outcome\":");
    if (a->failure != CLASS_NONE)
        put_class(w, a->failure);
    else
        put_level_outcome(w, a->level);
    JSON_LITERAL(w, ",\"rcode\":");
    put_maybe(w, a->rcode);
    writer_u8(w, ',');
    put_chain(w, a, level->age_s);
    JSON_LITERAL(w, ",\"source\":");
    put_source(w, level->source);
    JSON_LITERAL(w, ",\"age\":");
    json_number(w, level->age_s);
    put_exchange(w, a);
    JSON_LITERAL(w, ",\"ede\":[");
    for (size_t i = 0; i < a->ede_count; i++) {
        put_comma(w, i);
        json_number(w, a->ede[i]);
    }
    JSON_LITERAL(w, "],\"dnssec\":");
    put_dnssec(w, a->dnssec);
    JSON_LITERAL(w, ",\"tried\":[");
    put_tried(w, a);
    JSON_LITERAL(w, "]}");
}

static void put_evidence(struct writer *w, const struct record *r)
{
    JSON_LITERAL(w, ",\"zone\":null,\"ns\":[],\"set_zone\":null,\"set_ns\":[],\"levels\":[");
    for (size_t i = 0; i < r->level_count; i++) {
        put_comma(w, i);
        put_level(w, &r->levels[i]);
    }
    JSON_LITERAL(w, "],\"notes\":[");
    for (size_t i = 0; i < r->note_count; i++) {
        put_comma(w, i);
        JSON_LITERAL(w, "{\"kind\":");
        put_note(w, r->notes[i].kind);
        JSON_LITERAL(w, ",\"at\":");
        json_name(w, r->notes[i].at);
        JSON_LITERAL(w, ",\"detail\":");
        json_text(w, r->notes[i].detail);
        writer_u8(w, '}');
    }
    JSON_LITERAL(w, "],\"control\":[]");
}

static void put_alternative(struct writer *w, const struct record_alt *alt)
{
    if (alt == NULL) {
        put_null(w);
        return;
    }
    JSON_LITERAL(w, "{\"outcome\":");
    put_outcome(w, alt->outcome);
    JSON_LITERAL(w, ",\"error_class\":");
    put_class(w, alt->error_class);
    JSON_LITERAL(w, ",\"found_at\":");
    json_name(w, alt->found_at);
    JSON_LITERAL(w, ",\"depth\":");
    put_maybe(w, alt->depth);
    JSON_LITERAL(w, ",\"rrset_owner\":");
    json_name(w, alt->rrset_owner);
    writer_u8(w, '}');
}

static void put_alternatives(struct writer *w, const struct record *r)
{
    JSON_LITERAL(w, ",\"alt\":");
    if (r->rfc6844 == NULL && r->erratum5065 == NULL) {
        put_null(w);
        return;
    }
    JSON_LITERAL(w, "{\"rfc6844\":");
    put_alternative(w, r->rfc6844);
    JSON_LITERAL(w, ",\"erratum5065\":");
    put_alternative(w, r->erratum5065);
    writer_u8(w, '}');
}

static void put_totals(struct writer *w, const struct record *r)
{
    JSON_LITERAL(w, ",\"dnssec\":");
    put_dnssec(w, r->dnssec);
    JSON_LITERAL(w, ",\"ds\":");
    put_ds(w, r->ds);
    JSON_LITERAL(w, ",\"ad\":");
    if (r->ad < 0)
        put_null(w);
    else
        put_bool(w, r->ad > 0);
    JSON_LITERAL(w, ",\"queries\":");
    json_number(w, r->queries);
    JSON_LITERAL(w, ",\"retries\":");
    json_number(w, r->retries);
    JSON_LITERAL(w, ",\"duration\":");
    json_seconds(w, r->duration_ns / 1000);
    JSON_LITERAL(w, ",\"timestamp\":");
    json_timestamp(w, r->timestamp_ms);
    JSON_LITERAL(w, "}\n");
}

size_t record_emit(const struct record *r, uint8_t *out, size_t cap)
{
    struct writer w = writer_over(out, cap);
    put_identity(&w, r);
    put_verdict(&w, r);
    put_set(&w, r);
    put_evidence(&w, r);
    put_alternatives(&w, r);
    put_totals(&w, r);
    return w.failed ? 0 : w.at;
}
