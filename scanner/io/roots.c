#define _GNU_SOURCE
#include "roots.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root_hints.h"
#include "small_file.h"

#define BUILT_IN "built-in root hints"

static bool take_name(const ldns_rdf *rdf, struct name_buffer *into)
{
    struct reader r = reader_over(ldns_rdf_data(rdf), ldns_rdf_size(rdf));
    return name_read(&r, into);
}

static bool add_server(struct roots *out, const ldns_rr *rr)
{
    struct resolve_roots *s = &out->servers;
    if (s->ns_count == RESOLVE_ROOTS_MAX)
        return true;
    struct name_buffer *name = &out->names[s->ns_count];
    if (!take_name(ldns_rr_rdf(rr, 0), name))
        return false;
    s->ns[s->ns_count++] = name_of(name);
    return true;
}

static void add_address(struct roots *out, const ldns_rr *rr, uint8_t family)
{
    struct resolve_roots *s = &out->servers;
    struct name_buffer owner;
    if (s->glue_count == REFERRAL_GLUE_MAX || !take_name(ldns_rr_owner(rr), &owner))
        return;
    for (size_t i = 0; i < s->ns_count; i++) {
        if (!name_equal(s->ns[i], name_of(&owner)))
            continue;
        struct referral_glue *glue = &s->glue[s->glue_count++];
        glue->ns = (uint8_t)i;
        glue->address = (struct address){.family = family, .port = 53};
        memcpy(glue->address.octets, ldns_rdf_data(ldns_rr_rdf(rr, 0)),
               family == ADDRESS_IPV4 ? 4 : 16);
        return;
    }
}

/* One pass takes the servers, the next their addresses: the file may have them in any order. */
static bool take_record(struct roots *out, const ldns_rr *rr, bool addresses)
{
    ldns_rr_type type = ldns_rr_get_type(rr);
    if (!addresses)
        return type != LDNS_RR_TYPE_NS || ldns_rdf_size(ldns_rr_owner(rr)) != 1 ||
               add_server(out, rr);
    if (type == LDNS_RR_TYPE_A)
        add_address(out, rr, ADDRESS_IPV4);
    else if (type == LDNS_RR_TYPE_AAAA)
        add_address(out, rr, ADDRESS_IPV6);
    return true;
}

static void refuse_unreadable(const char *path, struct failure *why)
{
    failure_set(why, FAILURE_INPUT, "can't read root hints %s: %m", path);
}

static bool read_pass(struct roots *out, FILE *file, const char *path, bool addresses,
                      struct failure *why)
{
    int line = 0;
    uint32_t ttl = 0;
    ldns_rdf *origin = NULL, *previous = NULL;
    bool sound = true;
    rewind(file);
    while (sound && !feof(file) && !ferror(file)) {
        ldns_rr *rr = NULL;
        ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, &origin, &previous, &line);
        if (status == LDNS_STATUS_OK)
            sound = take_record(out, rr, addresses);
        else
            sound = status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
                    status == LDNS_STATUS_SYNTAX_ORIGIN;
        ldns_rr_free(rr);
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    if (ferror(file))
        refuse_unreadable(path, why);
    else if (!sound)
        failure_set(why, FAILURE_INPUT, "%s:%d: not a resource record", path, line);
    return sound && !ferror(file);
}

bool roots_read(struct roots *out, const char *path, struct failure *why)
{
    static const char built_in[] = ROOT_HINTS;
    memset(out, 0, sizeof *out);
    FILE *file =
        path != NULL ? small_file_open(path) : fmemopen((void *)built_in, strlen(built_in), "r");
    const char *shown = path != NULL ? path : BUILT_IN;
    if (file == NULL) {
        refuse_unreadable(shown, why);
        return false;
    }
    bool read = read_pass(out, file, shown, false, why) && read_pass(out, file, shown, true, why);
    fclose(file);
    if (read && out->servers.glue_count == 0) {
        failure_set(why, FAILURE_INPUT, "%s: no address of a root server", shown);
        return false;
    }
    return read;
}
