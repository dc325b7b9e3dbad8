#define _GNU_SOURCE
#include "anchors.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "root_key.h"
#include "small_file.h"
#include "verify.h"

#define BUILT_IN "built-in trust anchors"

static void add_ds(struct trust_anchors *out, const ldns_rr *ds)
{
    uint8_t rdata[TRUST_DS_LEN_MAX];
    size_t len = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(ds); i++) {
        const ldns_rdf *rdf = ldns_rr_rdf(ds, i);
        size_t size = ldns_rdf_size(rdf);
        if (size > sizeof rdata - len)
            return;
        memcpy(rdata + len, ldns_rdf_data(rdf), size);
        len += size;
    }
    if (out->count == TRUST_ANCHORS_MAX || !verify_knows_ds(rdata, len))
        return;
    memcpy(out->ds[out->count].rdata, rdata, len);
    out->ds[out->count++].len = (uint8_t)len;
}

static void add_key(struct trust_anchors *out, const ldns_rr *key)
{
    unsigned flags = ldns_rdf2native_int16(ldns_rr_dnskey_flags(key));
    if ((flags & LDNS_KEY_SEP_KEY) == 0 || (flags & LDNS_KEY_REVOKE_KEY) != 0)
        return;
    ldns_rr *ds = ldns_key_rr2ds(key, LDNS_SHA256);
    if (ds != NULL)
        add_ds(out, ds);
    ldns_rr_free(ds);
}

/* Anchors of other zones are not for us: the root's lead to all. */
static void take_record(struct trust_anchors *out, const ldns_rr *rr)
{
    if (ldns_rdf_size(ldns_rr_owner(rr)) != 1)
        return;
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS)
        add_ds(out, rr);
    else if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DNSKEY)
        add_key(out, rr);
}

static bool read_records(struct trust_anchors *out, FILE *file, const char *shown,
                         struct failure *why)
{
    int line = 0;
    uint32_t ttl = 0;
    ldns_rdf *origin = NULL, *previous = NULL;
    bool sound = true;
    while (sound && !feof(file) && !ferror(file)) {
        ldns_rr *rr = NULL;
        ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, &origin, &previous, &line);
        if (status == LDNS_STATUS_OK)
            take_record(out, rr);
        else
            sound = status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
                    status == LDNS_STATUS_SYNTAX_ORIGIN;
        ldns_rr_free(rr);
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    if (ferror(file))
        failure_set(why, FAILURE_INPUT, "can't read trust anchors %s: %m", shown);
    else if (!sound)
        failure_set(why, FAILURE_INPUT, "%s:%d: not a resource record", shown, line);
    return sound && !ferror(file);
}

bool anchors_read(struct trust_anchors *out, const char *path, struct failure *why)
{
    static const char built_in[] = ROOT_KEY;
    *out = (struct trust_anchors){0};
    if (path == NULL && access(ANCHORS_FILE, F_OK) == 0)
        path = ANCHORS_FILE;
    FILE *file =
        path != NULL ? small_file_open(path) : fmemopen((void *)built_in, strlen(built_in), "r");
    const char *shown = path != NULL ? path : BUILT_IN;
    if (file == NULL) {
        failure_set(why, FAILURE_INPUT, "can't read trust anchors %s: %m", shown);
        return false;
    }
    bool read = read_records(out, file, shown, why);
    fclose(file);
    if (read && out->count == 0) {
        failure_set(why, FAILURE_INPUT, "%s: no trust anchor of the root that can be used", shown);
        return false;
    }
    return read;
}
