/* mpic_tables.h: the tables of `caareport mpic`, and what it prints. Nothing is decided here. */
#ifndef MPIC_TABLES_H
#define MPIC_TABLES_H

#include <stdio.h>

#include "compare_session.h"
#include "mpic_judge.h"
#include "mpic_vantages.h"

/* What is counted while names go by. A name that all scans asked has one class. */
struct mpic_counts {
    uint64_t names[MPIC_CLASS_COUNT];
    uint64_t inconsistent; /* of those that do not agree: servers of a zone disagreed */
    uint64_t not_asked;    /* skipped in one of the scans */
    uint64_t incomplete;   /* not in all of the scans */
    uint64_t allowed;      /* with a CA to ask for */
    uint64_t reasons[MPIC_REASON_COUNT]; /* with a CA to ask for */
    uint64_t outcomes[COMPARE_SIDES_MAX][OUTCOME_COUNT];
    uint64_t differs[COMPARE_SIDES_MAX]; /* from the primary */
    size_t near_pairs;                   /* vantages closer than they may be */
    size_t placed_pairs;                 /* vantages whose distance is known */
};

struct mpic_report {
    const struct compare_session *session;
    const struct mpic_setup *setup;
    const struct mpic_vantage *vantages[COMPARE_SIDES_MAX]; /* by side */
    struct mpic_counts counts;
};

/* Names that were compared. */
uint64_t mpic_counts_compared(const struct mpic_counts *counts);

void mpic_tables_begin_names(struct csv_file *csv);

/* A row for each CA that the vantages do not agree about. texts are the sets by side. */
void mpic_tables_name(struct csv_file *csv, const struct mpic_report *report,
                      const struct compare_row *row, const struct mpic_name *name,
                      const struct octet_buffer *texts);

/* The tables that are made from counts. False after a message. */
bool mpic_tables_write(const struct mpic_report *report);

void mpic_tables_print(FILE *out, const struct mpic_report *report);

#endif
