/* Files that are brought onto the disk by others: each gets its own sum, or the error that it met.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file_finish.h"

#define FILES 300u /* more than may wait */

static int file_of(unsigned number)
{
    char path[] = "/tmp/test_file_finish.XXXXXX", text[32];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    int len = snprintf(text, sizeof text, "%u\n", number % 3);
    assert_int_equal(write(fd, text, (size_t)len), len);
    return fd;
}

static void every_file_gets_its_sum(void **state)
{
    (void)state;
    static const char *const sums[] = {
        "9a271f2a916b0b6ee6cecb2426f0b3206ef074578be55d9bc94f6f3fe3ab86aa", /* of "0\n" */
        "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
        "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3",
    };
    static struct finished files[FILES];
    struct file_finish *finish = file_finish_new();
    assert_non_null(finish);
    for (unsigned i = 0; i < FILES; i++) {
        files[i] = (struct finished){.fd = file_of(i), .error = -1};
        file_finish_add(finish, &files[i]);
    }
    file_finish_wait(finish);
    for (unsigned i = 0; i < FILES; i++) {
        assert_int_equal(files[i].error, 0);
        assert_string_equal(files[i].sum, sums[i % 3]);
        errno = 0;
        assert_true(close(files[i].fd) != 0 && errno == EBADF);
    }
    file_finish_free(finish);
}

static void what_cannot_be_on_the_disk_is_an_error(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct file_finish *finish = file_finish_new();
    struct finished files[2] = {{.fd = ends[0]}, {.fd = file_of(0)}};
    assert_non_null(finish);
    for (size_t i = 0; i < 2; i++)
        file_finish_add(finish, &files[i]);
    file_finish_wait(finish);
    assert_int_equal(files[0].error, EINVAL);
    assert_int_equal(files[1].error, 0);
    file_finish_free(finish);
    close(ends[1]);
}

static void files_are_finished_before_it_is_freed(void **state)
{
    (void)state;
    struct file_finish *finish = file_finish_new();
    struct finished file = {.fd = file_of(1), .error = -1};
    assert_non_null(finish);
    file_finish_add(finish, &file);
    file_finish_free(finish);
    assert_int_equal(file.error, 0);
    file_finish_wait(NULL);
    file_finish_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_gets_its_sum),
        cmocka_unit_test(what_cannot_be_on_the_disk_is_an_error),
        cmocka_unit_test(files_are_finished_before_it_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
