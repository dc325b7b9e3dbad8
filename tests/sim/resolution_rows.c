#include "resolution_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "message.h"
#include "sim_reply.h"

const char *resolution_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (text == NULL)
        fail_msg("no text %s", key);
    return text;
}

static void take_rdata(struct resolution_rr *into, const ldns_rr *rr)
{
    struct writer w = writer_over(into->rdata, sizeof into->rdata);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        writer_octets(&w, ldns_rdf_data(field), ldns_rdf_size(field));
    }
    assert_false(w.failed);
    into->rdlen = (uint16_t)w.at;
}

static void fold_target(struct resolution_rr *rr)
{
    if (rr->type != TYPE_CNAME && rr->type != TYPE_DNAME)
        return;
    struct reader r = reader_over(rr->rdata, rr->rdlen);
    struct name_buffer target;
    assert_true(name_read(&r, &target));
    memcpy(rr->rdata, target.wire, target.len);
}

void resolution_rr_read(struct resolution_rr *into, const json_t *record)
{
    char text[2048];
    int len = snprintf(text, sizeof text, "%s 300 IN %s %s", resolution_text(record, "name"),
                       resolution_text(record, "type"), resolution_text(record, "rdata"));
    assert_true(len > 0 && (size_t)len < sizeof text);
    ldns_rr *rr = NULL;
    if (ldns_rr_new_frm_str(&rr, text, 300, NULL, NULL) != LDNS_STATUS_OK)
        fail_msg("no record: %s", text);
    into->owner = sim_name(resolution_text(record, "name"));
    into->type = (uint16_t)ldns_rr_get_type(rr);
    take_rdata(into, rr);
    fold_target(into);
    ldns_rr_free(rr);
}

/* Stands for `count` records, with {i} counting from `first`. */
static void generate(struct resolution_zone *zone, const json_t *rule)
{
    const char *rdata = resolution_text(rule, "rdata");
    const char *mark = strstr(rdata, "{i}");
    assert_non_null(mark);
    json_int_t first = json_integer_value(json_object_get(rule, "first"));
    json_int_t count = json_integer_value(json_object_get(rule, "count"));
    for (json_int_t i = first; i < first + count; i++) {
        char text[256];
        snprintf(text, sizeof text, "%.*s%" JSON_INTEGER_FORMAT "%s", (int)(mark - rdata), rdata, i,
                 mark + 3);
        json_t *record = json_pack("{s:s,s:s,s:s}", "name", resolution_text(rule, "name"), "type",
                                   resolution_text(rule, "type"), "rdata", text);
        resolution_rr_read(&zone->rrs[zone->rr_count++], record);
        json_decref(record);
    }
}

static void load_zone(struct resolution_zone *zone, const json_t *json)
{
    const json_t *records = json_object_get(json, "records");
    const json_t *generated = json_object_get(json, "generated");
    size_t i, room = json_array_size(records);
    const json_t *it;
    json_array_foreach (generated, i, it)
        room += (size_t)json_integer_value(json_object_get(it, "count"));
    zone->origin = sim_name(resolution_text(json, "origin"));
    zone->is_signed = json_is_true(json_object_get(json, "signed"));
    zone->rrs = calloc(room + 1, sizeof *zone->rrs);
    assert_non_null(zone->rrs);
    json_array_foreach (records, i, it)
        resolution_rr_read(&zone->rrs[zone->rr_count++], it);
    json_array_foreach (generated, i, it)
        generate(zone, it);
}

static void load_row(struct resolution_row *row, const json_t *json)
{
    const json_t *zones = json_object_get(json, "zones");
    row->id = resolution_text(json, "id");
    row->json = json;
    row->zone_count = json_array_size(zones);
    row->zones = calloc(row->zone_count + 1, sizeof *row->zones);
    assert_non_null(row->zones);
    for (size_t i = 0; i < row->zone_count; i++)
        load_zone(&row->zones[i], json_array_get(zones, i));
}

void resolution_rows_load(struct resolution_rows *rows, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("can't open %s", path);
    json_error_t error;
    *rows = (struct resolution_rows){.file = json_array()};
    for (json_t *it; (it = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error)) != NULL;) {
        if (strcmp(resolution_text(it, "type"), "resolution") == 0)
            json_array_append_new(rows->file, it);
        else
            json_decref(it);
    }
    assert_true(feof(file));
    fclose(file);
    rows->count = json_array_size(rows->file);
    rows->list = calloc(rows->count + 1, sizeof *rows->list);
    assert_non_null(rows->list);
    for (size_t i = 0; i < rows->count; i++)
        load_row(&rows->list[i], json_array_get(rows->file, i));
}

void resolution_rows_free(struct resolution_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t k = 0; k < rows->list[i].zone_count; k++)
            free(rows->list[i].zones[k].rrs);
        free(rows->list[i].zones);
    }
    free(rows->list);
    json_decref(rows->file);
}

const struct resolution_zone *resolution_zone_of(const struct resolution_row *row, struct name name)
{
    const struct resolution_zone *closest = NULL;
    for (size_t i = 0; i < row->zone_count; i++) {
        const struct resolution_zone *zone = &row->zones[i];
        if (name_within(name, name_of(&zone->origin)) &&
            (closest == NULL || zone->origin.len > closest->origin.len))
            closest = zone;
    }
    return closest;
}

bool resolution_exists(const struct resolution_row *row, const struct resolution_zone *zone,
                       struct name name)
{
    for (size_t i = 0; i < row->zone_count; i++) {
        if (name_within(name_of(&row->zones[i].origin), name))
            return true;
    }
    for (size_t i = 0; zone != NULL && i < zone->rr_count; i++) {
        if (name_within(name_of(&zone->rrs[i].owner), name))
            return true;
    }
    return name.len == 1;
}

bool resolution_is_secure(const struct resolution_row *row, const struct resolution_zone *zone)
{
    for (size_t i = 0; i < row->zone_count; i++) {
        const struct resolution_zone *above = &row->zones[i];
        if (name_within(name_of(&zone->origin), name_of(&above->origin)) && !above->is_signed)
            return false;
    }
    return true;
}

uint16_t resolution_qtype(const json_t *match)
{
    static const struct {
        const char *word;
        uint16_t type;
    } words[] = {{"any", 0}, {"CAA", TYPE_CAA}, {"DNSKEY", TYPE_DNSKEY}, {"DS", TYPE_DS}};
    const char *word = resolution_text(match, "qtype");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].type;
    }
    fail_msg("no such type: %s", word);
    return 0;
}

static bool behaviour_matches(const json_t *behaviour, struct name name, uint16_t type)
{
    const json_t *match = json_object_get(behaviour, "match");
    struct name_buffer wanted = sim_name(resolution_text(match, "name"));
    bool below = json_is_true(json_object_get(match, "below"));
    if (!(below ? name_within(name, name_of(&wanted)) : name_equal(name, name_of(&wanted))))
        return false;
    uint16_t wanted_type = resolution_qtype(match);
    return wanted_type == 0 || wanted_type == type;
}

const json_t *resolution_behaviour(const struct resolution_row *row, struct name name,
                                   uint16_t type, const char *server)
{
    size_t i;
    const json_t *it;
    json_array_foreach (json_object_get(row->json, "behaviors"), i, it) {
        const char *only = json_string_value(json_object_get(it, "server"));
        if ((only == NULL || strcmp(only, server) == 0) && behaviour_matches(it, name, type))
            return it;
    }
    return NULL;
}
