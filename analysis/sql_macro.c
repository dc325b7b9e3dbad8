/* sql_macro: prints analysis/caascan.sql, the DuckDB macro that names every column of the schema.
 * The file is committed; a test compares it with what this program prints. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

#include "caascan/schema.h"

#define KEY_COLUMN(key, type) {#key, type},

static const struct {
    const char *name, *type;
} columns[] = {CAASCAN_KEYS(KEY_COLUMN)};

/* Fields of a STRUCT, the words in lower case, in quotes: some, as `at`, are reserved in SQL. */
static void print_type(const char *type)
{
    bool in_name = false;
    for (const char *c = type; *c != '\0'; c++) {
        bool of_name =
            islower((unsigned char)*c) || (in_name && (isdigit((unsigned char)*c) || *c == '_'));
        if (of_name != in_name)
            putchar('"');
        in_name = of_name;
        putchar(*c);
    }
}

int main(void)
{
    printf("-- Records of caascan (schema " CAASCAN_SCHEMA ") as a table in DuckDB:\n"
           "--   SELECT outcome, count(*) FROM caascan('out.zst') GROUP BY outcome;\n"
           "CREATE OR REPLACE MACRO caascan(path) AS TABLE\n"
           "SELECT * FROM read_json(path, format='newline_delimited', compression='zstd',\n"
           "    columns={\n");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        printf("        '%s': '", columns[i].name);
        print_type(columns[i].type);
        printf("'%s\n", i + 1 < KEY_COUNT ? "," : "");
    }
    printf("    });\n");
    return ferror(stdout) || fflush(stdout) != 0;
}
