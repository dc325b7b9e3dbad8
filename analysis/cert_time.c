#include "cert_time.h"

#include <stdio.h>

void cert_time_text(char out[CERT_TIME_LEN], uint64_t time)
{
    unsigned day = (unsigned)(time / 1000000);
    unsigned clock = (unsigned)(time % 1000000);
    out[0] = '\0';
    if (time > 0)
        snprintf(out, CERT_TIME_LEN, "%04u-%02u-%02uT%02u:%02u:%02uZ", day / 10000, day / 100 % 100,
                 day % 100, clock / 10000, clock / 100 % 100, clock % 100);
}

/* Days since 0000-03-01 of the Gregorian calendar: years begin in March, so that the leap day is
 * the last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    month = (month + 9) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
}

static int64_t seconds_of(uint64_t time)
{
    int64_t number = (int64_t)time;
    int64_t day = number / 1000000;
    int64_t days = days_of(day / 10000, day / 100 % 100, day % 100);
    return ((days * 24 + number / 10000 % 100) * 60 + number / 100 % 100) * 60 + number % 100;
}

int64_t cert_time_between(uint64_t from, uint64_t to)
{
    return seconds_of(to) - seconds_of(from);
}
