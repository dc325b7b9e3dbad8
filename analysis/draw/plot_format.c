#include "plot_format.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "helvetica.h"

#define SECONDS_OF_DAY 86400.0

void plot_format_count(char out[PLOT_FORMAT_LEN], uint64_t count)
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *at = out;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
}

void plot_format_share(char out[PLOT_FORMAT_LEN], double share)
{
    double percent = 100 * share;
    double from_end = fmin(percent, 100 - percent);
    int decimals = percent >= 9.995 ? 1 : 2;
    if (from_end <= 0)
        decimals = 0;
    double least = 0.1;
    while (from_end > 0 && from_end < least && decimals < 6) {
        decimals++;
        least /= 10;
    }
    char digits[DECIMAL_LEN];
    decimal_put(digits, percent, (unsigned)decimals);
    snprintf(out, PLOT_FORMAT_LEN, "%.*s%%", (int)PLOT_FORMAT_LEN - 2, digits);
}

void plot_format_number(char out[PLOT_FORMAT_LEN], double number)
{
    if (number >= 1000 && number <= 1e15)
        plot_format_count(out, (uint64_t)(number + 0.5));
    else
        snprintf(out, PLOT_FORMAT_LEN, "%.6g", number);
}

/* Days of the Gregorian calendar: years begin in March, so that leap days end them. */
void plot_format_day(char out[PLOT_FORMAT_LEN], double day)
{
    long shifted = (long)floor(day) + 719468;
    long era = shifted / 146097;
    long of_era = shifted - era * 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100);
    long month = (5 * of_year + 2) / 153;
    long of_month = of_year - (153 * month + 2) / 5 + 1;
    long calendar_month = month < 10 ? month + 3 : month - 9;
    year += era * 400 + (calendar_month <= 2 ? 1 : 0);
    snprintf(out, PLOT_FORMAT_LEN, "%04u-%02u-%02u", (unsigned)year % 10000,
             (unsigned)calendar_month % 100, (unsigned)of_month % 100);
}

/* Reads YYYY-MM-DD or YYYYMMDD into eight digits. */
static bool read_digits(const char *date, int digits[8])
{
    size_t count = 0;
    for (const char *at = date; *at != '\0' && count < 8; at++) {
        if (*at == '-' && (count == 4 || count == 6))
            continue;
        if (*at < '0' || *at > '9')
            return false;
        digits[count++] = *at - '0';
    }
    return count == 8;
}

double plot_format_day_of(const char *date)
{
    int digits[8];
    if (!read_digits(date, digits))
        return -1;
    int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    int month = digits[4] * 10 + digits[5];
    int day = digits[6] * 10 + digits[7];
    if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1970)
        return -1;
    year -= month <= 2 ? 1 : 0;
    int era = year / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return days;
}

/* Reads two digits behind a mark. */
static bool read_part(const char *at, char mark, double end, double *out)
{
    if (at[0] != mark || at[1] < '0' || at[1] > '9' || at[2] < '0' || at[2] > '9')
        return false;
    *out = (at[1] - '0') * 10 + (at[2] - '0');
    return *out < end;
}

double plot_format_time_of(const char *time)
{
    double hour, minute, second;
    double day = plot_format_day_of(time);
    if (day < 0 || strlen(time) < sizeof "2026-11-22T18:00:00" - 1)
        return -1;
    if (!read_part(time + 10, 'T', 24, &hour) || !read_part(time + 13, ':', 60, &minute) ||
        !read_part(time + 16, ':', 61, &second))
        return -1;
    return day + (hour * 3600 + minute * 60 + second) / SECONDS_OF_DAY;
}

void plot_format_time(char out[PLOT_FORMAT_LEN], double day, bool seconds)
{
    char date[PLOT_FORMAT_LEN];
    double whole = floor(day * SECONDS_OF_DAY + 0.5);
    unsigned of_day = (unsigned)fmod(whole, SECONDS_OF_DAY);
    plot_format_day(date, floor(whole / SECONDS_OF_DAY));
    if (seconds)
        snprintf(out, PLOT_FORMAT_LEN, "%02u:%02u:%02u", of_day / 3600 % 24, of_day / 60 % 60,
                 of_day % 60);
    else
        snprintf(out, PLOT_FORMAT_LEN, "%.5s %02u:%02u", date + 5, of_day / 3600 % 24,
                 of_day / 60 % 60);
}

/* Length of a count in brackets that ends a text, with the space before it; 0 where there is none.
 */
static size_t count_len(const char *text, size_t len)
{
    size_t at = len;
    if (len == 0 || text[len - 1] != ')')
        return 0;
    while (at > 0 && text[at - 1] != '(')
        at--;
    bool is_count =
        at > 1 && text[at - 2] == ' ' && strspn(text + at, "0123456789,") == len - at - 1;
    return is_count ? len - at + 2 : 0;
}

void plot_format_fit(char *out, size_t cap, const char *text, double size, double width)
{
    size_t len = strlen(text), count = count_len(text, len);
    const char *tail = text + len - count;
    size_t kept = len - count;
    count = count + 8 < cap ? count : 0;
    kept = kept + count < cap ? kept : cap - 1 - count;
    snprintf(out, cap, "%.*s%.*s", (int)kept, text, (int)count, tail);
    bool cut = kept + count < len;
    while ((cut || helvetica_width(out, size, false) > width) && kept > 4) {
        cut = false;
        kept--;
        snprintf(out, cap, "%.*s...%.*s", (int)kept - 3, text, (int)count, tail);
    }
}
