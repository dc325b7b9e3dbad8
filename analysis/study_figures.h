/* study_figures.h: what earlier studies published, made from datasets/study_figures.csv when the
 * project is built. */
#ifndef STUDY_FIGURES_H
#define STUDY_FIGURES_H

#include "tally_study.h"

/* X(ENUMERATOR and word) */
#define STUDIES(X) X(S18) X(N23)

#define STUDY_ENUM(name) STUDY_##name,
enum study { STUDIES(STUDY_ENUM) STUDY_COUNT };

/* "S18"; "" from STUDY_COUNT on. */
const char *study_word(unsigned study);

/* One published figure. Texts are as published, "" where there is nothing. */
struct study_figure {
    enum study study;
    enum study_metric metric;
    enum study_population population; /* of ours that comes nearest */
    const char *key;                  /* a parameter, or a CA operator */
    const char *published_as;         /* count, or share */
    const char *published;
    const char *date;
    const char *published_population;
    const char *read; /* how the figure was read: data, or post */
    const char *comment;
};

extern const struct study_figure study_figures[];
extern const size_t study_figure_count;

#endif
