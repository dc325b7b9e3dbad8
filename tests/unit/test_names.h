/* test_names.h: names as text, for the tests of what handles them in wire form. */
#ifndef CAASCAN_TEST_NAMES_H
#define CAASCAN_TEST_NAMES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "name.h"

static inline struct name_buffer named(const char *text)
{
    struct name_buffer n;
    if (!name_from_text(&n, (const uint8_t *)text, strlen(text)))
        fail_msg("not a name: %s", text);
    return n;
}

/* NULL stands for no name. */
static inline void assert_name(struct name n, const char *expected)
{
    char text[NAME_TEXT_MAX + 1];
    text[name_text(n, text)] = '\0';
    assert_string_equal(text, expected != NULL ? expected : "");
}

#endif
