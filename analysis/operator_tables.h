/* operator_tables.h: what scripts/operator_tables.py makes of datasets/dns_operators.csv and
 * datasets/idn_cctlds.csv. For operator_name.c and suffix.c; each table is sorted. */
#ifndef OPERATOR_TABLES_H
#define OPERATOR_TABLES_H

#include <stddef.h>

struct operator_alias {
    const char *pattern; /* a registrable domain, or what it begins with */
    const char *name;
};

extern const struct operator_alias operator_tables_exact[];
extern const size_t operator_tables_exact_count;
extern const struct operator_alias operator_tables_prefixes[];
extern const size_t operator_tables_prefix_count;
extern const char *const operator_tables_cctlds[];
extern const size_t operator_tables_cctld_count;

#endif
