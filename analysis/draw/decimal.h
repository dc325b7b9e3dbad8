/* decimal.h: numbers as text with a fixed count of decimals, octet by octet as printf writes them
 * and many times as fast: a report has tens of thousands of them. Pure. */
#ifndef DECIMAL_H
#define DECIMAL_H

#include <stddef.h>

#define DECIMAL_LEN 330u /* room for any double with its NUL */
#define DECIMAL_MAX 6u   /* decimals */

/* Writes a number with so many decimals, at most DECIMAL_MAX, and a NUL. Returns its length. */
size_t decimal_put(char out[DECIMAL_LEN], double number, unsigned decimals);

#endif
