#include "print.h"

#include "tables.h"

const struct grid *print_grid(const struct print *print, const char *table)
{
    for (size_t i = 0; i < table_count; i++) {
        if (strcmp(tables[i].name, table) == 0)
            return &print->grids[i];
    }
    return NULL;
}

size_t print_group_count(const struct print *print)
{
    return print->group_count < PRINT_GROUPS_MAX ? print->group_count : PRINT_GROUPS_MAX;
}
