#include "record.h"

#include <assert.h>
#include <string.h>

#include "caascan/caa_rdata.h"
#include "json_text.h"
#include "message.h"
#include "record_zones.h"
#include "spelled.h"

/* A word in its quotes. All are kept at one length, so that copying one takes no call. */
struct word {
    char text[31];
    uint8_t len;
};

static inline struct text put_word(struct text t, const struct word *word)
{
    if (text_left(t) < sizeof word->text)
        return text_octets(t, word->text, word->len);
    memcpy(t.at, word->text, sizeof word->text);
    return text_behind(t, word->len);
}

#define RECORD_WORD(name, word) {"\"" word "\"", sizeof word + 1},
#define RECORD_WORDS(table, LIST)                                                                  \
    static const struct word table[] = {LIST(RECORD_WORD)};                                        \
    static inline struct text put_##table(struct text t, unsigned index)                           \
    {                                                                                              \
        assert(index < sizeof table / sizeof *table);                                              \
        return put_word(t, &table[index]);                                                         \
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

static struct text put_null(struct text t)
{
    return TEXT_LITERAL(t, "null");
}

static struct text put_bool(struct text t, bool value)
{
    return value ? TEXT_LITERAL(t, "true") : TEXT_LITERAL(t, "false");
}

static struct text put_class(struct text t, unsigned class)
{
    return class == CLASS_NONE ? put_null(t) : put_failure(t, class - 1);
}

static struct text put_maybe(struct text t, int64_t value)
{
    return value < 0 ? put_null(t) : json_number(t, (uint64_t)value);
}

static struct text put_comma(struct text t, size_t i)
{
    return i > 0 ? text_octet(t, ',') : t;
}

static uint32_t aged(uint32_t ttl_s, uint32_t age_s)
{
    return ttl_s > age_s ? ttl_s - age_s : 0;
}

static struct text put_address(struct text t, const struct address *a)
{
    char text[ADDRESS_TEXT_MAX + 2];
    bool fits = text_left(t) >= sizeof text;
    char *at = fits ? (char *)t.at : text;
    size_t len = address_text(a, at + 1);
    if (len == 0)
        return put_null(t);
    at[0] = at[len + 1] = '"';
    return fits ? text_behind(t, len + 2) : text_octets(t, text, len + 2);
}

static struct text put_extra(struct text t, const struct target *target)
{
    struct reader r = reader_over(target->extra, target->extra_len);
    for (size_t i = 0; i < target->extra_count; i++) {
        uint16_t len = 0;
        const uint8_t *stored = reader_take(&r, sizeof len);
        if (stored != NULL)
            memcpy(&len, stored, sizeof len);
        const uint8_t *octets = reader_take(&r, len);
        t = put_comma(t, i);
        t = json_octets(t, octets, octets != NULL ? len : 0);
    }
    return t;
}

static struct text put_head(struct text t, const struct record_scan *scan)
{
    t = TEXT_LITERAL(t, "{\"v\":1,\"scan\":");
    t = json_text(t, scan->scan);
    t = TEXT_LITERAL(t, ",\"mode\":");
    t = put_mode(t, scan->mode);
    t = TEXT_LITERAL(t, ",\"vantage\":");
    t = json_text(t, scan->vantage);
    return TEXT_LITERAL(t, ",\"row\":");
}

void record_head_init(struct record_head *head, const struct record_scan *scan)
{
    struct text t = put_head(text_over(head->octets, sizeof head->octets), scan);
    head->len = t.at != NULL ? (size_t)(t.at - head->octets) : 0;
}

static struct text put_prefix(struct text t, const char *prefix)
{
    if (prefix != NULL && prefix[0] == 0)
        return TEXT_LITERAL(t, ",\"prefix\":\"\",\"pass\":");
    t = TEXT_LITERAL(t, ",\"prefix\":");
    t = json_text(t, prefix);
    return TEXT_LITERAL(t, ",\"pass\":");
}

static struct text put_rank(struct text t, int64_t rank)
{
    if (rank < 0)
        return TEXT_LITERAL(t, ",\"rank\":null,\"input\":");
    t = TEXT_LITERAL(t, ",\"rank\":");
    t = json_number(t, (uint64_t)rank);
    return TEXT_LITERAL(t, ",\"input\":");
}

static struct text put_identity(struct text t, const struct record *r, struct spelled *spelled)
{
    const struct target *target = r->target;
    if (r->head != NULL && r->head->len > 0)
        t = text_octets(t, r->head->octets, r->head->len);
    else
        t = put_head(t, r->scan);
    t = json_number(t, target->row);
    t = put_prefix(t, target->prefix);
    t = json_number(t, (uint64_t)r->scan->pass);
    t = put_rank(t, target->rank);
    t = json_octets(t, target->input, target->input_len);
    t = TEXT_LITERAL(t, ",\"extra\":[");
    t = put_extra(t, target);
    t = TEXT_LITERAL(t, "],\"name\":");
    t = spelled_keep(t, target->name, NULL, spelled);
    if (target->wildcard)
        return TEXT_LITERAL(t, ",\"wildcard\":true,\"outcome\":");
    return TEXT_LITERAL(t, ",\"wildcard\":false,\"outcome\":");
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

static struct text put_error(struct text t, const struct record *r, const struct spelled *spelled)
{
    struct name at = error_at(r);
    if (r->error_class == CLASS_NONE && at.len == 0 && r->error_name.len == 0)
        return TEXT_LITERAL(t, ",\"error_class\":null,\"error_at\":null,\"error_name\":null,"
                               "\"exists\":");
    t = TEXT_LITERAL(t, ",\"error_class\":");
    t = put_class(t, r->error_class);
    t = TEXT_LITERAL(t, ",\"error_at\":");
    t = spelled_put_ancestor(t, at, spelled);
    t = TEXT_LITERAL(t, ",\"error_name\":");
    t = json_name(t, r->error_name);
    return TEXT_LITERAL(t, ",\"exists\":");
}

static struct text put_verdict(struct text t, const struct record *r, const struct spelled *spelled)
{
    t = put_outcome(t, r->outcome);
    t = put_error(t, r, spelled);
    t = put_existence(t, r->exists);
    t = TEXT_LITERAL(t, ",\"own\":");
    return put_outcome(t, r->own);
}

static struct text put_aliases(struct text t, const struct answer *a, uint32_t age_s)
{
    t = TEXT_LITERAL(t, ",\"chain\":[");
    for (size_t i = 0; i < a->chain_count; i++) {
        struct answer_alias alias = answer_chain(a, i);
        t = put_comma(t, i);
        t = TEXT_LITERAL(t, "{\"owner\":");
        t = json_name(t, alias.owner);
        t = TEXT_LITERAL(t, ",\"kind\":");
        t = put_alias_kind(t, alias.kind);
        t = TEXT_LITERAL(t, ",\"target\":");
        t = json_name(t, alias.target);
        t = TEXT_LITERAL(t, ",\"ttl\":");
        t = json_number(t, aged(alias.ttl_s, age_s));
        t = text_octet(t, '}');
    }
    return text_octet(t, ']');
}

static inline struct text put_chain(struct text t, const struct answer *a, uint32_t age_s)
{
    return a->chain_count > 0 ? put_aliases(t, a, age_s) : TEXT_LITERAL(t, ",\"chain\":[]");
}

static struct text put_malformed_property(struct text t, const struct answer_rr *rr, uint32_t ttl_s,
                                          enum rdata_error error)
{
    t = TEXT_LITERAL(t, "{\"flags\":null,\"tag\":null,\"value\":null,\"ttl\":");
    t = json_number(t, ttl_s);
    t = TEXT_LITERAL(t, ",\"rdata_error\":");
    t = put_rdata_error(t, error);
    t = TEXT_LITERAL(t, ",\"rdata\":");
    t = json_hex(t, rr->rdata, rr->rdlen);
    return text_octet(t, '}');
}

static struct text put_property(struct text t, const struct answer_rr *rr, uint32_t age_s)
{
    uint32_t ttl_s = aged(rr->ttl_s, age_s);
    struct caa_rdata caa;
    enum rdata_error error = caa_rdata_split(rr->rdata, rr->rdlen, &caa);
    if (error != RDATA_NONE) {
        t = put_malformed_property(t, rr, ttl_s, error);
        return t;
    }
    t = TEXT_LITERAL(t, "{\"flags\":");
    t = json_number(t, caa.flags);
    t = TEXT_LITERAL(t, ",\"tag\":");
    t = json_octets(t, caa.tag, caa.tag_len);
    t = TEXT_LITERAL(t, ",\"value\":");
    t = json_octets(t, caa.value, caa.value_len);
    t = TEXT_LITERAL(t, ",\"ttl\":");
    t = json_number(t, ttl_s);
    return TEXT_LITERAL(t, ",\"rdata_error\":null,\"rdata\":null}");
}

static size_t labels_between(struct name n, struct name ancestor)
{
    size_t labels = name_label_count(n);
    size_t kept = name_label_count(ancestor);
    assert(kept <= labels);
    return labels - kept;
}

static struct text put_caa(struct text t, const struct answer *a, uint32_t age_s)
{
    uint32_t cursor = 0;
    struct answer_rr rr;
    t = TEXT_LITERAL(t, ",\"caa\":[");
    for (size_t i = 0; answer_next_rr(a, &cursor, &rr); i++) {
        t = put_comma(t, i);
        t = put_property(t, &rr, age_s);
    }
    return text_octet(t, ']');
}

/* What the deciding level holds: found_at to caa. */
static struct text put_set(struct text t, const struct record *r, const struct spelled *spelled)
{
    const struct record_level *last = last_level(r);
    if (r->outcome != OUTCOME_FOUND || last == NULL) {
        t = TEXT_LITERAL(t, ",\"found_at\":null,\"depth\":null,\"rrset_owner\":null,\"chain\":[],"
                            "\"caa\":[]");
        return t;
    }
    t = TEXT_LITERAL(t, ",\"found_at\":");
    t = spelled_put_ancestor(t, last->name, spelled);
    t = TEXT_LITERAL(t, ",\"depth\":");
    t = json_number(t, labels_between(r->target->name, last->name));
    t = TEXT_LITERAL(t, ",\"rrset_owner\":");
    t = json_name(t, answer_owner(last->answer));
    t = put_chain(t, last->answer, last->age_s);
    return put_caa(t, last->answer, last->age_s);
}

static struct text put_ede(struct text t, const struct answer *a)
{
    if (a->ede_count == 0)
        return TEXT_LITERAL(t, ",\"ede\":[],\"dnssec\":");
    t = TEXT_LITERAL(t, ",\"ede\":[");
    for (size_t i = 0; i < a->ede_count; i++) {
        t = put_comma(t, i);
        t = json_number(t, a->ede[i]);
    }
    return TEXT_LITERAL(t, "],\"dnssec\":");
}

static struct text put_tried(struct text t, const struct answer *a)
{
    if (a->tried_count == 0)
        return TEXT_LITERAL(t, ",\"tried\":[]}");
    t = TEXT_LITERAL(t, ",\"tried\":[");
    for (size_t i = 0; i < a->tried_count; i++) {
        struct answer_try failed = answer_tried(a, i);
        t = put_comma(t, i);
        t = TEXT_LITERAL(t, "{\"server\":");
        t = put_address(t, &failed.server);
        t = TEXT_LITERAL(t, ",\"result\":");
        t = put_class(t, failed.result);
        t = text_octet(t, '}');
    }
    return TEXT_LITERAL(t, "]}");
}

/* A level stands in three parts; between them are its age and server, and the time that its reply
 * took. */
static struct text put_level_answer(struct text t, const struct record_level *level)
{
    const struct answer *a = level->answer;
    t = TEXT_LITERAL(t, ",\"outcome\":");
    if (a->failure != CLASS_NONE)
        t = put_class(t, a->failure);
    else
        t = put_level_outcome(t, a->level);
    t = TEXT_LITERAL(t, ",\"rcode\":");
    t = put_maybe(t, a->rcode);
    t = put_chain(t, a, level->age_s);
    t = TEXT_LITERAL(t, ",\"source\":");
    t = put_source(t, level->source);
    return TEXT_LITERAL(t, ",\"age\":");
}

static struct text put_level_server(struct text t, const struct record_level *level)
{
    t = json_number(t, level->age_s);
    t = TEXT_LITERAL(t, ",\"server\":");
    return put_address(t, &level->answer->server);
}

static struct text put_level_protocol(struct text t, const struct answer *a)
{
    t = TEXT_LITERAL(t, ",\"protocol\":");
    t = a->rcode < 0 ? put_null(t) : put_protocol(t, a->protocol);
    return TEXT_LITERAL(t, ",\"rtt\":");
}

static struct text put_level_rest(struct text t, const struct answer *a, enum scan_mode asked)
{
    t = TEXT_LITERAL(t, ",\"attempts\":");
    t = json_number(t, a->attempts);
    t = TEXT_LITERAL(t, ",\"ad\":");
    if (a->rcode < 0 || asked != MODE_RESOLVER) /* from an authority the bit means nothing */
        t = put_null(t);
    else
        t = put_bool(t, (a->flags & ANSWER_AD) != 0);
    t = put_ede(t, a);
    t = put_dnssec(t, a->dnssec);
    return put_tried(t, a);
}

/* All that the three parts of a level are made of, where it has no lists. */
static void level_key(const struct record_level *level, uint64_t key[RECORD_FORM_KEY])
{
    const struct answer *a = level->answer;
    key[0] = (uint64_t)(uint16_t)a->rcode << 32 | (uint64_t)a->failure << 24 |
             (uint64_t)a->level << 16 | (uint64_t)level->source << 8 | a->protocol;
    key[1] = (uint64_t)((a->flags & ANSWER_AD) != 0) << 16 | (uint64_t)a->attempts << 8 | a->dnssec;
}

static bool same_key(const uint64_t a[RECORD_FORM_KEY], const uint64_t b[RECORD_FORM_KEY])
{
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
}

static void part_end(struct record_form_part *part, struct text t)
{
    part->len = t.at != NULL ? (uint8_t)(t.at - part->octets) : 0;
}

/* Makes the form by the same functions that write a level without it. */
static void make_form(struct record_form *form, const struct record_level *level,
                      enum scan_mode asked)
{
    struct record_form_part *parts = form->parts;
    const struct answer *a = level->answer;
    part_end(&parts[0], put_level_answer(text_over(parts[0].octets, RECORD_FORM_PART), level));
    part_end(&parts[1], put_level_protocol(text_over(parts[1].octets, RECORD_FORM_PART), a));
    part_end(&parts[2], put_level_rest(text_over(parts[2].octets, RECORD_FORM_PART), a, asked));
    form->made = parts[0].len > 0 && parts[1].len > 0 && parts[2].len > 0;
}

/* The form of an ordinary level, whose parts hold nothing of its own; NULL for any other. */
static const struct record_form *form_of(const struct record *r, const struct record_level *level)
{
    struct record_forms *forms = r->forms;
    const struct answer *a = level->answer;
    if (forms == NULL || a->rcode < 0 || a->chain_count + a->ede_count + a->tried_count > 0)
        return NULL;
    uint64_t key[RECORD_FORM_KEY];
    level_key(level, key);
    uint64_t mixed = (key[0] ^ key[1]) * 0x9E3779B97F4A7C15u;
    struct record_form *ways = forms->forms[mixed >> (64 - RECORD_FORM_BITS)];
    for (size_t i = 0; i < RECORD_FORM_WAYS; i++) {
        if (ways[i].made && same_key(key, ways[i].key))
            return &ways[i];
    }
    ways[1] = ways[0]; /* and the older one goes */
    memcpy(ways[0].key, key, sizeof key);
    make_form(&ways[0], level, r->scan->mode);
    return ways[0].made ? &ways[0] : NULL;
}

static inline struct text put_part(struct text t, const struct record_form_part *part)
{
    if (text_left(t) < sizeof part->octets)
        return text_octets(t, part->octets, part->len);
    memcpy(t.at, part->octets, sizeof part->octets); /* always all of it, which takes no call */
    return text_behind(t, part->len);
}

static struct text put_level(struct text t, const struct record *r, size_t i,
                             const struct spelled *spelled)
{
    const struct record_level *level = &r->levels[i];
    const struct answer *a = level->answer;
    t = TEXT_LITERAL(t, "{\"name\":");
    t = spelled_put_ancestor(t, level->name, spelled);
    const struct record_form *form = form_of(r, level);
    if (form != NULL) {
        t = put_part(t, &form->parts[0]);
        t = put_level_server(t, level);
        t = put_part(t, &form->parts[1]);
        t = json_seconds(t, a->rtt_us);
        return put_part(t, &form->parts[2]);
    }
    t = put_level_answer(t, level);
    t = put_level_server(t, level);
    t = put_level_protocol(t, a);
    t = a->rcode < 0 ? put_null(t) : json_seconds(t, a->rtt_us);
    return put_level_rest(t, a, r->scan->mode);
}

/* A record type as text: its mnemonic for what probes ask, else as in RFC 3597 section 5. */
static struct text put_type(struct text t, unsigned type)
{
    switch (type) {
    case TYPE_A:
        return TEXT_LITERAL(t, "\"A\"");
    case TYPE_SOA:
        return TEXT_LITERAL(t, "\"SOA\"");
    case TYPE_CAA:
        return TEXT_LITERAL(t, "\"CAA\"");
    default:
        t = TEXT_LITERAL(t, "\"TYPE");
        t = json_number(t, type);
        return text_octet(t, '"');
    }
}

static struct text put_control(struct text t, const struct record_control *control)
{
    t = TEXT_LITERAL(t, "{\"at\":");
    t = json_name(t, control->at);
    t = TEXT_LITERAL(t, ",\"server\":");
    t = put_address(t, &control->server);
    t = TEXT_LITERAL(t, ",\"type\":");
    t = put_type(t, control->type);
    t = TEXT_LITERAL(t, ",\"cd\":");
    t = put_bool(t, control->cd);
    t = TEXT_LITERAL(t, ",\"rcode\":");
    t = put_maybe(t, control->rcode);
    t = TEXT_LITERAL(t, ",\"answered\":");
    t = put_bool(t, control->answered);
    if (control->type != TYPE_CAA || !control->answered || control->answer == NULL)
        return TEXT_LITERAL(t, ",\"caa\":[]}");
    t = put_caa(t, control->answer, 0);
    return text_octet(t, '}');
}

static struct text put_controls(struct text t, const struct record *r)
{
    if (r->control_count == 0)
        return TEXT_LITERAL(t, ",\"control\":[]");
    t = TEXT_LITERAL(t, ",\"control\":[");
    for (size_t i = 0; i < r->control_count; i++) {
        t = put_comma(t, i);
        t = put_control(t, &r->controls[i]);
    }
    return text_octet(t, ']');
}

static struct text put_levels(struct text t, const struct record *r, const struct spelled *spelled)
{
    t = TEXT_LITERAL(t, ",\"levels\":[");
    for (size_t i = 0; i < r->level_count; i++) {
        t = put_comma(t, i);
        t = put_level(t, r, i, spelled);
    }
    return text_octet(t, ']');
}

static struct text put_notes(struct text t, const struct record *r, const struct spelled *spelled)
{
    if (r->note_count == 0)
        return TEXT_LITERAL(t, ",\"notes\":[]");
    t = TEXT_LITERAL(t, ",\"notes\":[");
    for (size_t i = 0; i < r->note_count; i++) {
        t = put_comma(t, i);
        t = TEXT_LITERAL(t, "{\"kind\":");
        t = put_note(t, r->notes[i].kind);
        t = TEXT_LITERAL(t, ",\"at\":");
        t = spelled_put_ancestor(t, r->notes[i].at, spelled);
        t = TEXT_LITERAL(t, ",\"detail\":");
        t = json_text(t, r->notes[i].detail);
        t = text_octet(t, '}');
    }
    return text_octet(t, ']');
}

static struct text put_alternative(struct text t, const struct record_alt *alt)
{
    if (alt == NULL)
        return put_null(t);
    t = TEXT_LITERAL(t, "{\"outcome\":");
    t = put_outcome(t, alt->outcome);
    t = TEXT_LITERAL(t, ",\"error_class\":");
    t = put_class(t, alt->error_class);
    t = TEXT_LITERAL(t, ",\"found_at\":");
    t = json_name(t, alt->found_at);
    t = TEXT_LITERAL(t, ",\"depth\":");
    t = put_maybe(t, alt->depth);
    t = TEXT_LITERAL(t, ",\"rrset_owner\":");
    t = json_name(t, alt->rrset_owner);
    return text_octet(t, '}');
}

static struct text put_alternatives(struct text t, const struct record *r)
{
    if (r->rfc6844 == NULL && r->erratum5065 == NULL)
        return TEXT_LITERAL(t, ",\"alt\":null");
    t = TEXT_LITERAL(t, ",\"alt\":{\"rfc6844\":");
    t = put_alternative(t, r->rfc6844);
    t = TEXT_LITERAL(t, ",\"erratum5065\":");
    t = put_alternative(t, r->erratum5065);
    return text_octet(t, '}');
}

static unsigned ds_of(const struct record *r)
{
    if (r->context != NULL)
        return r->context->ds;
    return r->level_count > 0 ? r->levels[0].answer->ds : DS_UNKNOWN;
}

static struct text put_totals(struct text t, const struct record *r)
{
    t = TEXT_LITERAL(t, ",\"dnssec\":");
    t = put_dnssec(t, r->dnssec);
    t = TEXT_LITERAL(t, ",\"ds\":");
    t = put_ds(t, ds_of(r));
    t = TEXT_LITERAL(t, ",\"ad\":");
    if (r->ad < 0)
        t = put_null(t);
    else
        t = put_bool(t, r->ad > 0);
    t = TEXT_LITERAL(t, ",\"queries\":");
    t = json_number(t, r->queries);
    t = TEXT_LITERAL(t, ",\"retries\":");
    t = json_number(t, r->retries);
    t = TEXT_LITERAL(t, ",\"duration\":");
    t = json_seconds(t, r->duration_ns / 1000);
    t = TEXT_LITERAL(t, ",\"timestamp\":");
    t = json_timestamp(t, r->timestamp_ms, r->forms != NULL ? &r->forms->second : NULL);
    return TEXT_LITERAL(t, "}\n");
}

size_t record_emit(const struct record *r, uint8_t *out, size_t cap)
{
    struct text t = text_over(out, cap);
    struct spelled spelled;
    t = put_identity(t, r, &spelled);
    t = put_verdict(t, r, &spelled);
    t = put_set(t, r, &spelled);
    t = record_zones(t, r, &spelled);
    t = put_levels(t, r, &spelled);
    t = put_notes(t, r, &spelled);
    t = put_controls(t, r);
    t = put_alternatives(t, r);
    t = put_totals(t, r);
    return t.at != NULL ? (size_t)(t.at - out) : 0;
}
