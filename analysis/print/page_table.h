/* page_table.h: tables of the page. */
#ifndef PAGE_TABLE_H
#define PAGE_TABLE_H

#include <stdio.h>

#include "print.h"

#define PAGE_ROWS_ALL_MAX 900u /* of a table, in equal parts where there are many groups */
#define PAGE_ROWS_MAX 300u     /* of a table and group; the CSV file has all */

/* Writes a table with its heading: all groups that are shown, one below the other. Nothing where
 * page_table_is_shown() is false. */
void page_table_put(FILE *out, const struct print *print, size_t table);

/* Does the table have a row with a number? */
bool page_table_is_shown(const struct print *print, size_t table);

#endif
