#define _POSIX_C_SOURCE 200809L
#include "suffix.h"

#include <stdio.h>
#include <stdlib.h>

#include "operator_tables.h"
#include "record_check.h"
#include "suffix_builtin.h"
#include "text_order.h"

/* A rule is a line's text up to the first blank; comments and empty lines are none. */
static bool add_line(struct suffix_rules *rules, struct caa_text line)
{
    size_t len = 0;
    while (len < line.len && line.octets[len] > ' ')
        len++;
    bool comment = len >= 2 && line.octets[0] == '/' && line.octets[1] == '/';
    return len == 0 || comment || suffix_rules_add(rules, caa_text_before(line, len));
}

static bool load_builtin(struct suffix_list *list)
{
    struct caa_text rest = caa_text_of(SUFFIX_RULES, sizeof SUFFIX_RULES - 1);
    while (rest.len > 0) {
        if (!add_line(&list->rules, caa_text_cut(&rest, '\n')))
            return false;
    }
    snprintf(list->label, sizeof list->label, "%s (%zu rules)", SUFFIX_DATE, list->rules.count);
    return true;
}

static bool load_lines(struct suffix_rules *rules, FILE *file)
{
    char *line = NULL;
    size_t cap = 0;
    bool loaded = true;
    for (ssize_t len; loaded && (len = getline(&line, &cap, file)) >= 0;)
        loaded = add_line(rules, caa_text_of(line, (size_t)len));
    loaded = loaded && ferror(file) == 0;
    free(line);
    return loaded;
}

static bool load_file(struct suffix_list *list, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool loaded = load_lines(&list->rules, file);
    fclose(file);
    const char *slash = strrchr(path, '/');
    snprintf(list->label, sizeof list->label, "%.48s (%zu rules)", slash != NULL ? slash + 1 : path,
             list->rules.count);
    /* Every real list says that com is a public suffix, and names below it are not. */
    return loaded && list->rules.count > 1 && suffix_rules_has(&list->rules, caa_text_from("com"));
}

bool suffix_list_init(struct suffix_list *list, const char *path)
{
    *list = (struct suffix_list){0};
    suffix_rules_init(&list->rules);
    bool loaded = path != NULL ? load_file(list, path) : load_builtin(list);
    if (!loaded)
        suffix_list_fini(list);
    return loaded;
}

void suffix_list_fini(struct suffix_list *list)
{
    suffix_rules_fini(&list->rules);
    *list = (struct suffix_list){0};
}

static struct caa_text last_label(struct caa_text name)
{
    size_t at = name.len;
    while (at > 0 && name.octets[at - 1] != '.')
        at--;
    return caa_text_after(name, at);
}

struct suffix_split suffix_list_split(const struct suffix_list *list, struct caa_text name)
{
    struct suffix_split split = {.tld = caa_text_after(name, name.len)};
    if (name.len == 0 || name.octets[name.len - 1] == '.')
        return split;
    if (name.len > RECORD_NAME_LEN_MAX) {
        split.tld = last_label(name);
        return split;
    }
    struct suffix_place place = suffix_rules_find(&list->rules, name);
    split.tld = caa_text_after(name, place.tld);
    if (place.suffix > 1)
        split.registrable = caa_text_after(name, place.registrable);
    return split;
}

static int compare_tld(const void *key, const void *entry)
{
    return text_order(*(const struct caa_text *)key, caa_text_from(*(const char *const *)entry));
}

const char *suffix_tld_type(struct caa_text tld)
{
    if (tld.len == 0 || caa_text_equal(tld, caa_text_from("arpa")))
        return "";
    bool letters = tld.len == 2 && !caa_text_is_digit(tld.octets[0]);
    if (letters || bsearch(&tld, operator_tables_cctlds, operator_tables_cctld_count,
                           sizeof *operator_tables_cctlds, compare_tld) != NULL)
        return "cc";
    return "g";
}
