/* table_memory.h: memory for the tables of the core in unit tests. A table's init function is
 * called twice, with table_memory(0) and then with table_memory(1): the first arena measures, the
 * second carves from one zeroed block of that size, which is freed when the next one is made. */
#ifndef CAASCAN_TABLE_MEMORY_H
#define CAASCAN_TABLE_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "arena.h"

static inline struct arena *table_memory(unsigned pass)
{
    static struct arena measured, carved;
    if (pass == 0) {
        measured = (struct arena){0};
        return &measured;
    }
    size_t size = (arena_size(&measured) / ARENA_ALIGN + 1) * ARENA_ALIGN;
    free(carved.base);
    carved = arena_over(aligned_alloc(ARENA_ALIGN, size), &measured);
    if (carved.base == NULL)
        abort();
    memset(carved.base, 0, size);
    return &carved;
}

#endif
