/* delay.h: how long replies are held back, as a table of quantiles, so that a draw costs one look.
 * Pure. */
#ifndef CAASCAN_TESTS_DELAY_H
#define CAASCAN_TESTS_DELAY_H

#include <stdbool.h>
#include <stdint.h>

enum delay_shape { DELAY_FIXED, DELAY_EXPONENTIAL, DELAY_LOGNORMAL };

#define DELAY_QUANTILES 4096u

struct delay {
    bool any; /* false: replies are not held back */
    uint32_t ticks[DELAY_QUANTILES];
};

/* Delays of this mean, in ticks. `sigma` is the standard deviation of the logarithm of lognormal
 * ones, and has no meaning otherwise. */
void delay_init(struct delay *delay, enum delay_shape shape, double mean_ticks, double sigma);

/* One delay, by 64 random bits. */
static inline uint32_t delay_draw(const struct delay *delay, uint64_t random)
{
    return delay->ticks[random % DELAY_QUANTILES];
}

#endif
