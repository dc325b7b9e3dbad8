/* diff_tables.h: the tables of a comparison of two scans. Nothing is decided here. */
#ifndef DIFF_TABLES_H
#define DIFF_TABLES_H

#include "compare_session.h"
#include "count_map.h"
#include "diff_change.h"

/* What is counted while names go by. */
struct diff_counts {
    uint64_t names[DIFF_CLASS_COUNT];
    uint64_t no_operator; /* names told one by one whose operator is not known */
    uint64_t repeated[2]; /* records that another one of the same name and scan outdoes */
    /* By operator: changed names, names in both lists, events of changes. */
    struct count_map operators;
};

/* A name of either scan with what became of it. */
struct diff_name {
    const struct compare_row *row;
    struct diff_verdict verdict;
    struct caa_text operator;
    struct caa_text from_set, to_set; /* as text, not masked */
};

#define DIFF_SIDE_OLD 0u
#define DIFF_SIDE_NEW 1u

/* Names in both lists. */
uint64_t diff_counts_both(const struct diff_counts *counts);
uint64_t diff_counts_changed(const struct diff_counts *counts);

/* Is the operator of any name known? Else there is nothing to count events by. */
bool diff_counts_has_operators(const struct diff_counts *counts);

void diff_tables_begin_names(struct csv_file *csv);
void diff_tables_name(struct csv_file *csv, const struct compare_session *session,
                      const struct diff_name *name);
void diff_tables_begin_churn(struct csv_file *csv);
void diff_tables_churn(struct csv_file *csv, const struct compare_session *session,
                       const struct diff_name *name);

/* The tables that are made from sums, whole. False after a message. */
bool diff_tables_write(const struct compare_session *session, const struct diff_counts *counts,
                       struct diff_changes *changes);

#endif
