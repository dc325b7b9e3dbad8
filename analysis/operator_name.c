#include "operator_name.h"

#include <stdlib.h>

#include "operator_tables.h"
#include "text_order.h"

const char *operator_rule_word(enum operator_rule rule)
{
#define RULE_WORD(name, word) word,
    static const char *const words[] = {OPERATOR_RULES(RULE_WORD)};
    return words[rule];
}

static int compare_pattern(const void *key, const void *entry)
{
    const struct operator_alias *alias = entry;
    return text_order(*(const struct caa_text *)key, caa_text_from(alias->pattern));
}

static const char *known_operator(struct caa_text domain)
{
    const struct operator_alias *alias =
        bsearch(&domain, operator_tables_exact, operator_tables_exact_count, sizeof *alias,
                compare_pattern);
    if (alias != NULL)
        return alias->name;
    for (size_t i = 0; i < operator_tables_prefix_count; i++) {
        struct caa_text beginning = caa_text_from(operator_tables_prefixes[i].pattern);
        if (domain.len >= beginning.len &&
            memcmp(domain.octets, beginning.octets, beginning.len) == 0)
            return operator_tables_prefixes[i].name;
    }
    return NULL;
}

struct operator_name operator_name_of(const struct suffix_list *suffixes, struct caa_text host)
{
    if (host.len == 0)
        return (struct operator_name){.rule = OPERATOR_RULE_UNKNOWN};
    struct caa_text domain = suffix_list_split(suffixes, host).registrable;
    if (domain.octets == NULL)
        return (struct operator_name){host, OPERATOR_RULE_HOST};
    const char *known = known_operator(domain);
    if (known != NULL)
        return (struct operator_name){caa_text_from(known), OPERATOR_RULE_ALIAS};
    return (struct operator_name){domain, OPERATOR_RULE_REGISTRABLE};
}
