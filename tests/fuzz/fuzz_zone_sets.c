/* Any octets as a zone file, and each of its lines as the text of one record: what is taken makes
 * sets in the order of their owners, none of them empty, none twice. */
#define _DEFAULT_SOURCE /* fmemopen, strsep */
#include <stdlib.h>

#include "require.h"
#include "zone_sets.h"

#define LEN_MAX 4096u

static void check_sets(struct zone_sets *sets)
{
    require(zone_sets_finish(sets));
    size_t at = 0, records = 0;
    const char *owner, *before = NULL;
    struct caa_set set;
    while (zone_sets_next(sets, &at, &owner, &set)) {
        require(before == NULL || strcmp(before, owner) < 0);
        require(set.count > 0);
        records += set.count;
        before = owner;
    }
    require(records == sets->count);
}

static void read_file(char *text, size_t len)
{
    struct zone_sets sets;
    FILE *file = fmemopen(text, len, "r");
    require(file != NULL);
    zone_sets_init(&sets);
    zone_sets_add_file(&sets, file, "zone");
    check_sets(&sets);
    zone_sets_fini(&sets);
    fclose(file);
}

static void read_lines(char *text)
{
    struct zone_sets sets;
    zone_sets_init(&sets);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
        zone_sets_add_text(&sets, line);
    check_sets(&sets);
    zone_sets_fini(&sets);
}

/* ldns 1.8.3 loses the RDATA field it was at where the text of some types, CERT among them, is
 * wrong. A record that our side loses would still show, by its ldns_rr. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:ldns_rdf_new_frm_data\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0 || len > LEN_MAX)
        return 0;
    char *text = malloc(len + 1);
    require(text != NULL);
    memcpy(text, data, len);
    text[len] = '\0';
    read_file(text, len);
    read_lines(text);
    free(text);
    return 0;
}
