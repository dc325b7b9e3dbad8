/* cluster_bootstrap.h: how sure a share is where names come in clusters, such as the customers of
 * one operator, which are alike. Pure, and the same for the same clusters in the same order.
 */
#ifndef CLUSTER_BOOTSTRAP_H
#define CLUSTER_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLUSTER_BOOTSTRAP_ROUNDS 1000u

struct cluster {
    uint64_t found, answered; /* names */
};

/* The 2.5 % and 97.5 % points of the share found / answered over CLUSTER_BOOTSTRAP_ROUNDS samples
 * of as many clusters, drawn with replacement (Efron and Tibshirani, "An Introduction to the
 * Bootstrap", 1993, chapters 8 and 13). False where fewer than two clusters have an answer. */
bool cluster_bootstrap(const struct cluster *clusters, size_t count, double *low, double *high);

#endif
