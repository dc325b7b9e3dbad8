/* synth_truth.h: what a survey of the synthetic world must find for a name, by the climb of RFC
 * 8659 section 3 over the rules of synth.h. Made apart from synth_reply, of which it uses nothing.
 */
#ifndef CAASCAN_TESTS_SYNTH_TRUTH_H
#define CAASCAN_TESTS_SYNTH_TRUTH_H

#include "caascan/term.h"
#include "synth.h"

struct synth_truth {
    enum outcome outcome; /* found, empty, indeterminate */
    enum error_class error_class;
    struct name at; /* found: the level of the set; indeterminate: the level that failed */
    size_t depth;   /* labels removed to get there */
    struct name_buffer owner; /* found: of the set */
    struct synth_caa set[SYNTH_CAA_MAX];
    size_t set_count;
};

/* Views in *out borrow from n. */
void synth_truth(const struct synth *world, struct name n, struct synth_truth *out);

/* The header of the rows below. */
#define SYNTH_TRUTH_HEADER                                                                         \
    "name,outcome,error_class,error_at,found_at,depth,rrset_owner,caa_count,caa"

/* A row: columns as caascan-records(5) has them, empty where it has null; `caa` is the set in the
 * order of the records, each as "flags tag value", with "|" between them. No newline. Returns the
 * octets written, at most SYNTH_TRUTH_ROW_MAX, never a terminator. */
#define SYNTH_TRUTH_ROW_MAX (5u * NAME_TEXT_MAX)
size_t synth_truth_row(const struct synth_truth *truth, struct name n, char *out);

#endif
