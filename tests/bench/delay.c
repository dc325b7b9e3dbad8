#include "delay.h"

#include <math.h>

/* The standard normal quantile, by halving: this is done at the start only. */
static double normal_quantile(double p)
{
    double low = -10, high = 10;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (erfc(-middle / sqrt(2)) / 2 < p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double quantile(enum delay_shape shape, double mean, double sigma, double p)
{
    switch (shape) {
    case DELAY_EXPONENTIAL:
        return -mean * log1p(-p);
    case DELAY_LOGNORMAL:
        return mean * exp(sigma * normal_quantile(p) - sigma * sigma / 2);
    case DELAY_FIXED:
        break;
    }
    return mean;
}

void delay_init(struct delay *delay, enum delay_shape shape, double mean_ticks, double sigma)
{
    delay->any = mean_ticks > 0;
    for (uint32_t i = 0; i < DELAY_QUANTILES; i++) {
        double p = (i + 0.5) / DELAY_QUANTILES;
        double ticks = quantile(shape, mean_ticks, sigma, p);
        delay->ticks[i] = (uint32_t)lround(fmin(ticks, 1e9));
    }
}
