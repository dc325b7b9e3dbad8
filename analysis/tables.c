#include "tables.h"

#include <math.h>

const struct table tables[] = {
    {"summary.csv", "metric,count,share", table_summary_write},
    {"adoption_by_rank.csv",
     "list,bucket_lo,bucket_hi,n,n_answered,direct,via_alias,at_ancestor_intermediate,"
     "at_ancestor_regdom,at_ancestor_public_suffix,at_tld,at_ancestor_via_alias,any,none,"
     "indeterminate,invalid,skipped,not_existing,n_own_answered,share_direct,share_any_lo,share_"
     "any,"
     "share_any_hi",
     table_rank_write},
    {"adoption_by_tld.csv",
     "tld,type,n,n_answered,any,indeterminate,share,share_lo,share_hi,wilson_lo,wilson_hi,psl,"
     "names,names_answered,names_any,names_indeterminate",
     table_tld_write},
    {"adoption_by_operator.csv",
     "row,operator,ns_rule,n,n_answered,any,direct,indeterminate,share,share_lo,share_hi,"
     "domain_sets,top_set_hash,top_set_share,containing_share,template,template_names,set_sample,"
     "boot_lo,boot_hi",
     table_operators_write},
    {"adoption_over_time.csv",
     "began,list,n,n_answered,direct,via_alias,any,indeterminate,share,share_lo,share_hi,"
     "previous_scan,"
     "any_delta,largest_operator,largest_operator_any,largest_operator_delta",
     table_time_write},
    {"tags.csv", "tag,property,names,records,share_of_caa_names,critical_names", table_tags_write},
    {"ca_share.csv", "by,property,identifier,operator,names,share,exclusive_names", table_ca_write},
    {"ca_set_size.csv", "property,policy,k,names,share", table_set_size_write},
    {"ca_concentration.csv", "property,k,operator,names,cumulative_share,hhi",
     table_concentration_write},
    {"ca_combinations.csv", "property,operators,names,share", table_combos_write},
    {"params.csv",
     "parameter,names,records,distinct_values,distinct_exact,valid,unsatisfiable,share_of_caa_"
     "names",
     table_params_write},
    {"iodef.csv",
     "scheme,names,records,valid,same_domain,distinct_targets,distinct_exact,share_of_caa_names",
     table_iodef_write},
    {"lints.csv",
     "lint,names,records,share_of_caa_names,top_operator,top_operator_names,top_operator_share",
     table_lints_write},
    {"parsers.csv",
     "rule,software,effect,names,records,share_of_caa_names,top_operator,top_operator_names,top_"
     "operator_share",
     table_parsers_write},
    {"policy.csv", "kind,unrestricted,allow_list,deny_all,deny_all_critical,minimal_ca_denied",
     table_policy_write},
    {"climb.csv", "depth,names,via,share", table_climb_write},
    {"errors.csv",
     "class,names,share_of_all,distinct_error_at,distinct_exact,distinct_operators,operator_top,"
     "operator_top_names,"
     "operator_top_share,a_probed,a_works_caa_fails,recovered,br_exception_possible,"
     "br_must_not_issue,br_only_if_not_checked,br_unknown",
     table_errors_write},
    {"ns_consistency.csv", "kind,names,share,operator_top,operator_top_names,operator_top_share",
     table_consistency_write},
    {"dnssec.csv",
     "by,status,caa_names,all_names,indeterminate,share,odds_ratio,odds_ratio_within_tld,"
     "odds_ratio_within_operator",
     table_dnssec_write},
    {"algorithm_diff.csv",
     "pair,names,verdict_changed,share_changed,presence_changed,set_changed,one_indeterminate,"
     "both_indeterminate,operator_top,operator_top_names,operator_top_share",
     table_alt_write},
};

const size_t table_count = sizeof tables / sizeof *tables;

void tables_lead(struct csv_file *csv, const struct table_group *group, struct table_base base)
{
    const struct tally *tally = group->tally;
    char date[40];
    snprintf(date, sizeof date, "%04u-%02u-%02u", tally->first_date / 10000,
             tally->first_date / 100 % 100, tally->first_date % 100);
    csv_file_text(csv, tally->key.scan);
    csv_file_word(csv, date);
    csv_file_word(csv, mode_word(tally->key.mode));
    csv_file_text(csv, tally->key.vantage);
    csv_file_text(csv, tally->key.prefix);
    csv_file_word(csv, base.unit);
    csv_file_word(csv, base.denominator_of);
    if (*base.denominator_of != '\0')
        csv_file_count(csv, base.denominator);
    else
        csv_file_empty(csv);
}

bool tables_servers_compared(const struct table_group *group)
{
    const struct tally *tally = group->tally;
    const uint64_t *names = tally->names.consistency.names;
    return names[CONSISTENCY_ANY] + names[CONSISTENCY_INCOMPLETE] > 0 ||
           (group->input != NULL &&
            read_plan_all_servers(&group->input->files.plan, tally->key.scan));
}

void tables_top_operator(struct csv_file *csv, const struct table_group *group,
                         const struct operator_top *top, uint64_t whole)
{
    if (top->number == OPERATORS_NONE) {
        csv_file_empty(csv);
        csv_file_empty(csv);
        csv_file_empty(csv);
        return;
    }
    csv_file_text(csv, group->tally->operators.list[top->number].text);
    csv_file_count(csv, top->count);
    csv_file_share(csv, top->count, whole);
}

void tables_wilson(uint64_t count, uint64_t whole, double *low, double *high)
{
    const double z = 1.959963984540054; /* two-sided 95 % of the normal distribution */
    double n = (double)whole;
    double p = (double)count / n;
    double scale = 1 + z * z / n;
    double centre = (p + z * z / (2 * n)) / scale;
    double half = z / scale * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = centre > half ? centre - half : 0;
    *high = centre + half < 1 ? centre + half : 1;
}
