#include "table_text.h"

#include <stdbool.h>

#include <string.h>

static const struct table_text texts[] = {
    {"summary.csv", "Summary", "One count in each row, with its own unit and denominator.",
     "metric,count,share"},
    {"adoption_by_rank.csv", "Adoption by rank",
     "Names with a CAA set by rank in the list. The lower bound takes every failed lookup as no "
     "set, "
     "the upper bound as a set; the share between is of the names that answered. Own set: of the "
     "names whose own level answered.",
     "bucket_lo,bucket_hi,n,n_answered,any,share_direct,share_any_lo,share_any,share_any_hi"},
    {"adoption_by_tld.csv", "Adoption by top-level domain",
     "Names that are registrable domains, and those of them with a CAA set.",
     "tld,type,n,n_answered,any,indeterminate,share,share_lo,share_hi"},
    {"adoption_by_operator.csv", "Adoption by DNS operator",
     "Names by the operator of their name servers. A top set share near 1 shows a provider's "
     "default and not the owners' choice; the last rows are without names that have a template, "
     "and without the largest operator.",
     "row,operator,n,any,share,top_set_share,template"},
    {"adoption_over_time.csv", "Adoption over time",
     "One row for each scan. The operator is the one whose names with a set changed most since the "
     "scan before. Where lists differ, names that came and went are part of the change.",
     "began,list,n,any,share,any_delta,largest_operator,largest_operator_delta"},
    {"tags.csv", "Property tags",
     "Names whose set has the tag, in lower case, and records with it.",
     "tag,property,names,records,share_of_caa_names,critical_names"},
    {"ca_share.csv", "Certification authorities",
     "Names whose set allows the CA in the property, by identifier and by operator. Exclusive: no "
     "other is named beside it. Shares sum to more than 1, as a set may name several.",
     "by,property,identifier,operator,names,share,exclusive_names"},
    {"ca_set_size.csv", "Number of CAs allowed",
     "Names by what the property of their set allows, and by the number of CA operators (k).",
     "property,policy,k,names,share"},
    {"ca_concentration.csv", "Concentration of CAs",
     "Namings of CAs: a name that allows two counts twice. Cumulative share of the k largest, and "
     "the Herfindahl-Hirschman index (0 to 1).",
     "property,k,operator,names,cumulative_share,hhi"},
    {"ca_combinations.csv", "CAs that are allowed together",
     "Names by the CAs that the property of their set names together. The rows of a property sum "
     "to all names that have it.",
     "property,operators,names,share"},
    {"params.csv", "Parameters of issue properties",
     "Names whose set has the parameter. Valid and unsatisfiable are as RFC 8657 has it.",
     "parameter,names,records,distinct_values,valid,unsatisfiable,share_of_caa_names"},
    {"iodef.csv", "Contacts for reports (iodef)",
     "Names whose set has an iodef property with the scheme. Same domain: the contact is in the "
     "name's own registrable domain.",
     "scheme,names,valid,same_domain,distinct_targets,share_of_caa_names"},
    {"lints.csv", "Mistakes and oddities", "Names whose set shows the lint at least once.",
     "lint,names,records,share_of_caa_names,top_operator,top_operator_share"},
    {"policy.csv", "What the sets mean",
     "Names with a set, by what it means for each kind of certificate (RFC 8659, RFC 9495).",
     "kind,unrestricted,allow_list,deny_all,deny_all_critical"},
    {"climb.csv", "Labels climbed", "Names by the number of labels between the name and its set.",
     "depth,via,names,share"},
    {"errors.csv", "Lookups that failed",
     "Indeterminate names by the class of the lookup that failed. A failed lookup is never counted "
     "as no CAA.",
     "class,names,share_of_all,distinct_error_at,operator_top,operator_top_share"},
    {"ns_consistency.csv", "Name servers that disagree",
     "Names with a level whose name servers gave different answers. A name counts once for each "
     "kind that it has. Incomplete: none was seen, but not every server was asked.",
     "kind,names,share,operator_top,operator_top_share"},
    {"dnssec.csv", "DNSSEC",
     "Names by validation and by DS at the delegation. Odds ratios compare the odds of a CAA set "
     "with those of insecure (absent): over all, and within each top-level domain and each "
     "operator.",
     "by,status,caa_names,all_names,share,odds_ratio,odds_ratio_within_tld,odds_ratio_within_"
     "operator"},
    {"algorithm_diff.csv", "Difference of the algorithms",
     "Names for which RFC 6844 or its erratum 5065 find another verdict than RFC 8659.",
     "pair,names,verdict_changed,share_changed,presence_changed,set_changed"},
    {"parsers.csv", "Sets that CA software reads differently",
     "Names whose set a known piece of software reads otherwise than RFC 8659, and what it does "
     "then.",
     "rule,software,effect,names,share_of_caa_names"},
};

static bool is_abbreviation(const char *word, size_t len)
{
    static const char *const known[] = {"caa", "ca", "br", "dns", "dnssec", "rir",
                                        "hhi", "id", "ns", "psl", "tld"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i]) == len && memcmp(known[i], word, len) == 0)
            return true;
    }
    return false;
}

static void raise_letters(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
    }
}

void table_text_words(char out[TABLE_TITLE_LEN], const char *name)
{
    size_t len = strcspn(name, ".");
    len = len < TABLE_TITLE_LEN ? len : TABLE_TITLE_LEN - 1;
    memcpy(out, name, len);
    out[len] = '\0';
    for (char *word = out; *word != '\0';) {
        size_t word_len = strcspn(word, "_");
        if (is_abbreviation(word, word_len))
            raise_letters(word, word_len);
        word += word_len;
        if (*word == '_')
            *word++ = ' ';
    }
    raise_letters(out, 1);
}

struct table_text table_text_of(const char *table, char title_room[TABLE_TITLE_LEN])
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].table, table) == 0)
            return texts[i];
    }
    table_text_words(title_room, table);
    return (struct table_text){table, title_room, "", NULL};
}
