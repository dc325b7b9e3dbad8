/* big_table.h: memory for tables that may grow large and are looked up all over.
 *
 * A page that calloc gives is made twice, when it is first read and when it is first written, and
 * the second time all threads must forget the first. And in small pages each look-up of a large
 * table begins with one for the page. So pages are written at once, and large tables get large
 * ones. All of it is given back by free.
 */
#ifndef BIG_TABLE_H
#define BIG_TABLE_H

#include <stddef.h>

/* All zero; at least one. NULL without memory, here and below. */
void *big_table_zeroed(size_t count, size_t size);

/* As realloc does, of a table that has so many octets now. */
void *big_table_grow(void *table, size_t len, size_t grown_len);

#endif
