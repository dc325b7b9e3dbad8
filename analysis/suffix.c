#define _POSIX_C_SOURCE 200809L
#include "suffix.h"

#include <libpsl.h>
#include <stdio.h>
#include <time.h>

#include "record_check.h"

static bool load(struct suffix_list *list, const char *path)
{
    list->loaded = true;
    list->psl = psl_load_file(path);
    if (list->psl == NULL)
        return false;
    int rules = psl_suffix_count(list->psl);
    const char *slash = strrchr(path, '/');
    snprintf(list->label, sizeof list->label, "%.48s (%d rules)", slash != NULL ? slash + 1 : path,
             rules);
    /* libpsl takes any file for a list; every real one has this rule. */
    return psl_is_public_suffix2(list->psl, "com", PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

bool suffix_list_init(struct suffix_list *list, const char *path)
{
    *list = (struct suffix_list){0};
    if (path != NULL)
        return load(list, path);
    list->psl = (void *)(uintptr_t)psl_builtin();
    if (list->psl == NULL)
        return false;
    time_t changed = psl_builtin_file_time();
    struct tm utc;
    char date[16] = "unknown date";
    if (changed > 0 && gmtime_r(&changed, &utc) != NULL)
        strftime(date, sizeof date, "%F", &utc);
    snprintf(list->label, sizeof list->label, "libpsl %s (%d rules)", date,
             psl_suffix_count(list->psl));
    return true;
}

void suffix_list_fini(struct suffix_list *list)
{
    if (list->loaded)
        psl_free(list->psl);
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
    char copy[RECORD_NAME_LEN_MAX + 1];
    struct suffix_split split = {.tld = last_label(name)};
    if (split.tld.len == 0 || name.len > RECORD_NAME_LEN_MAX)
        return split;
    memcpy(copy, name.octets, name.len);
    copy[name.len] = '\0';
    const char *registrable = psl_registrable_domain(list->psl, copy);
    if (registrable != NULL)
        split.registrable = caa_text_after(name, (size_t)(registrable - copy));
    return split;
}
