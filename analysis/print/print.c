#include "print.h"

#include "tables.h"

size_t print_table_count(const struct print *print)
{
    return print->tables != NULL ? print->tables->count : table_count;
}

const char *print_table_name(const struct print *print, size_t table)
{
    return print->tables != NULL ? print->tables->texts[table].table : tables[table].name;
}

struct table_text print_table_text(const struct print *print, size_t table,
                                   char title_room[TABLE_TITLE_LEN])
{
    return print->tables != NULL ? print->tables->texts[table]
                                 : table_text_of(tables[table].name, title_room);
}

const struct grid *print_grid(const struct print *print, const char *table)
{
    for (size_t i = 0; i < print_table_count(print); i++) {
        if (strcmp(print_table_name(print, i), table) == 0)
            return &print->grids[i];
    }
    return NULL;
}

size_t print_group_count(const struct print *print)
{
    return print->group_count < PRINT_GROUPS_MAX ? print->group_count : PRINT_GROUPS_MAX;
}
