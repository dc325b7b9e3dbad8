/* table_text.h: how a table is called in print, and what its reader must know. */
#ifndef TABLE_TEXT_H
#define TABLE_TEXT_H

#include <stddef.h>

#define TABLE_TITLE_LEN 100u

struct table_text {
    const char *table; /* file name */
    const char *title;
    const char *caption; /* whole sentences */
    const char *columns; /* those that fit on a page, with commas between; NULL: the first ones */
};

/* The text of a table. One that has none is called by its file's name. title_room holds that. */
struct table_text table_text_of(const char *table, char title_room[TABLE_TITLE_LEN]);

/* A name with spaces for underscores, a capital first and abbreviations in capitals: as a heading.
 */
void table_text_words(char out[TABLE_TITLE_LEN], const char *name);

#endif
