/* Streams that remember why writing failed. */
#define _POSIX_C_SOURCE 200809L /* mkstemp */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "noted_file.h"

#define LINES 100000u

static void what_was_written_is_there(void **state)
{
    (void)state;
    char path[] = "/tmp/noted-XXXXXX";
    struct noted_file noted;
    FILE *file = noted_file_open(&noted, mkstemp(path));
    assert_non_null(file);
    for (unsigned i = 0; i < LINES; i++)
        fputs("line\n", file);
    assert_int_equal(noted_file_flush(&noted, file), 0);
    assert_int_equal(lseek(noted.fd, 0, SEEK_END), 5 * LINES);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(path), 0);
}

/* The disk is full while something large is written, and nobody looks until it is all written. */
static void the_first_failure_is_told(void **state)
{
    (void)state;
    struct noted_file noted;
    FILE *file = noted_file_open(&noted, open("/dev/full", O_WRONLY | O_CLOEXEC));
    assert_non_null(file);
    for (unsigned i = 0; i < LINES; i++)
        fputs("line\n", file);
    errno = 0;
    assert_int_equal(noted_file_flush(&noted, file), ENOSPC);
    fclose(file);
}

static void a_failure_at_the_end_is_told(void **state)
{
    (void)state;
    struct noted_file noted;
    FILE *file = noted_file_open(&noted, open("/dev/full", O_WRONLY | O_CLOEXEC));
    fputs("short", file);
    assert_int_equal(noted_file_flush(&noted, file), ENOSPC);
    assert_int_equal(noted_file_flush(&noted, file), ENOSPC);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_there),
        cmocka_unit_test(the_first_failure_is_told),
        cmocka_unit_test(a_failure_at_the_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
