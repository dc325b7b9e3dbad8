/* figures.h: the figures of a report, drawn from its tables. Pure. */
#ifndef FIGURES_H
#define FIGURES_H

#include "drawing.h"
#include "print.h"

struct figure {
    const char *name;    /* of its files, without an ending */
    const char *caption; /* whole sentences, for print */
    /* Draws it for a group. False where the tables don't have what it shows. */
    bool (*draw)(struct drawing *drawing, const struct print *print, size_t group);
};

bool figure_rank_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_top_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_time_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_tld_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_operator_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_operators_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_climb_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_ca_share_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_ca_exclusive_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_ca_set_size_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_combinations_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_policy_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_lints_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_errors_draw(struct drawing *drawing, const struct print *print, size_t group);
bool figure_dnssec_draw(struct drawing *drawing, const struct print *print, size_t group);

extern const struct figure figures[];
extern const size_t figure_count;

#define FIGURE_NAME_LEN 64u

/* The name of the figure for a group: with the group's number behind it where there are several. */
void figures_name(char out[FIGURE_NAME_LEN], const struct print *print, size_t figure,
                  size_t group);

/* Draws it into a new drawing. False where there is nothing to draw; the drawing is finished then.
 * name is borrowed. */
bool figures_draw(struct drawing *drawing, const struct print *print, size_t figure, size_t group,
                  const char *name);

#endif
