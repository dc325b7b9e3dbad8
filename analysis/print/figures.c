#include "figures.h"

#include <stdio.h>

#include "plot.h"

const struct figure figures[] = {
    {"adoption_over_time",
     "Share of names with a CAA set in each scan. The band is between the bounds that failed "
     "lookups "
     "leave open.",
     figure_time_draw},
    {"adoption_by_rank",
     "Share of names with a CAA set, in bands of 4,000 ranks. The band is between the bounds that "
     "failed lookups leave open.",
     figure_rank_draw},
    {"adoption_by_top",
     "Share of names with a CAA set among the top of the list; whiskers are the "
     "bounds that failed lookups leave open.",
     figure_top_draw},
    {"adoption_by_tld",
     "Share of registrable domains with a CAA set in the largest top-level domains; whiskers are "
     "the "
     "bounds that failed lookups leave open, or 95 % Wilson intervals of a sample.",
     figure_tld_draw},
    {"adoption_by_operator",
     "Share of names with a CAA set at the largest DNS operators; whiskers are the bounds that "
     "failed "
     "lookups leave open.",
     figure_operator_draw},
    {"operators",
     "Cumulative share of names that the largest DNS operators serve: all names, and those with a "
     "CAA set.",
     figure_operators_draw},
    {"climb", "Names by the number of labels between the name and the CAA set that governs it.",
     figure_climb_draw},
    {"ca_share",
     "CAs that CAA sets allow, as shares of the names with the property. A set may allow "
     "several.",
     figure_ca_share_draw},
    {"ca_exclusive", "Names by the CA that their set allows alone.", figure_ca_exclusive_draw},
    {"ca_set_size", "Number of CAs that CAA sets allow.", figure_ca_set_size_draw},
    {"ca_combinations", "Combinations of CAs that the issue properties of CAA sets name.",
     figure_combinations_draw},
    {"policy", "What the CAA sets mean for each kind of certificate.", figure_policy_draw},
    {"lints", "Mistakes and oddities in CAA sets.", figure_lints_draw},
    {"dnssec", "DNSSEC of names with a CAA set, and of all names.", figure_dnssec_draw},
    {"errors", "Names whose lookup failed, by class of the failure.", figure_errors_draw},
};

const size_t figure_count = sizeof figures / sizeof *figures;

void figures_name(char out[FIGURE_NAME_LEN], const struct print *print, size_t figure, size_t group)
{
    if (print->group_count > 1)
        snprintf(out, FIGURE_NAME_LEN, "%s_%zu", figures[figure].name, group + 1);
    else
        snprintf(out, FIGURE_NAME_LEN, "%s", figures[figure].name);
}

bool figures_draw(struct drawing *drawing, const struct print *print, size_t figure, size_t group,
                  const char *name)
{
    drawing_init(drawing, name, PLOT_WIDTH);
    if (figures[figure].draw(drawing, print, group))
        return true;
    drawing_fini(drawing);
    return false;
}
