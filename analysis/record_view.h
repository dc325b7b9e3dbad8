/* record_view.h: one record of the schema caascan/1 as the analysis sees it.
 *
 * A view borrows: its text points into the line it was read from or into the scratch memory of its
 * reader, and dies with the next line. Lists and objects that few ask for are kept as the JSON that
 * they are (the members that end in _json); record_parts.h reads them.
 */
#ifndef CAASCAN_RECORD_VIEW_H
#define CAASCAN_RECORD_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caa_record.h"
#include "caascan/term.h"
#include "json_cursor.h"

#define RECORD_NULL JSON_CURSOR_NULL /* for numbers that are null */

struct record_view {
    uint64_t
        lead; /* records with the same one have the same scan, mode and vantage; 0: not known */
    struct caa_text scan, vantage, prefix;
    struct caa_text name; /* names keep the record's \DDD escapes; octets is NULL where null */
    struct caa_text input;
    struct caa_text error_at, error_name, found_at, rrset_owner;
    struct caa_text zone, set_zone;
    struct caa_text ns; /* the first name server in the order of the alphabet; NULL where none */
    struct caa_text duration, timestamp;
    /* Octets of the line, of which no more is known than that they are JSON (record_parts.h). */
    struct caa_text extra_json, chain_json, caa_json, ns_json, set_ns_json;
    struct caa_text levels_json, notes_json, control_json, alt_json;
    struct caa_set set; /* the records of `caa`, octets with the escapes undone */
    const struct stored_set
        *stored; /* whose the set is (set_store.h); NULL where it is not stored */
    int64_t row, pass, rank, depth, queries, retries;
    enum scan_mode mode;
    enum outcome outcome, own;
    enum error_class error_class;
    enum existence exists;
    enum dnssec_status dnssec;
    enum ds_status ds;
    int ad;         /* 1, 0, or RECORD_NULL */
    unsigned date;  /* of the verdict, YYYYMMDD; 0 where the timestamp is no time */
    uint32_t notes; /* bit n: a note of kind n */
    bool wildcard;
    bool aliased;    /* the chain at the deciding level is not empty */
    bool a_probed;   /* a control probe asked for A */
    bool a_answered; /* and one was answered, be it with NXDOMAIN */

    /* Where the strings of parts go without their escapes: as much room as the line has, of which
     * the text at some place of the line uses the same place. NULL in a view made by hand. */
    const uint8_t *line;
    uint8_t *parts_scratch;
};

#endif
