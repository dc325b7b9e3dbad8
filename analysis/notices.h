/* notices.h: what a reader of the report must be told, as sentences. */
#ifndef NOTICES_H
#define NOTICES_H

#include <stddef.h>
#include <stdint.h>

struct notices {
    char **lines; /* owned */
    size_t count;
    uint64_t told; /* warnings, those that memory lacked for too */
};

/* Adds a warning and tells it on standard error. */
void notices_warn(struct notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a sentence; one that memory lacks for is left out. */
void notices_add(struct notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void notices_fini(struct notices *notices);

#endif
