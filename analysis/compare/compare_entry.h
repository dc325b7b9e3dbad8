/* compare_entry.h: what a comparison of scans keeps of a record, as an entry of the sort.
 *
 * The key is the name in lower case. Bodies of one name sort by scan; of the records that one scan
 * has for a name the one that counts comes first: that of the latest pass, then of the first row.
 */
#ifndef COMPARE_ENTRY_H
#define COMPARE_ENTRY_H

#include "record_view.h"
#include "set_form.h"
#include "sort_entry.h"

struct compare_entry {
    struct caa_text name;
    unsigned side;    /* which of the scans, from 0 */
    uint64_t seen_at; /* of the verdict, YYYYMMDDHHMMSS; 0 where the record has no time */
    enum outcome outcome;
    enum error_class error_class;
    bool inconsistent;    /* note ns_inconsistent: servers of a zone disagree */
    bool failure_permits; /* it failed so that a CA may take it for permission (br_failure.h) */
    struct caa_text found_at, rrset_owner; /* empty where nothing was found */
    struct caa_text operator;              /* operator_name.h; empty where unknown */
    struct caa_text set;                   /* set_form.h; empty where there is none */
};

/* Makes the entry of a record that has a name. The operator is the caller's. out[0] becomes the key
 * and out[1] the body; false without memory. */
bool compare_entry_put(const struct record_view *record, unsigned side, struct caa_text operator,
                       struct set_form * form, struct octet_buffer out[2]);

/* Reads an entry; it borrows. False where it is none. */
bool compare_entry_read(const struct sort_entry *stored, struct compare_entry *out);

#endif
