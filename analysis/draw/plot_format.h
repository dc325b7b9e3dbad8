/* plot_format.h: numbers and texts as figures and tables show them. Pure. */
#ifndef PLOT_FORMAT_H
#define PLOT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLOT_FORMAT_LEN 32u

/* 1,234,567 */
void plot_format_count(char out[PLOT_FORMAT_LEN], uint64_t count);

/* A share from 0 to 1 as 45.2%, 3.21%, 0.0041%: three digits that say something, and more where it
 * would look like nothing or like all. */
void plot_format_share(char out[PLOT_FORMAT_LEN], double share);

/* A number of a scale, without zeros at its end. */
void plot_format_number(char out[PLOT_FORMAT_LEN], double number);

/* The day, counted from 1970-01-01, as 2026-11-22. */
void plot_format_day(char out[PLOT_FORMAT_LEN], double day);

/* The day of a date written so; -1 if it is none. */
double plot_format_day_of(const char *date);

/* The same of a time as records have it, 2026-11-22T18:00:00.000Z, which is 0.75 days behind; -1 if
 * it is none. */
double plot_format_time_of(const char *time);

/* A time, as day and fraction: 11-22 18:00, or with seconds 18:00:05. */
void plot_format_time(char out[PLOT_FORMAT_LEN], double day, bool seconds);

/* Copies text into out, cut off with "..." where it is wider than width in letters of the size. A
 * count in brackets at its end stays. */
void plot_format_fit(char *out, size_t cap, const char *text, double size, double width);

#endif
