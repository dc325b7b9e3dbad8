/* Hostile text in LaTeX and HTML, cells kept for print, and columns of printed tables. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

#include "columns.h"
#include "latex_fit.h"
#include "latex_text.h"
#include "methods.h"
#include "page_text.h"

static void check_latex(const char *text, size_t max, const char *expected)
{
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    latex_text_put(file, text, max);
    fclose(file);
    assert_string_equal(out, expected);
    free(out);
}

static void latex_obeys_no_character_of_a_text(void **state)
{
    (void)state;
    check_latex("plain text, 1.2", SIZE_MAX, "plain text, 1.2");
    check_latex("\\input{/etc/passwd}", SIZE_MAX, "\\textbackslash{}input\\{/etc/passwd\\}");
    check_latex("$&#_%~^", SIZE_MAX, "\\$\\&\\#\\_\\%\\textasciitilde{}\\textasciicircum{}");
    check_latex("<a>|\"`'", SIZE_MAX,
                "\\textless{}a\\textgreater{}\\textbar{}\\char34{}\\char96{}\\char39{}");
    check_latex("[2pt]*", SIZE_MAX, "{[}2pt{]}{*}");
    check_latex("a--b---c,,d", SIZE_MAX, "a-{}-b-{}-{}-c,{},d");
    check_latex("\n\t\x7f\xc3\xa4", SIZE_MAX, "?????");
    check_latex("abcdef", 3, "abc...");
    check_latex("abc", 3, "abc");
}

static void latex_breaks_a_word_longer_than_a_line(void **state)
{
    (void)state;
    const char *stays = "a 012345678901234567890123456789012345678901234567 b";
    check_latex(stays, SIZE_MAX, stays);
    check_latex("a 0123456789012345678901234567890123456789012345678 b", 7,
                "a 0\\allowbreak{}1\\allowbreak{}2\\allowbreak{}3\\allowbreak{}4...");
}

static void check_heading(const char *text, size_t max, const char *expected, size_t longest)
{
    char heading[TABLE_TITLE_LEN];
    snprintf(heading, sizeof heading, "%s", text);
    assert_int_equal(latex_fit_lines(heading, max), longest);
    assert_string_equal(heading, expected);
}

static void headings_break_at_spaces(void **state)
{
    (void)state;
    check_heading("Share", 2, "Share", 5);
    check_heading("Share of CAA names", 9, "Share of\nCAA names", 9);
    check_heading("Share of CAA names", 1, "Share\nof\nCAA\nnames", 5);
    check_heading("Share of CAA names", 18, "Share of CAA names", 18);
    check_heading("", 4, "", 0);
}

static void wide_tables_have_smaller_type(void **state)
{
    (void)state;
    const size_t widths[] = {20, 20, 20, 20, 20, 20, 20, 20};
    assert_int_equal(latex_fit_size(widths, 0)->points, 9);
    assert_int_equal(latex_fit_size(widths, 3)->points, 9);
    assert_int_equal(latex_fit_size(widths, 4)->points, 8);
    assert_int_equal(latex_fit_smallest()->points, 7);
    assert_null(latex_fit_size(widths, 8));
}

static void check_word(const char *text, const char *expected)
{
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    latex_text_put_word(file, text);
    fclose(file);
    assert_string_equal(out, expected);
    free(out);
}

static void macros_have_letters_alone(void **state)
{
    (void)state;
    check_word("adoption_any_lo", "AdoptionAnyLo");
    check_word("rfc8659", "RfcEightSixFiveNine");
    check_word("a2b", "ATwoB");
    check_word("x\\{}%", "X");
}

static void html_obeys_no_character_of_a_text(void **state)
{
    (void)state;
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    page_text_put(file, "<script>\"'&amp;\x01\xff</script>");
    fclose(file);
    assert_string_equal(out, "&lt;script&gt;&quot;&#39;&amp;amp;??&lt;/script&gt;");
    free(out);
}

#define LEAD "scan_id,date,mode,vantage,prefix,unit,denominator_of,denominator"

static void add_row(struct grid *grid, const char *scan, const char *key, uint64_t count)
{
    static const char *const same[] = {"2026-11-22", "iterate", "", "", "name", "found"};
    grid_add_text(grid, caa_text_from(scan));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        grid_add_text(grid, caa_text_from(same[i]));
    grid_add(grid, (struct cell){.kind = CELL_COUNT, .count = 10});
    grid_add_text(grid, caa_text_from(key));
    grid_add(grid, (struct cell){.kind = CELL_COUNT, .count = count});
    grid_add(grid, (struct cell){.kind = CELL_SHARE, .number = (double)count / 10});
    grid_add(grid, (struct cell){.kind = CELL_EMPTY});
    grid_end_row(grid);
}

static void columns_that_say_nothing_are_left_out(void **state)
{
    (void)state;
    struct grid grid;
    assert_true(grid_init(&grid, LEAD ",key,names,share,never"));
    grid_begin_span(&grid);
    add_row(&grid, "s1", "a\xff", 1234);
    add_row(&grid, "s1", "b", 5);
    grid_begin_span(&grid);
    add_row(&grid, "s2", "c", 10);
    assert_false(grid.failed);
    assert_int_equal(grid.span_count, 2);
    assert_int_equal(grid.spans[1].first, 2);
    assert_int_equal(grid.spans[1].end, 3);

    struct columns columns = columns_all(&grid, (struct columns_rows){0, 2});
    assert_int_equal(columns.count, 3);
    assert_string_equal(grid.columns[columns.shown[0]], "key");
    columns = columns_all(&grid, (struct columns_rows){0, 3});
    assert_int_equal(columns.count, 4);
    assert_string_equal(grid.columns[columns.shown[0]], "scan_id");
    columns = columns_named(&grid, (struct columns_rows){0, 3}, "share,never,nam");
    assert_int_equal(columns.count, 1);
    assert_string_equal(grid.columns[columns.shown[0]], "share");

    char cell[COLUMNS_CELL_LEN];
    columns_cell(cell, &grid, 0, grid_column(&grid, "key"));
    assert_string_equal(cell, "a\\255");
    columns_cell(cell, &grid, 0, grid_column(&grid, "names"));
    assert_string_equal(cell, "1,234");
    columns_cell(cell, &grid, 1, grid_column(&grid, "share"));
    assert_string_equal(cell, "50.0%");
    columns_cell(cell, &grid, 1, grid_column(&grid, "no_such_column"));
    assert_string_equal(cell, "");
    grid_fini(&grid);
}

static void rows_beyond_the_bound_are_counted(void **state)
{
    (void)state;
    struct grid grid;
    assert_true(grid_init(&grid, "count"));
    grid_begin_span(&grid);
    for (size_t i = 0; i < GRID_ROWS_MAX + 7; i++) {
        grid_add(&grid, (struct cell){.kind = CELL_COUNT, .count = i});
        grid_end_row(&grid);
    }
    assert_false(grid.failed);
    assert_int_equal(grid.spans[0].end, GRID_ROWS_MAX);
    assert_int_equal(grid.spans[0].left_out, 7);
    grid_fini(&grid);
}

static void methods_are_wrapped_and_harmless(void **state)
{
    (void)state;
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    methods_put_wrapped(file, "aaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
                              "aaaaaaaaa aaaaaaaaa aa\x1b[2J\n\nnext\n");
    fclose(file);
    assert_string_equal(out, "aaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
                             "aaaaaaaaa\naaaaaaaaa aa?[2J\n\nnext\n");
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latex_obeys_no_character_of_a_text),
        cmocka_unit_test(latex_breaks_a_word_longer_than_a_line),
        cmocka_unit_test(headings_break_at_spaces),
        cmocka_unit_test(wide_tables_have_smaller_type),
        cmocka_unit_test(macros_have_letters_alone),
        cmocka_unit_test(html_obeys_no_character_of_a_text),
        cmocka_unit_test(columns_that_say_nothing_are_left_out),
        cmocka_unit_test(rows_beyond_the_bound_are_counted),
        cmocka_unit_test(methods_are_wrapped_and_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
