#define _POSIX_C_SOURCE 200809L /* fmemopen */
#include "zone_sets.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "zone_text.h"

void zone_sets_init(struct zone_sets *sets)
{
    *sets = (struct zone_sets){0};
}

void zone_sets_fini(struct zone_sets *sets)
{
    for (size_t i = 0; i < sets->count; i++) {
        free(sets->items[i].owner);
        free(sets->items[i].rdata);
    }
    free(sets->items);
    free(sets->records);
    *sets = (struct zone_sets){0};
}

static struct zone_item *next_item(struct zone_sets *sets)
{
    if (sets->count == sets->cap) {
        size_t cap = sets->cap == 0 ? 16 : sets->cap * 2;
        struct zone_item *grown = realloc(sets->items, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        sets->items = grown;
        sets->cap = cap;
    }
    sets->items[sets->count] = (struct zone_item){.number = sets->count};
    return &sets->items[sets->count++];
}

/* The fields of the record, as they stand in a message. */
static bool copy_rdata(struct zone_item *item, const ldns_rr *rr)
{
    size_t fields = ldns_rr_rd_count(rr);
    size_t len = 0;
    for (size_t i = 0; i < fields; i++)
        len += ldns_rdf_size(ldns_rr_rdf(rr, i));
    item->rdata = malloc(len + 1);
    if (item->rdata == NULL)
        return false;
    for (size_t i = 0; i < fields; i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        if (ldns_rdf_size(field) > 0)
            memcpy(item->rdata + item->rdata_len, ldns_rdf_data(field), ldns_rdf_size(field));
        item->rdata_len += ldns_rdf_size(field);
    }
    return true;
}

static bool copy_owner(struct zone_item *item, ldns_rr *rr)
{
    ldns_dname2canonical(ldns_rr_owner(rr));
    item->owner = ldns_rdf2str(ldns_rr_owner(rr));
    if (item->owner == NULL)
        return false;
    size_t len = strlen(item->owner);
    if (len > 1)
        item->owner[len - 1] = '\0';
    return true;
}

static bool add_rr(struct zone_sets *sets, ldns_rr *rr, bool owned)
{
    struct zone_item *item = next_item(sets);
    bool added = item != NULL && copy_rdata(item, rr);
    if (added && owned)
        added = copy_owner(item, rr);
    else if (added)
        added = (item->owner = calloc(1, 1)) != NULL;
    if (!added)
        say("out of memory");
    return added;
}

/* The value of a record where it is one word without quotes, which ldns does not take (RFC 8659
 * section 4.1.1 has both); else NULL. */
static const char *bare_value(const char *text)
{
    const char *value = text;
    for (int field = 0; field < 2; field++) {
        value += strcspn(value, " \t");
        value += strspn(value, " \t");
    }
    return *value == '\0' || strpbrk(value, " \t\n\\\"();") != NULL ? NULL : value;
}

static bool is_generic(const char *text)
{
    return text[0] == '\\' && text[1] == '#';
}

/* Flags are one octet; ldns would take any number modulo 256. */
static bool has_flags(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 3 && strtoul(text, NULL, 10) <= UINT8_MAX;
}

bool zone_sets_add_text(struct zone_sets *sets, const char *text)
{
    ldns_rr *rr = NULL;
    const char *value = is_generic(text) ? NULL : bare_value(text);
    int head = value != NULL ? (int)(value - text) : (int)strlen(text);
    size_t len = strlen(text) + 32;
    char *line = malloc(len);
    if (line == NULL) {
        say("out of memory");
        return false;
    }
    if (value != NULL)
        snprintf(line, len, ". 0 IN CAA %.*s\"%s\"", head, text, value);
    else
        snprintf(line, len, ". 0 IN CAA %s", text);
    ldns_status status = LDNS_STATUS_SYNTAX_RDATA_ERR;
    if (is_generic(text) || (has_flags(text) && zone_text_open_quote(caa_text_from(text)) == 0))
        status = ldns_rr_new_frm_str(&rr, line, 0, NULL, NULL);
    free(line);
    if (status != LDNS_STATUS_OK) {
        say("\"%s\" is no CAA record: %s", text, ldns_get_errorstr_by_id(status));
        return false;
    }
    bool added = add_rr(sets, rr, false);
    ldns_rr_free(rr);
    return added;
}

/* What ldns keeps from line to line. */
struct zone_reader {
    ldns_rdf *origin, *previous;
    uint32_t ttl;
    int line;
};

/* Reads what stands next in the file. *rr is a record, or NULL where something else stood there. */
static ldns_status read_next(struct zone_reader *reader, FILE *file, ldns_rr **rr)
{
    *rr = NULL;
    ldns_status status = ldns_rr_new_frm_fp_l(rr, file, &reader->ttl, &reader->origin,
                                              &reader->previous, &reader->line);
    switch (status) {
    case LDNS_STATUS_OK:
        return LDNS_STATUS_OK;
    case LDNS_STATUS_SYNTAX_EMPTY:
    case LDNS_STATUS_SYNTAX_TTL:
    case LDNS_STATUS_SYNTAX_ORIGIN:
        *rr = NULL;
        return LDNS_STATUS_OK;
    default:
        *rr = NULL;
        return status;
    }
}

static bool add_records(struct zone_sets *sets, struct zone_reader *reader, FILE *file,
                        const char *label)
{
    while (!feof(file) && !ferror(file)) {
        ldns_rr *rr;
        ldns_status status = read_next(reader, file, &rr);
        if (status != LDNS_STATUS_OK) {
            say("%s: line %d: %s", label, reader->line, ldns_get_errorstr_by_id(status));
            return false;
        }
        bool taken =
            rr == NULL || ldns_rr_get_type(rr) != LDNS_RR_TYPE_CAA || add_rr(sets, rr, true);
        ldns_rr_free(rr);
        if (!taken)
            return false;
    }
    if (!ferror(file))
        return true;
    say("%s: %s", label, strerror(errno));
    return false;
}

static bool add_text_of_file(struct zone_sets *sets, char *octets, size_t len, const char *label)
{
    struct zone_reader reader = {.ttl = 3600};
    size_t line = zone_text_open_quote(caa_text_of(octets, len));
    if (line > 0) {
        say("%s: line %zu: a quote is left open", label, line);
        return false;
    }
    FILE *text = len > 0 ? fmemopen(octets, len, "r") : NULL;
    if (text == NULL) {
        if (len > 0)
            say("%s: %s", label, strerror(errno));
        return len == 0;
    }
    bool added = add_records(sets, &reader, text, label);
    fclose(text);
    ldns_rdf_deep_free(reader.origin);
    ldns_rdf_deep_free(reader.previous);
    return added;
}

bool zone_sets_add_file(struct zone_sets *sets, FILE *file, const char *label)
{
    char *octets;
    size_t len;
    bool added = false;
    if (zone_text_read(file, &octets, &len))
        added = add_text_of_file(sets, octets, len, label);
    else
        say("%s: %s", label, strerror(errno));
    free(octets);
    return added;
}

static int by_owner(const void *left, const void *right)
{
    const struct zone_item *a = left;
    const struct zone_item *b = right;
    int order = strcmp(a->owner, b->owner);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

bool zone_sets_finish(struct zone_sets *sets)
{
    sets->records = malloc((sets->count + 1) * sizeof *sets->records);
    if (sets->records == NULL)
        return false;
    if (sets->count > 1)
        qsort(sets->items, sets->count, sizeof *sets->items, by_owner);
    for (size_t i = 0; i < sets->count; i++)
        sets->records[i] = caa_record_from_rdata(sets->items[i].rdata, sets->items[i].rdata_len);
    return true;
}

bool zone_sets_next(const struct zone_sets *sets, size_t *at, const char **owner,
                    struct caa_set *set)
{
    size_t first = *at;
    if (first == sets->count)
        return false;
    *owner = sets->items[first].owner;
    while (*at < sets->count && strcmp(sets->items[*at].owner, *owner) == 0)
        ++*at;
    *set = (struct caa_set){sets->records + first, *at - first};
    return true;
}
