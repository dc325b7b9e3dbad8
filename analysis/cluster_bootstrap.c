#include "cluster_bootstrap.h"

#include <stdlib.h>

/* SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* The share in one sample of clusters; below 0 where no name of it answered. */
static double share_of_sample(const struct cluster *clusters, size_t count, uint64_t *state)
{
    uint64_t found = 0, answered = 0;
    for (size_t i = 0; i < count; i++) {
        const struct cluster *drawn = &clusters[next_random(state) % count];
        found += drawn->found;
        answered += drawn->answered;
    }
    return answered > 0 ? (double)found / (double)answered : -1;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

bool cluster_bootstrap(const struct cluster *clusters, size_t count, double *low, double *high)
{
    double shares[CLUSTER_BOOTSTRAP_ROUNDS];
    size_t with_answer = 0, drawn = 0;
    uint64_t state = count;
    for (size_t i = 0; i < count; i++)
        with_answer += clusters[i].answered > 0;
    if (with_answer < 2)
        return false;
    for (size_t round = 0; round < CLUSTER_BOOTSTRAP_ROUNDS; round++) {
        double share = share_of_sample(clusters, count, &state);
        if (share >= 0)
            shares[drawn++] = share;
    }
    if (drawn == 0)
        return false;
    qsort(shares, drawn, sizeof *shares, by_size);
    *low = shares[drawn * 25 / 1000];
    *high = shares[(drawn * 975 - 1) / 1000];
    return true;
}
