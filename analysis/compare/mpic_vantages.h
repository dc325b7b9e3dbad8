/* mpic_vantages.h: where the vantages of scans are: a small CSV file.
 *
 * Its first row names the columns, in any order: vantage and rir, and, where known, lat and lon in
 * degrees. Other columns are passed over. */
#ifndef MPIC_VANTAGES_H
#define MPIC_VANTAGES_H

#include "mpic_rule.h"

struct mpic_vantage {
    char *name; /* owned */
    enum mpic_rir rir;
    bool placed; /* lat and lon are known */
    double lat, lon;
};

struct mpic_vantages {
    struct mpic_vantage *list;
    size_t count;
};

/* Reads the file. False after a message that names file and row. Call mpic_vantages_fini in any
 * case. */
bool mpic_vantages_read(struct mpic_vantages *vantages, const char *path);
void mpic_vantages_fini(struct mpic_vantages *vantages);

/* The vantage of a name, or NULL. */
const struct mpic_vantage *mpic_vantages_find(const struct mpic_vantages *vantages,
                                              const char *name);

/* Kilometres between two vantages that are placed, on a sphere. */
double mpic_vantages_km(const struct mpic_vantage *a, const struct mpic_vantage *b);

#endif
