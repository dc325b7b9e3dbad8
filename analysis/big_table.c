#define _DEFAULT_SOURCE /* madvise */
#include "big_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SMALL_LEN (64u << 10) /* what an allocator has at hand */
#define PAGE 4096u
#define HUGE_PAGE (2u << 20)

static void *aligned(size_t len, size_t alignment)
{
    return aligned_alloc(alignment, (len + alignment - 1) / alignment * alignment);
}

static void *huge(size_t len)
{
    void *memory = aligned(len, HUGE_PAGE);
    if (memory != NULL)
        madvise(memory, len, MADV_HUGEPAGE);
    return memory;
}

void *big_table_zeroed(size_t count, size_t size)
{
    if (count == 0 || size == 0 || count > (SIZE_MAX - HUGE_PAGE) / size)
        return NULL;
    size_t len = count * size;
    if (len < SMALL_LEN)
        return calloc(count, size);
    void *memory = len < HUGE_PAGE ? aligned(len, PAGE) : huge(len);
    if (memory != NULL)
        memset(memory, 0, len);
    return memory;
}

void *big_table_grow(void *table, size_t len, size_t grown_len)
{
    if (grown_len < HUGE_PAGE || grown_len > SIZE_MAX - HUGE_PAGE)
        return realloc(table, grown_len);
    void *memory = huge(grown_len);
    if (memory == NULL)
        return NULL;
    if (len > 0)
        memcpy(memory, table, len);
    free(table);
    return memory;
}
