/* Files of a report that are written in parts: they are summed up in the order of the parts, and
 * nothing stays of those that are given up. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report_files.h"

struct folder {
    char path[40];
    int fd;
};

static struct folder folder_new(void)
{
    struct folder folder = {.path = "/tmp/test_report_files.XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    folder.fd = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(folder.fd >= 0);
    return folder;
}

/* Removes the folder, of whose files these are all. */
static void folder_fini(const struct folder *folder, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(unlinkat(folder->fd, names[i], 0), 0);
    close(folder->fd);
    assert_int_equal(rmdir(folder->path), 0);
}

static void write_file(struct report_files *files, const char *name, const char *text)
{
    FILE *out = report_files_open(files, name);
    assert_non_null(out);
    fputs(text, out);
    assert_true(report_files_close(files));
}

static void sums_have_the_order_of_the_parts(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "SHA256SUMS"};
    struct folder folder = folder_new();
    struct report_files whole, first, second;
    report_files_init(&whole, folder.fd, folder.path);
    report_files_begin_part(&first, &whole);
    report_files_begin_part(&second, &whole);
    write_file(&second, "c", "three");
    write_file(&first, "a", "one");
    write_file(&first, "b", "two");
    assert_true(report_files_join(&whole, &first));
    assert_true(report_files_join(&whole, &second));
    assert_true(report_files_publish(&whole));
    report_files_fini(&whole);

    char sums[400] = "";
    int fd = openat(folder.fd, "SHA256SUMS", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, sums, sizeof sums - 1), 3 * (64 + 4));
    close(fd);
    assert_string_equal(sums,
                        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a\n"
                        "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  b\n"
                        "8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f  c\n");
    folder_fini(&folder, names, 4);
}

static void of_what_is_given_up_nothing_stays(void **state)
{
    (void)state;
    struct folder folder = folder_new();
    struct report_files whole, part;
    report_files_init(&whole, folder.fd, folder.path);
    write_file(&whole, "a", "one");
    report_files_begin_part(&part, &whole);
    write_file(&part, "b", "two");
    FILE *out = report_files_open(&part, "c"); /* and is not closed */
    assert_non_null(out);
    assert_true(report_files_join(&whole, &part));
    report_files_fini(&whole);
    folder_fini(&folder, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_have_the_order_of_the_parts),
        cmocka_unit_test(of_what_is_given_up_nothing_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
