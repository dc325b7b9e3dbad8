/* table_study.h: as_STUDY.csv: figures of an earlier study, and beside each our own. */
#ifndef TABLE_STUDY_H
#define TABLE_STUDY_H

#include "study_figures.h"
#include "tables.h"

#define TABLE_STUDY_COLUMNS                                                                        \
    TABLES_LEAD ",study,metric,key,population,count,share,exact,published,published_as,"           \
                "published_date,published_population,read,comment"

/* The rows of one group. */
void table_study_write(struct csv_file *csv, const struct table_group *group,
                       const struct tally_study *counts, enum study study);

#endif
