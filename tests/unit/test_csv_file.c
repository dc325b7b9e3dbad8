/* CSV cells from hostile text, and files that are whole or not there. */
#define _POSIX_C_SOURCE 200809L /* open_memstream, mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "csv_file.h"

static void check_cell(struct caa_text text, const char *expected)
{
    char *row = NULL;
    size_t len = 0;
    struct csv_file csv = {.file = open_memstream(&row, &len)};
    csv_file_text(&csv, text);
    csv_file_count(&csv, 1);
    csv_file_end_row(&csv);
    fclose(csv.file);
    csv_buffer_fini(&csv.row);
    char line[200];
    snprintf(line, sizeof line, "%s,1\n", expected);
    assert_string_equal(row, line);
    free(row);
}

static void text_can_neither_leave_its_cell_nor_start_a_formula(void **state)
{
    (void)state;
    static const char *const cells[][2] = {
        {"", ""},
        {"ca.example", "ca.example"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"  =1", "\"'  =1\""},
        {"\t=1", "\"'\\009=1\""},
        {"a\r\nb", "\"a\\013\\010b\""},
        {"a\\044b", "a\\044b"},
        {"a;b", "\"a;b\""},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        check_cell(caa_text_from(cells[i][0]), cells[i][1]);
    check_cell(caa_text_of("a\0b\377", 4), "\"a\\000b\\255\"");
}

static void numbers_have_one_form(void **state)
{
    (void)state;
    char *row = NULL;
    size_t len = 0;
    struct csv_file csv = {.file = open_memstream(&row, &len)};
    csv_file_share(&csv, 1, 3);
    csv_file_share(&csv, 0, 0);
    csv_file_count(&csv, UINT64_MAX);
    csv_file_fraction(&csv, 1);
    csv_file_end_row(&csv);
    fclose(csv.file);
    csv_buffer_fini(&csv.row);
    assert_string_equal(row, "0.333333,,18446744073709551615,1.000000\n");
    free(row);
}

/* A folder for a test to write into, which must be empty again at its end. */
struct folder {
    char path[32];
    int fd;
};

static int make_folder(void **state)
{
    static struct folder folder;
    folder = (struct folder){.path = "/tmp/test_csv_file.XXXXXX"};
    if (mkdtemp(folder.path) == NULL)
        return -1;
    folder.fd = open(folder.path, O_RDONLY | O_DIRECTORY);
    *state = &folder;
    return 0;
}

static int remove_folder(void **state)
{
    const struct folder *folder = *state;
    close(folder->fd);
    return rmdir(folder->path);
}

static bool exists(const struct folder *folder, const char *name)
{
    return faccessat(folder->fd, name, F_OK, 0) == 0;
}

static void a_file_has_its_name_only_when_it_is_whole(void **state)
{
    const struct folder *folder = *state;
    struct csv_file csv;
    assert_true(csv_file_open(&csv, folder->fd, "a.csv"));
    csv_file_count(&csv, 1);
    assert_false(exists(folder, "a.csv"));
    assert_true(csv_file_close(&csv));
    assert_true(exists(folder, "a.csv"));
    unlinkat(folder->fd, "a.csv", 0);

    assert_true(csv_file_open(&csv, folder->fd, "b.csv"));
    assert_false(csv_file_abandon(&csv));
    assert_false(exists(folder, "b.csv"));
}

static void a_full_disk_is_noticed(void **state)
{
    const struct folder *folder = *state;
    struct csv_file csv;
    assert_true(csv_file_open(&csv, folder->fd, "a.csv"));
    fclose(csv.file);
    csv_buffer_fini(&csv.row);
    csv.file = noted_file_open(&csv.noted, open("/dev/full", O_WRONLY | O_CLOEXEC));
    assert_non_null(csv.file);
    fputs("column\n", csv.file); /* as headings are written, without a check */
    csv_file_count(&csv, 1);
    assert_false(csv_file_close(&csv));
    assert_int_equal(errno, ENOSPC);
    assert_false(exists(folder, "a.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_can_neither_leave_its_cell_nor_start_a_formula),
        cmocka_unit_test(numbers_have_one_form),
        cmocka_unit_test_setup_teardown(a_file_has_its_name_only_when_it_is_whole, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_is_noticed, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
