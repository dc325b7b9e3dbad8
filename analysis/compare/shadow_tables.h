/* shadow_tables.h: the tables of sets that hide others. Nothing is decided here. */
#ifndef SHADOW_TABLES_H
#define SHADOW_TABLES_H

#include "compare_session.h"
#include "count_map.h"
#include "shadow_class.h"

/* The kinds that are looked at: host names and wildcards. */
#define SHADOW_KINDS 2u

struct shadow_counts {
    uint64_t names; /* that were asked */
    uint64_t relations[SHADOW_RELATION_COUNT];
    uint64_t by_alias;     /* of those that hide a set, by that at the end of an alias */
    uint64_t inconsistent; /* of those that hide a set: servers disagreed about one of the two */
    uint64_t repeated;     /* records that another one of the same name outdoes */
    uint64_t effects[SHADOW_CONTENT_COUNT][SHADOW_KINDS][SHADOW_EFFECT_COUNT];
    /* By operator: names whose set undoes or widens. */
    struct count_map operators[SHADOW_CONTENT_COUNT][SHADOW_KINDS];
};

void shadow_counts_init(struct shadow_counts *counts);
void shadow_counts_fini(struct shadow_counts *counts);

/* Names that have a name above them in the scan. */
uint64_t shadow_counts_below(const struct shadow_counts *counts);

/* A name whose set hides another. */
struct shadow_name {
    const struct compare_entry *entry, *ancestor;
    const struct caa_set *set, *hidden;
    enum shadow_content content;
    enum shadow_effect effects[SHADOW_KINDS];
};

/* Counts it. False without memory. */
bool shadow_counts_take(struct shadow_counts *counts, const struct shadow_name *name);

/* Does it permit more, for a host name or a wildcard? Only these are told one by one. */
bool shadow_name_is_told(const struct shadow_name *name);

void shadow_tables_begin_names(struct csv_file *csv);
void shadow_tables_name(struct csv_file *csv, const struct compare_session *session,
                        const struct shadow_name *name);

/* The tables that are made from counts. False after a message. */
bool shadow_tables_write(const struct compare_session *session, const struct shadow_counts *counts);

void shadow_tables_print(FILE *out, const struct compare_session *session,
                         const struct shadow_counts *counts);

#endif
