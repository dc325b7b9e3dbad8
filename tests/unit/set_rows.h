/* set_rows.h: records with a set, as short as the tests of tables about sets want them. */
#ifndef SET_ROWS_H
#define SET_ROWS_H

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tally.h"

/* A record of flags, tag and value; it borrows the strings. */
static inline struct caa_record set_rows_record(uint8_t flags, const char *tag, const char *value)
{
    return caa_record_from_parts(flags, caa_text_from(tag), caa_text_from(value));
}

/* What is known about a name whose own level has a set. Tests change what they are about. */
static inline struct record_view set_rows_view(const char *name, const struct caa_record *records,
                                               size_t count)
{
    return (struct record_view){.scan = caa_text_from("s"),
                                .vantage = caa_text_from("v"),
                                .prefix = caa_text_from(""),
                                .name = caa_text_from(name),
                                .found_at = caa_text_from(name),
                                .rrset_owner = caa_text_from(name),
                                .set = {records, count},
                                .row = 1,
                                .pass = 1,
                                .rank = RECORD_NULL,
                                .queries = 1,
                                .mode = MODE_RESOLVER,
                                .outcome = OUTCOME_FOUND,
                                .own = OUTCOME_FOUND,
                                .dnssec = DNSSEC_UNCHECKED,
                                .date = 20260301};
}

/* Counts a name with its own set of these records. */
#define SET_ROWS_TAKE(tallies, name, ...)                                                          \
    do {                                                                                           \
        struct caa_record set_rows_records[] = {__VA_ARGS__};                                      \
        struct record_view set_rows_row = set_rows_view(                                           \
            (name), set_rows_records, sizeof set_rows_records / sizeof *set_rows_records);         \
        assert_true(tally_set_take((tallies), &set_rows_row));                                     \
    } while (0)

#endif
