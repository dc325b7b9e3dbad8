#include "export_rows.h"

#include "caa_issuer.h"
#include "caa_lint.h"
#include "caa_policy.h"
#include "caa_rfc8657.h"
#include "operator_name.h"
#include "record_parts.h"
#include "row_cells.h"
#include "row_lint.h"

#define COLUMN_NAME(column, type) #column ","
#define COLUMN_TYPE(column, type) "'" #column "': '" type "', "
#define TABLE_NAME(name, word, columns) word,
#define TABLE_HEADER(name, word, columns) columns(COLUMN_NAME),
#define TABLE_TYPES(name, word, columns) columns(COLUMN_TYPE),

const char *export_rows_name(enum export_table table)
{
    static const char *const names[] = {EXPORT_TABLES(TABLE_NAME)};
    return names[table];
}

/* Both lists end with a separator, which the caller cuts off. */
const char *export_rows_header(enum export_table table)
{
    static const char *const headers[] = {EXPORT_TABLES(TABLE_HEADER)};
    return headers[table];
}

const char *export_rows_types(enum export_table table)
{
    static const char *const types[] = {EXPORT_TABLES(TABLE_TYPES)};
    return types[table];
}

void export_rows_init(struct export_rows *rows, const struct suffix_list *suffixes)
{
    *rows = (struct export_rows){.suffixes = suffixes};
    count_map_init(&rows->issuers);
}

void export_rows_fini(struct export_rows *rows)
{
    for (size_t i = 0; i < EXPORT_TABLE_COUNT; i++)
        csv_buffer_fini(&rows->tables[i]);
    csv_buffer_fini(&rows->scratch);
    count_map_fini(&rows->issuers);
}

/* A list in one cell grows in scratch. */

static void begin_list(struct export_rows *rows)
{
    csv_buffer_clear(&rows->scratch);
}

static void add_to_list(struct export_rows *rows, const char *separator, struct caa_text item)
{
    if (rows->scratch.len > 0)
        csv_buffer_raw(&rows->scratch, caa_text_from(separator));
    csv_buffer_raw(&rows->scratch, item);
}

static void end_list(struct export_rows *rows, enum export_table table)
{
    csv_buffer_text(&rows->tables[table], csv_buffer_all(&rows->scratch));
}

/* Lints of a record; the slow part, those of its issuer, are kept. False without memory. */
static bool lints_of(struct export_rows *rows, const struct caa_record *record, uint64_t *lints)
{
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    struct caa_text issuer = record->value.issuer;
    *lints = caa_lint_record(record);
    if (issuer.len == 0)
        return true;
    struct caa_text key = caa_text_of(folded, caa_text_fold(issuer, folded, sizeof folded));
    struct count_entry *entry = count_map_at(&rows->issuers, key);
    if (entry == NULL)
        return false;
    if (entry->seen[0] == 0)
        entry->seen[0] = caa_lint_issuer(record) + 1;
    *lints |= entry->seen[0] - 1;
    return true;
}

static void add_lints(struct export_rows *rows, uint64_t lints)
{
    for (; lints != 0; lints &= lints - 1)
        add_to_list(rows, " ", caa_text_from(caa_lint_name((unsigned)__builtin_ctzll(lints))));
}

/* Is the same text, without case, the issuer of an earlier record of the set? */
static bool named_before(const struct caa_set *set, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (caa_text_equal_folded(set->records[i].value.issuer, set->records[index].value.issuer))
            return true;
    }
    return false;
}

static const char *ca_operator_of(const struct caa_record *record)
{
    const struct caa_issuer *issuer = caa_issuer_find(record->value.issuer);
    return issuer != NULL ? issuer->ca_operator : "";
}

/* The same of the operator. */
static bool operator_before(const struct caa_set *set, size_t index, const char *name)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(ca_operator_of(&set->records[i]), name) == 0)
            return true;
    }
    return false;
}

/* Sets of more records than this are not searched for repeated issuers: they would take long. */
#define SEARCHED_MAX 256u

static void put_issuers(struct export_rows *rows, const struct caa_set *set)
{
    uint8_t folded[UINT16_MAX];
    begin_list(rows);
    for (size_t i = 0; i < set->count; i++) {
        struct caa_text issuer = set->records[i].value.issuer;
        if (issuer.len > 0 && (i > SEARCHED_MAX || !named_before(set, i)))
            add_to_list(rows, " ",
                        caa_text_of(folded, caa_text_fold(issuer, folded, sizeof folded)));
    }
    end_list(rows, EXPORT_NAMES);
    begin_list(rows);
    for (size_t i = 0; i < set->count && i <= SEARCHED_MAX; i++) {
        const char *name = ca_operator_of(&set->records[i]);
        if (*name != '\0' && !operator_before(set, i, name))
            add_to_list(rows, "; ", caa_text_from(name));
    }
    end_list(rows, EXPORT_NAMES);
}

static void put_policies(struct csv_buffer *csv, const struct record_view *record)
{
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        bool found = record->outcome == OUTCOME_FOUND;
        csv_buffer_word(csv, found ? caa_policy_word(caa_policy_of(&record->set, kind)) : "");
    }
}

static void put_8657(struct csv_buffer *csv, const struct caa_set *set)
{
    uint64_t with = 0, unsatisfiable = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_value *value = &set->records[i].value;
        bool has = value->accounturi_count + value->validationmethods_count > 0;
        with += has;
        unsatisfiable += has && !caa_rfc8657_satisfiable(value);
    }
    csv_buffer_count(csv, with);
    csv_buffer_count(csv, unsatisfiable);
}

static bool put_name_lints(struct export_rows *rows, const struct tally_row *row)
{
    const struct caa_set *set = &row->record->set;
    uint64_t all = caa_lint_relations(set);
    for (size_t i = 0; i < set->count; i++) {
        uint64_t lints;
        if (!lints_of(rows, &set->records[i], &lints))
            return false;
        all |= lints;
    }
    begin_list(rows);
    add_lints(rows, all);
    uint32_t of_row = row_lint_of(row);
    for (; of_row != 0; of_row &= of_row - 1)
        add_to_list(rows, " ", caa_text_from(row_lint_name((unsigned)__builtin_ctz(of_row))));
    end_list(rows, EXPORT_NAMES);
    begin_list(rows);
    for (unsigned kind = 0; kind < NOTE_COUNT; kind++) {
        if ((row->record->notes >> kind & 1) != 0)
            add_to_list(rows, " ", caa_text_from(note_word(kind)));
    }
    end_list(rows, EXPORT_NAMES);
    return true;
}

static void put_alt(struct csv_buffer *csv, const struct record_alt *alt)
{
    csv_buffer_word(csv, alt->asked ? outcome_word(alt->outcome) : "");
    csv_buffer_text(csv, alt->found_at);
}

/* The part of a name behind its first label where that label makes it registrable. */
static struct caa_text public_suffix_of(const struct tally_row *row)
{
    struct caa_text registrable = row->split.registrable;
    if (row->part >= PART_INVALID && row->record->name.octets == NULL)
        return (struct caa_text){0};
    if (registrable.octets == NULL)
        return row->record->name;
    size_t dot = caa_text_find(registrable, '.');
    return caa_text_after(registrable, dot < registrable.len ? dot + 1 : dot);
}

static struct operator_name set_operator_of(const struct export_rows *rows,
                                            const struct record_view *record)
{
    struct record_parts parts = record_parts_of(record, record->set_ns_json);
    struct caa_text first = {0}, next;
    while (record_texts_next(&parts, &next)) {
        if (next.octets != NULL &&
            (first.octets == NULL || caa_text_compare_folded(next, first) < 0))
            first = next;
    }
    return operator_name_of(rows->suffixes, first);
}

static uint64_t count_aliases(const struct record_view *record, struct caa_text json,
                              struct caa_text *last_target)
{
    struct record_parts parts = record_parts_of(record, json);
    struct record_alias alias;
    uint64_t count = 0;
    while (record_chain_next(&parts, &alias)) {
        *last_target = alias.target;
        count++;
    }
    return count;
}

static void put_asked(struct csv_buffer *csv, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    row_cells_key(csv, record);
    csv_buffer_word(csv, mode_word(record->mode));
    csv_buffer_text(csv, record->vantage);
    row_cells_number(csv, record->rank);
    csv_buffer_text(csv, record->input);
    csv_buffer_text(csv, record->name);
    row_cells_bool(csv, record->wildcard);
    csv_buffer_text(csv, row->split.registrable);
    csv_buffer_text(csv, public_suffix_of(row));
    csv_buffer_text(csv, row->split.tld);
}

static void put_verdict(struct csv_buffer *csv, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    struct caa_text last_target = {0};
    csv_buffer_word(csv, outcome_word(record->outcome));
    csv_buffer_word(csv, class_word(record->error_class));
    csv_buffer_text(csv, record->error_at);
    csv_buffer_text(csv, record->error_name);
    csv_buffer_word(csv, existence_word(record->exists));
    csv_buffer_word(csv, outcome_word(record->own));
    row_cells_found(csv, record);
    csv_buffer_word(csv, tally_part_word(row->part));
    csv_buffer_count(csv, count_aliases(record, record->chain_json, &last_target));
}

static void put_servers(const struct export_rows *rows, struct csv_buffer *csv,
                        const struct record_view *record)
{
    struct operator_name host = operator_name_of(rows->suffixes, record->ns);
    csv_buffer_text(csv, record->zone);
    csv_buffer_text(csv, host.text);
    csv_buffer_word(csv, host.text.len > 0 ? operator_rule_word(host.rule) : "");
    csv_buffer_text(csv, record->set_zone);
    csv_buffer_text(csv, set_operator_of(rows, record).text);
}

static void put_measures(struct csv_buffer *csv, const struct record_view *record)
{
    struct record_alt rfc6844, erratum5065;
    record_alt_read(record, &rfc6844, &erratum5065);
    row_cells_bool(csv, record->a_probed);
    row_cells_flag(csv, record->a_probed ? record->a_answered : RECORD_NULL);
    put_alt(csv, &rfc6844);
    put_alt(csv, &erratum5065);
    csv_buffer_word(csv, dnssec_word(record->dnssec));
    csv_buffer_word(csv, ds_word(record->ds));
    row_cells_flag(csv, record->ad);
    row_cells_number(csv, record->queries);
    row_cells_number(csv, record->retries);
    csv_buffer_text(csv, record->duration);
    csv_buffer_text(csv, record->timestamp);
}

static bool put_name(struct export_rows *rows, const struct record_view *record)
{
    struct csv_buffer *csv = &rows->tables[EXPORT_NAMES];
    struct tally_row row = tally_row_of(record, rows->suffixes);
    put_asked(csv, &row);
    put_verdict(csv, &row);
    put_servers(rows, csv, record);
    csv_buffer_count(csv, record->set.count);
    put_issuers(rows, &record->set);
    put_policies(csv, record);
    put_8657(csv, &record->set);
    if (!put_name_lints(rows, &row))
        return false;
    put_measures(csv, record);
    csv_buffer_end_row(csv);
    return true;
}

/* What struct caa_record does not have. The scanner has checked the form of `caa`. */
struct caa_extra {
    int64_t ttl;
    struct caa_text rdata;
};

static struct caa_extra next_extra(struct json_cursor *c)
{
    struct caa_extra extra;
    if (!JSON_CURSOR_TRY(c, ","))
        JSON_CURSOR_TAKE(c, "[");
    JSON_CURSOR_TAKE(c, "{\"flags\":");
    json_cursor_skip_value(c);
    JSON_CURSOR_TAKE(c, ",\"tag\":");
    json_cursor_skip_value(c);
    JSON_CURSOR_TAKE(c, ",\"value\":");
    json_cursor_skip_value(c);
    JSON_CURSOR_TAKE(c, ",\"ttl\":");
    extra.ttl = json_cursor_int_or_null(c);
    JSON_CURSOR_TAKE(c, ",\"rdata_error\":");
    json_cursor_skip_value(c);
    JSON_CURSOR_TAKE(c, ",\"rdata\":");
    const uint8_t *from = c->p;
    json_cursor_skip_value(c);
    bool quoted = c->ok && *from == '"';
    extra.rdata = quoted ? caa_text_of(from + 1, (size_t)(c->p - from) - 2) : (struct caa_text){0};
    JSON_CURSOR_TAKE(c, "}");
    return extra;
}

static void put_fields(struct csv_buffer *csv, const struct caa_record *record,
                       const struct caa_extra *extra)
{
    bool malformed = extra->rdata.octets != NULL;
    row_cells_number(csv, malformed ? RECORD_NULL : record->flags);
    row_cells_bool(csv, record->critical);
    csv_buffer_octets(csv, record->tag);
    csv_buffer_word(csv, caa_property_word(record->property));
    csv_buffer_octets(csv, record->text);
    row_cells_number(csv, extra->ttl);
    csv_buffer_word(csv, rdata_error_word(record->rdata_error));
    csv_buffer_text(csv, extra->rdata);
    csv_buffer_word(csv, caa_value_error_word(record->value_error));
}

static void put_issuer(struct csv_buffer *csv, const struct caa_record *record)
{
    uint8_t folded[UINT16_MAX];
    const struct caa_value *value = &record->value;
    const struct caa_issuer *issuer = caa_issuer_find(value->issuer);
    bool judged = caa_property_is_issue_type(record->property) && value->error == CAA_VALUE_NONE;
    csv_buffer_text(csv, caa_text_of(folded, caa_text_fold(value->issuer, folded, sizeof folded)));
    csv_buffer_word(csv, issuer != NULL ? issuer->ca_operator : "");
    csv_buffer_word(csv, issuer != NULL ? caa_issuer_status_word(issuer->status) : "");
    row_cells_number(csv, judged ? (int64_t)value->param_count : RECORD_NULL);
    csv_buffer_octets(csv, value->accounturi);
    csv_buffer_octets(csv, value->validationmethods);
    bool has = value->accounturi_count + value->validationmethods_count > 0;
    row_cells_flag(csv, has ? caa_rfc8657_satisfiable(value) : RECORD_NULL);
}

static bool put_records(struct export_rows *rows, const struct record_view *record)
{
    struct csv_buffer *csv = &rows->tables[EXPORT_RECORDS];
    struct json_cursor c = {record->caa_json.octets, record->caa_json.octets + record->caa_json.len,
                            NULL, NULL, true};
    for (size_t i = 0; i < record->set.count; i++) {
        const struct caa_record *property = &record->set.records[i];
        struct caa_extra extra = next_extra(&c);
        uint64_t lints;
        if (!lints_of(rows, property, &lints))
            return false;
        row_cells_key(csv, record);
        csv_buffer_count(csv, i + 1);
        csv_buffer_text(csv, record->name);
        csv_buffer_text(csv, record->found_at);
        csv_buffer_text(csv, record->rrset_owner);
        put_fields(csv, property, &extra);
        put_issuer(csv, property);
        begin_list(rows);
        add_lints(rows, lints);
        end_list(rows, EXPORT_RECORDS);
        csv_buffer_end_row(csv);
    }
    return true;
}

static void put_ede(struct export_rows *rows, const struct record_view *record,
                    struct caa_text json)
{
    struct record_parts parts = record_parts_of(record, json);
    int64_t code;
    csv_buffer_clear(&rows->scratch);
    while (record_numbers_next(&parts, &code)) {
        char digits[24];
        size_t len = sizeof digits;
        for (uint64_t rest = code > 0 ? (uint64_t)code : 0; len == sizeof digits || rest > 0;
             rest /= 10)
            digits[--len] = (char)('0' + rest % 10);
        add_to_list(rows, " ", caa_text_of(digits + len, sizeof digits - len));
    }
    end_list(rows, EXPORT_LEVELS);
}

static uint64_t count_tried(const struct record_view *record, struct caa_text json)
{
    struct record_parts parts = record_parts_of(record, json);
    struct record_try tried;
    uint64_t count = 0;
    while (record_tried_next(&parts, &tried))
        count++;
    return count;
}

static void put_level(struct export_rows *rows, const struct record_view *record,
                      const struct record_level *level, uint64_t number)
{
    struct csv_buffer *csv = &rows->tables[EXPORT_LEVELS];
    struct caa_text last_target = {0};
    row_cells_key(csv, record);
    csv_buffer_count(csv, number);
    csv_buffer_text(csv, level->name);
    csv_buffer_text(csv, level->outcome);
    row_cells_number(csv, level->rcode);
    csv_buffer_count(csv, count_aliases(record, level->chain_json, &last_target));
    csv_buffer_text(csv, last_target);
    csv_buffer_text(csv, level->source);
    row_cells_number(csv, level->age);
    csv_buffer_text(csv, level->server);
    csv_buffer_text(csv, level->protocol);
    bool timed = level->rtt_json.len > 0 && caa_text_is_digit(level->rtt_json.octets[0]);
    csv_buffer_text(csv, timed ? level->rtt_json : (struct caa_text){0});
    row_cells_number(csv, level->attempts);
    row_cells_flag(csv, level->ad);
    put_ede(rows, record, level->ede_json);
    csv_buffer_text(csv, level->dnssec);
    csv_buffer_count(csv, count_tried(record, level->tried_json));
    csv_buffer_end_row(csv);
}

bool export_rows_add(struct export_rows *rows, const struct record_view *record)
{
    if (!put_name(rows, record) || !put_records(rows, record))
        return false;
    struct record_parts parts = record_parts_of(record, record->levels_json);
    struct record_level level;
    for (uint64_t number = 0; record_levels_next(&parts, &level); number++)
        put_level(rows, record, &level, number);
    bool enough = !rows->scratch.no_memory;
    for (size_t i = 0; i < EXPORT_TABLE_COUNT; i++)
        enough = enough && !rows->tables[i].no_memory;
    return enough;
}
