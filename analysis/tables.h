/* tables.h: counts to CSV files, one function for each table. Nothing is counted here.
 *
 * Every row begins with the same cells, which say whose figure it is and of what (tables_lead). A
 * share in a row is its count over the denominator of the row. A cell is empty where the thing was
 * not measured. caareport(1) describes all columns.
 */
#ifndef TABLES_H
#define TABLES_H

#include "csv_file.h"
#include "record_input.h"
#include "tally.h"

/* What a row counts, and out of what. */
struct table_base {
    const char *unit;           /* name, registrable_domain, record, naming … */
    const char *denominator_of; /* asked, answered, found …; "" where the row has none */
    uint64_t denominator;
};

/* One scan with what the tables say about it beside its counts. */
struct table_group {
    const struct tally *tally;
    const char *list;                 /* that was scanned, "" where unknown */
    const char *suffixes;             /* which Public Suffix List */
    bool sample;                      /* the list is a random sample: give intervals */
    bool rank_bands;                  /* give the bands of ranks, not the tops alone */
    const struct tally *before;       /* the scan before it of the same kind, or NULL */
    const struct record_input *input; /* NULL: what was left out is not known */
};

/* Operators that have a row of their own; the rest are added up. */
#define TABLES_OPERATORS_MAX 1000u

#define TABLES_LEAD "scan_id,date,mode,vantage,prefix,unit,denominator_of,denominator"

/* Begins a row. */
void tables_lead(struct csv_file *csv, const struct table_group *group, struct table_base base);

/* Three cells: the largest operator of a figure, its count, and its share of the whole figure. They
 * are empty where no operator of it is known. */
void tables_top_operator(struct csv_file *csv, const struct table_group *group,
                         const struct operator_top *top, uint64_t whole);

/* Were the name servers of zones compared? A note says so, and so does the metadata. */
bool tables_servers_compared(const struct table_group *group);

/* One table of the report. write gives the rows of one group; false without memory. */
struct table {
    const char *name;
    const char *columns; /* behind those of the lead */
    bool (*write)(struct csv_file *csv, const struct table_group *group);
};

bool table_summary_write(struct csv_file *csv, const struct table_group *group);
/* The rows of summary.csv about the input: what was left out, is missing, or is there twice. */
bool table_input_write(struct csv_file *csv, const struct table_group *group);

bool table_rank_write(struct csv_file *csv, const struct table_group *group);
bool table_tld_write(struct csv_file *csv, const struct table_group *group);
bool table_tags_write(struct csv_file *csv, const struct table_group *group);
bool table_ca_write(struct csv_file *csv, const struct table_group *group);
bool table_set_size_write(struct csv_file *csv, const struct table_group *group);
bool table_concentration_write(struct csv_file *csv, const struct table_group *group);
bool table_params_write(struct csv_file *csv, const struct table_group *group);
bool table_iodef_write(struct csv_file *csv, const struct table_group *group);
bool table_lints_write(struct csv_file *csv, const struct table_group *group);
bool table_parsers_write(struct csv_file *csv, const struct table_group *group);
bool table_combos_write(struct csv_file *csv, const struct table_group *group);
bool table_policy_write(struct csv_file *csv, const struct table_group *group);
bool table_climb_write(struct csv_file *csv, const struct table_group *group);
bool table_operators_write(struct csv_file *csv, const struct table_group *group);
bool table_time_write(struct csv_file *csv, const struct table_group *group);
bool table_dnssec_write(struct csv_file *csv, const struct table_group *group);
bool table_consistency_write(struct csv_file *csv, const struct table_group *group);
bool table_alt_write(struct csv_file *csv, const struct table_group *group);
bool table_errors_write(struct csv_file *csv, const struct table_group *group);

/* All of them, in the order in which they are written. */
extern const struct table tables[];
extern const size_t table_count;

/* Wilson's 95 % interval for count out of whole, which is above 0. */
void tables_wilson(uint64_t count, uint64_t whole, double *low, double *high);

#endif
