/* fuzz_record.c: whatever goes into a record, the line is one JSON object of ASCII with exactly the
 * schema's keys in order, and the input's octets can be read back from it.
 *
 * Input: the fields of a record, read one after the other; zeros behind its end. */
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "message.h"
#include "record.h"
#include "require.h"

#define LEVELS 3
#define RRS 4
#define NS 4
#define CONTROLS 3

struct made {
    struct record_scan scan;
    struct target target;
    struct record_level levels[LEVELS];
    struct record_note notes[2];
    struct record_control controls[CONTROLS];
    struct record_alt alts[2];
    struct record record;
    struct answer_rr rrs[RRS];
    struct answer_parts parts;
    struct name_buffer names[96];
    size_t name_count;
    uint8_t extra[3 * 32];
    char texts[4][24];
    _Alignas(struct answer) uint8_t blobs[LEVELS][16384];
};

static unsigned below(struct reader *r, unsigned count)
{
    return reader_u8(r) % count;
}

/* Octets of the input, up to 255 of them. */
static const uint8_t *octets(struct reader *r, size_t *len)
{
    *len = reader_u8(r);
    if (*len > reader_left(r))
        *len = reader_left(r);
    return reader_take(r, *len);
}

/* A name from the input, or none. */
static struct name name_from(struct made *m, struct reader *r)
{
    struct reader tried = *r;
    struct name_buffer *n = &m->names[m->name_count];
    if (m->name_count + 1 == sizeof m->names / sizeof *m->names || !name_read(&tried, n))
        return (struct name){0};
    m->name_count++;
    *r = tried;
    return name_of(n);
}

/* As name_from, the root where there is none. */
static struct name some_name(struct made *m, struct reader *r)
{
    struct name n = name_from(m, r);
    return n.len > 0 ? n : (struct name){(const uint8_t *)"", 1};
}

static const char *text_from(struct made *m, struct reader *r, size_t which)
{
    size_t len;
    const uint8_t *from = octets(r, &len);
    if (len >= sizeof m->texts[which])
        len = sizeof m->texts[which] - 1;
    if (from != NULL)
        memcpy(m->texts[which], from, len);
    m->texts[which][len] = '\0';
    return m->texts[which];
}

static struct address address_from(struct reader *r)
{
    static const uint8_t families[] = {ADDRESS_NONE, ADDRESS_IPV4, ADDRESS_IPV6};
    struct address a = {.family = families[below(r, 3)], .port = reader_u16(r)};
    const uint8_t *from = reader_take(r, sizeof a.octets);
    if (from != NULL)
        memcpy(a.octets, from, sizeof a.octets);
    return a;
}

static void make_head(struct answer *head, struct reader *r)
{
    head->rcode = (int16_t)(reader_u16(r) % 4097) - 1;
    head->flags = reader_u8(r);
    head->failure = (uint8_t)below(r, CLASS_COUNT);
    head->level = (uint8_t)below(r, LEVEL_COUNT);
    head->protocol = (uint8_t)below(r, PROTOCOL_COUNT);
    head->attempts = reader_u8(r);
    head->dnssec = (uint8_t)below(r, DNSSEC_COUNT);
    head->rtt_us = reader_u32(r);
    head->ede_count = (uint8_t)below(r, ANSWER_EDE_MAX + 1);
    for (size_t i = 0; i < head->ede_count; i++)
        head->ede[i] = reader_u16(r);
    head->chain_count = (uint8_t)below(r, 3);
    head->rr_count = (uint16_t)below(r, RRS + 1);
    head->tried_count = (uint8_t)below(r, 3);
    head->server = address_from(r);
}

/* A zone and its servers, or none. Returns the number of servers. */
static uint8_t make_zone(struct made *m, struct reader *r, struct answer_zone *out)
{
    if (below(r, 2) == 0)
        return 0;
    uint8_t count = (uint8_t)below(r, NS + 1);
    out->zone = some_name(m, r);
    for (size_t i = 0; i < count; i++)
        out->ns[i] = some_name(m, r);
    return count;
}

static const struct answer *make_answer(struct made *m, struct reader *r, size_t which)
{
    struct answer_parts *p = &m->parts;
    memset(p, 0, sizeof *p);
    make_head(&p->head, r);
    p->qname = some_name(m, r);
    for (size_t i = 0; i < p->head.chain_count; i++)
        p->chain[i] = (struct answer_alias){some_name(m, r), some_name(m, r), reader_u32(r),
                                            (uint8_t)below(r, ALIAS_COUNT)};
    for (size_t i = 0; i < p->head.tried_count; i++)
        p->tried[i] = (struct answer_try){address_from(r), (uint8_t)below(r, CLASS_COUNT)};
    p->rrs = m->rrs;
    for (size_t i = 0; i < p->head.rr_count; i++) {
        size_t len;
        const uint8_t *rdata = octets(r, &len);
        m->rrs[i] = (struct answer_rr){rdata, reader_u32(r), rdata != NULL ? (uint16_t)len : 0};
    }
    p->head.ns_count = make_zone(m, r, &p->zone);
    p->head.set_ns_count = make_zone(m, r, &p->set_zone);
    p->head.ds = (uint8_t)below(r, DS_COUNT);
    require(answer_build(p, m->blobs[which], sizeof m->blobs[which]) > 0);
    return (const struct answer *)m->blobs[which];
}

static void make_target(struct made *m, struct reader *r)
{
    struct target *t = &m->target;
    size_t len;
    t->row = reader_u32(r);
    t->rank = (int64_t)reader_u32(r) - 1;
    t->wildcard = below(r, 2);
    t->name = name_from(m, r);
    t->input = octets(r, &len);
    t->input_len = t->input != NULL ? (uint16_t)len : 0;
    t->prefix = text_from(m, r, 0);
    t->extra = m->extra;
    t->extra_count = (uint8_t)below(r, 4);
    for (size_t i = 0; i < t->extra_count; i++) {
        const uint8_t *from = octets(r, &len);
        uint16_t kept = from != NULL && len <= 30 ? (uint16_t)len : 0;
        memcpy(m->extra + t->extra_len, &kept, sizeof kept);
        t->extra_len = (uint16_t)(t->extra_len + sizeof kept);
        if (kept > 0)
            memcpy(m->extra + t->extra_len, from, kept);
        t->extra_len = (uint16_t)(t->extra_len + kept);
    }
}

static void make_evidence(struct made *m, struct reader *r)
{
    m->record.level_count = m->target.name.len > 0 ? below(r, LEVELS + 1) : 0;
    for (size_t i = 0; i < m->record.level_count; i++) {
        struct record_level *level = &m->levels[i];
        level->name = name_suffix(m->target.name, reader_u8(r));
        level->age_s = reader_u32(r);
        level->source = (uint8_t)below(r, SOURCE_COUNT);
        level->answer = make_answer(m, r, i);
    }
    m->record.levels = m->levels;
    m->record.note_count = below(r, 3);
    for (size_t i = 0; i < m->record.note_count; i++)
        m->notes[i] = (struct record_note){name_from(m, r), i > 0 ? text_from(m, r, 3) : NULL,
                                           (uint8_t)below(r, NOTE_COUNT)};
    m->record.notes = m->notes;
    for (size_t i = 0; i < 2; i++)
        m->alts[i] = (struct record_alt){.outcome = (uint8_t)below(r, OUTCOME_COUNT),
                                         .error_class = (uint8_t)below(r, CLASS_COUNT),
                                         .depth = (int16_t)(below(r, 129) - 1),
                                         .found_at = name_from(m, r),
                                         .rrset_owner = name_from(m, r)};
    unsigned which = below(r, 4);
    m->record.rfc6844 = which & 1 ? &m->alts[0] : NULL;
    m->record.erratum5065 = which & 2 ? &m->alts[1] : NULL;
}

static void make_controls(struct made *m, struct reader *r)
{
    static const uint16_t types[] = {TYPE_A, TYPE_SOA, TYPE_CAA};
    m->record.controls = m->controls;
    m->record.control_count = below(r, CONTROLS + 1);
    for (size_t i = 0; i < m->record.control_count; i++) {
        struct record_control *control = &m->controls[i];
        unsigned type = below(r, 4);
        size_t level = below(r, LEVELS + 1);
        control->type = type < 3 ? types[type] : reader_u16(r);
        if (level < m->record.level_count)
            control->answer = m->levels[level].answer;
        control->at = name_from(m, r);
        control->server = address_from(r);
        control->rcode = (int16_t)(reader_u16(r) % 4097 - 1);
        control->cd = below(r, 2);
        control->answered = below(r, 2);
    }
}

static void make_record(struct made *m, struct reader *r)
{
    struct record *record = &m->record;
    m->scan = (struct record_scan){text_from(m, r, 1), text_from(m, r, 2),
                                   (enum scan_mode)below(r, MODE_COUNT), (int)below(r, 9)};
    record->scan = &m->scan;
    record->target = &m->target;
    record->outcome = (uint8_t)below(r, OUTCOME_COUNT);
    record->own = (uint8_t)below(r, OUTCOME_COUNT);
    record->error_class = (uint8_t)below(r, CLASS_COUNT);
    record->exists = (uint8_t)below(r, EXISTS_COUNT);
    record->dnssec = (uint8_t)below(r, DNSSEC_COUNT);
    record->ad = (int8_t)(below(r, 3) - 1);
    record->queries = reader_u32(r);
    record->retries = reader_u32(r);
    record->duration_ns = (uint64_t)reader_u32(r) << 32 | reader_u32(r);
    record->timestamp_ms = (uint64_t)reader_u32(r) << 32 | reader_u32(r);
    record->error_name = name_from(m, r);
    make_target(m, r);
    make_evidence(m, r);
    make_controls(m, r);
}

/* Undoes \DDD and \\ of a string that jansson has read, and compares. */
static void check_octets(const json_t *value, const uint8_t *expected, size_t len)
{
    const unsigned char *text = (const unsigned char *)json_string_value(value);
    size_t left = json_string_length(value);
    size_t at = 0;
    require(text != NULL);
    for (; left > 0; at++) {
        require(at < len);
        size_t used = 1;
        int octet = text[0];
        if (octet == '\\' && text[1] != '\\') {
            octet = (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
            used = 4;
        } else if (octet == '\\') {
            used = 2;
        }
        require(octet == expected[at]);
        text += used;
        left -= used;
    }
    require(at == len);
}

#define KEY_TEXT(key, type) #key,

static void check_keys(json_t *object)
{
    static const char *const keys[] = {CAASCAN_KEYS(KEY_TEXT)};
    require(json_object_size(object) == KEY_COUNT);
    size_t i = 0;
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
        require(strcmp(json_object_iter_key(at), keys[i++]) == 0);
}

static size_t distinct(const struct name *names, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (!name_equal(names[k], names[i]))
            k++;
        found += k == i;
    }
    return found;
}

/* The zone of the first level with each of its servers once; nothing of DS without a zone. */
static void check_zone(const struct made *m, json_t *object)
{
    struct answer_zone zone = {0};
    size_t count = m->record.level_count > 0 ? answer_zone(m->levels[0].answer, &zone) : 0;
    require(json_is_null(json_object_get(object, "zone")) == (zone.zone.len == 0));
    require(json_array_size(json_object_get(object, "ns")) == distinct(zone.ns, count));
    if (zone.zone.len == 0)
        require(strcmp(json_string_value(json_object_get(object, "ds")), "unknown") == 0);
    if (m->record.outcome != OUTCOME_FOUND)
        require(json_is_null(json_object_get(object, "set_zone")));
}

static void check_line(const struct made *m, const uint8_t *line, size_t len)
{
    require(len > 0 && line[len - 1] == '\n');
    for (size_t i = 0; i + 1 < len; i++)
        require(line[i] >= 0x20 && line[i] <= 0x7E);
    json_t *object =
        json_loadb((const char *)line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    require(object != NULL);
    check_keys(object);
    check_octets(json_object_get(object, "input"), m->target.input, m->target.input_len);
    require(json_array_size(json_object_get(object, "levels")) == m->record.level_count);
    require(json_array_size(json_object_get(object, "control")) == m->record.control_count);
    check_zone(m, object);
    require(json_array_size(json_object_get(object, "extra")) == m->target.extra_count);
    json_decref(object);
}

/* A line fits in exactly its length and in nothing less; nothing is written behind the room given.
 */
static void check_room(const struct record *record, const uint8_t *line, size_t len)
{
    static uint8_t room[65536];
    if (len > sizeof room)
        return;
    for (size_t cap = len - 1; cap > 0; cap /= 3) {
        memset(room, 0xA5, len);
        require(record_emit(record, room, cap) == 0 && room[cap] == 0xA5);
    }
    require(record_emit(record, room, len) == len && memcmp(room, line, len) == 0);
}

/* What is kept from one record to the next, here from all inputs so far, changes none of them. */
static void check_forms(struct record *record, const uint8_t *line, size_t len)
{
    static struct record_forms forms[MODE_COUNT];
    static uint8_t room[1u << 18];
    record->forms = &forms[record->scan->mode];
    for (unsigned turn = 0; turn < 2; turn++)
        require(record_emit(record, room, sizeof room) == len && memcmp(room, line, len) == 0);
    check_room(record, line, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct made made;
    static uint8_t line[1u << 18];
    memset(&made, 0, sizeof made);
    struct reader r = reader_over(data, len);
    make_record(&made, &r);
    size_t written = record_emit(&made.record, line, sizeof line);
    check_line(&made, line, written);
    check_room(&made.record, line, written);
    check_forms(&made.record, line, written);
    return 0;
}
