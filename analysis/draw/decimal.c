#include "decimal.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define SCALED_END 1e9 /* below it a product with a power of ten errs by less than MARGIN */
#define MARGIN (1.0 / 1024)

static size_t put_exactly(char *out, double number, unsigned decimals)
{
    return (size_t)snprintf(out, DECIMAL_LEN, "%.*f", (int)decimals, number);
}

/* The digits of a number, at least one before the decimals. */
static size_t put_scaled(char *out, uint32_t scaled, unsigned decimals)
{
    char digits[16];
    size_t count = 0, len = 0;
    for (; scaled > 0 || count <= decimals; scaled /= 10)
        digits[count++] = (char)('0' + scaled % 10);
    while (count > 0) {
        if (count == decimals)
            out[len++] = '.';
        out[len++] = digits[--count];
    }
    out[len] = '\0';
    return len;
}

size_t decimal_put(char out[DECIMAL_LEN], double number, unsigned decimals)
{
    static const double powers[DECIMAL_MAX + 1] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    double scaled = number * powers[decimals];
    if (signbit(number) || !(scaled < SCALED_END))
        return put_exactly(out, number, decimals);
    double whole = floor(scaled);
    double rest = scaled - whole;
    /* Where half a unit is near, the product does not tell which way printf rounds. */
    if (fabs(rest - 0.5) < MARGIN)
        return put_exactly(out, number, decimals);
    return put_scaled(out, (uint32_t)whole + (rest > 0.5 ? 1 : 0), decimals);
}
