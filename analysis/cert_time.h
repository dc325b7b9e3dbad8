/* cert_time.h: times as the number YYYYMMDDHHMMSS (cert_row_time), as text and in seconds. Pure. */
#ifndef CERT_TIME_H
#define CERT_TIME_H

#include <stdint.h>

#define CERT_TIME_LEN 40u

/* 2026-03-01T12:00:00Z; nothing for 0. */
void cert_time_text(char out[CERT_TIME_LEN], uint64_t time);

/* Seconds from `from` to `to`, negative where `to` is earlier. */
int64_t cert_time_between(uint64_t from, uint64_t to);

#endif
