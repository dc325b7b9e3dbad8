/* sql_macro: prints analysis/caascan.sql, the DuckDB macro that names every column of the schema.
 * The file is committed; a test compares it with what this program prints. */
#include <stdio.h>

#include "caascan/schema.h"

#define KEY_COLUMN(key, type) {#key, type},

static const struct {
    const char *name, *type;
} columns[] = {CAASCAN_KEYS(KEY_COLUMN)};

int main(void)
{
    printf("-- Records of caascan (schema " CAASCAN_SCHEMA ") as a table in DuckDB:\n"
           "--   SELECT outcome, count(*) FROM caascan('out.zst') GROUP BY outcome;\n"
           "CREATE OR REPLACE MACRO caascan(path) AS TABLE\n"
           "SELECT * FROM read_json(path, format='newline_delimited', compression='zstd',\n"
           "    columns={\n");
    for (size_t i = 0; i < KEY_COUNT; i++)
        printf("        '%s': '%s'%s\n", columns[i].name, columns[i].type,
               i + 1 < KEY_COUNT ? "," : "");
    printf("    });\n");
    return ferror(stdout) || fflush(stdout) != 0;
}
