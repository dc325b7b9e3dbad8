/* Drawings: what becomes of them in SVG and PDF, and numbers as text. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

#include "drawing_pdf.h"
#include "drawing_svg.h"
#include "helvetica.h"
#include "plot.h"
#include "plot_format.h"

#define HOSTILE "</text><script>alert(1)</script>&\"')(\\ \x01\xff"

struct octets {
    char *at;
    size_t len;
};

static struct octets svg_of(const struct drawing *drawing)
{
    struct octets out = {0};
    FILE *file = open_memstream(&out.at, &out.len);
    drawing_svg_write(file, drawing, true);
    fclose(file);
    return out;
}

static struct octets pdf_of(const struct drawing *drawing)
{
    struct octets out = {0};
    FILE *file = open_memstream(&out.at, &out.len);
    assert_true(drawing_pdf_write(file, drawing));
    fclose(file);
    return out;
}

static void draw_all_marks(struct drawing *drawing)
{
    static const struct point points[] = {{1, 1}, {2, 5}, {9, 3}};
    drawing_init(drawing, "all_marks", 100);
    drawing->height = 50;
    drawing_rect(drawing, (struct box){1, 2, 10, 4}, INK_BLUE);
    drawing_hatch(drawing, (struct box){1, 2, 10, 4}, INK_PAPER);
    drawing_polyline(drawing, points, 3, (struct pen){INK_RED, 1, DASH_LONG});
    drawing_area(drawing, points, 3, INK_BAND);
    drawing_text(drawing, (struct point){50, 25},
                 (struct lettering){.ink = INK_TEXT, .size = 8, .anchor = ANCHOR_END}, HOSTILE);
    drawing_text(drawing, (struct point){5, 40},
                 (struct lettering){.ink = INK_TEXT, .size = 8, .upwards = true}, "up");
    drawing_describe(drawing, "All marks " HOSTILE, "What is seen " HOSTILE);
}

static void text_of_records_stays_text_in_svg(void **state)
{
    (void)state;
    struct drawing drawing;
    draw_all_marks(&drawing);
    struct octets svg = svg_of(&drawing);
    assert_null(strstr(svg.at, "<script"));
    assert_non_null(strstr(svg.at,
                           "&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\"')(\\ ??"
                           "</text>"));
    for (size_t i = 0; i < svg.len; i++)
        assert_true(svg.at[i] == '\n' || (svg.at[i] >= ' ' && svg.at[i] <= '~'));
    free(svg.at);
    drawing_fini(&drawing);
}

/* The offset that a line of the table of objects gives. */
static long offset_of(const char *table, unsigned object)
{
    return strtol(table + 20 * (size_t)object, NULL, 10);
}

static void every_object_of_a_pdf_is_where_its_table_says(void **state)
{
    (void)state;
    struct drawing drawing;
    draw_all_marks(&drawing);
    struct octets pdf = pdf_of(&drawing);
    assert_memory_equal(pdf.at, "%PDF-1.4\n", 9);
    assert_string_equal(pdf.at + pdf.len - 6, "%%EOF\n");
    const char *start = strstr(pdf.at, "startxref\n");
    assert_non_null(start);
    const char *table = pdf.at + strtol(start + strlen("startxref\n"), NULL, 10);
    assert_memory_equal(table, "xref\n0 ", 7);
    unsigned count = (unsigned)strtoul(table + 7, NULL, 10);
    assert_int_equal(count, 8);
    table = strchr(strchr(table, '\n') + 1, '\n') + 1;
    assert_memory_equal(table, "0000000000 65535 f \n", 20);
    for (unsigned i = 1; i < count; i++) {
        char head[24];
        snprintf(head, sizeof head, "%u 0 obj\n", i);
        assert_memory_equal(pdf.at + offset_of(table, i), head, strlen(head));
    }
    assert_memory_equal(table + 20 * (size_t)count, "trailer\n", 8);
    free(pdf.at);
    drawing_fini(&drawing);
}

static void the_stream_of_a_pdf_is_as_long_as_it_says(void **state)
{
    (void)state;
    struct drawing drawing;
    draw_all_marks(&drawing);
    struct octets pdf = pdf_of(&drawing);
    const char *length = strstr(pdf.at, "/Length ");
    const char *stream = strstr(pdf.at, "stream\n") + strlen("stream\n");
    const char *end = strstr(pdf.at, "endstream\n");
    assert_int_equal(strtol(length + strlen("/Length "), NULL, 10), end - stream);
    /* Every text is balanced: what would end it is escaped. */
    assert_non_null(strstr(stream, "(</text><script>alert\\(1\\)</script>&\"'\\)\\(\\\\ ?"
                                   "?) Tj ET"));
    free(pdf.at);
    drawing_fini(&drawing);
}

static void the_same_drawing_gives_the_same_octets(void **state)
{
    (void)state;
    struct octets svgs[2], pdfs[2];
    for (size_t i = 0; i < 2; i++) {
        struct drawing drawing;
        draw_all_marks(&drawing);
        svgs[i] = svg_of(&drawing);
        pdfs[i] = pdf_of(&drawing);
        drawing_fini(&drawing);
    }
    assert_string_equal(svgs[0].at, svgs[1].at);
    assert_int_equal(pdfs[0].len, pdfs[1].len);
    assert_memory_equal(pdfs[0].at, pdfs[1].at, pdfs[0].len);
    for (size_t i = 0; i < 2; i++) {
        free(svgs[i].at);
        free(pdfs[i].at);
    }
}

/* Every mark of a drawing lies on its page. */
static void check_inside(const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->mark_count; i++) {
        const struct mark *mark = &drawing->marks[i];
        const struct point *points = drawing_points(drawing, mark);
        if (mark->kind == MARK_TEXT) {
            const char *text = drawing_letters(drawing, mark);
            double width = helvetica_width(text, mark->lettering.size, mark->lettering.bold);
            double left = mark->at.x - width * (double)mark->lettering.anchor / 2;
            if (mark->lettering.upwards) {
                assert_true(mark->at.y - width >= -0.01 && mark->at.y <= drawing->height);
                assert_true(mark->at.x >= 0 && mark->at.x <= drawing->width);
                continue;
            }
            assert_true(left >= -0.01 && left + width <= drawing->width + 0.01);
            assert_true(mark->at.y > 0 && mark->at.y <= drawing->height);
            continue;
        }
        struct point end = points[mark->kind == MARK_RECT ? 0 : mark->count - 1];
        assert_true(end.x >= -0.01 && end.x <= drawing->width + 0.01);
        assert_true(end.y >= -0.01 && end.y <= drawing->height + 0.01);
    }
}

static void bars_stay_on_the_page(void **state)
{
    (void)state;
    static const struct plot_bar bars[] = {
        {.label = "a", .values = {1, 0.5}, .low = 0.9, .high = 1, .has_interval = true},
        {.label =
             "a label that is far too long for its place, and goes on and on and on and on and "
             "on, until nobody reads it and it must be cut off",
         .values = {0, 1}},
        {.label = "", .values = {0.00001, 0}},
    };
    for (size_t series = 1; series <= 2; series++) {
        for (size_t count = 0; count <= 3; count++) {
            struct drawing drawing;
            struct plot_bars plot = {.text = {"Title",
                                              "A subtitle. It is long enough to need a "
                                              "second line, as those with a denominator do.",
                                              "share"},
                                     .series = {"one", "two"},
                                     .series_count = series,
                                     .bars = bars,
                                     .count = count,
                                     .as_share = true};
            drawing_init(&drawing, "bars", PLOT_WIDTH);
            plot_bars_draw(&drawing, &plot);
            assert_false(drawing.failed);
            check_inside(&drawing);
            drawing_fini(&drawing);
        }
    }
}

static bool has_text(const struct drawing *drawing, const char *text)
{
    struct octets svg = svg_of(drawing);
    bool has = strstr(svg.at, text) != NULL;
    free(svg.at);
    return has;
}

static void what_is_not_known_is_not_drawn_as_none(void **state)
{
    (void)state;
    static const struct plot_bar bars[] = {
        {.label = "silent", .unknown = true, .low = 0, .high = 1, .has_interval = true},
        {.label = "answered", .values = {0.5}},
    };
    struct plot_bars plot = {.text = {"Title", "Subtitle", "share"},
                             .series_count = 1,
                             .bars = bars,
                             .count = 2,
                             .as_share = true};
    struct drawing drawing;
    drawing_init(&drawing, "bars", PLOT_WIDTH);
    plot_bars_draw(&drawing, &plot);
    check_inside(&drawing);
    assert_true(has_text(&drawing, ">not known<"));
    assert_true(has_text(&drawing, "silent: not known; answered: 50.0%"));
    drawing_fini(&drawing);
}

static void lines_stay_on_the_page(void **state)
{
    (void)state;
    static const struct point points[] = {{1, 0}, {10, 0.5}, {12345, 1}};
    static const struct point low[] = {{1, 0}, {12345, 0.4}}, high[] = {{1, 0.2}, {12345, 1}};
    static const struct plot_line lines[] = {
        {"one", points, 3}, {"two", points, 1}, {"none", points, 0}};
    for (unsigned scale = PLOT_LINEAR; scale <= PLOT_DAYS; scale++) {
        struct drawing drawing;
        struct plot_lines plot = {.text = {"Title", "Subtitle", "x"},
                                  .y_axis = "share",
                                  .scale = scale,
                                  .lines = lines,
                                  .line_count = 3,
                                  .low = low,
                                  .high = high,
                                  .band_count = 2,
                                  .band = "bounds"};
        drawing_init(&drawing, "lines", PLOT_WIDTH);
        plot_lines_draw(&drawing, &plot);
        assert_false(drawing.failed);
        check_inside(&drawing);
        drawing_fini(&drawing);
    }
}

static void stacks_and_sets_stay_on_the_page(void **state)
{
    (void)state;
    static const struct plot_stack_row rows[] = {{.label = "one", .parts = {1, 0, 3}},
                                                 {.label = "none", .parts = {0}}};
    static const struct plot_set sets[] = {{5, 10, 1}, {1, 1, 0.1}, {0, 1, 0}};
    struct plot_stack stack = {.text = {"Title", "Subtitle", "x"},
                               .parts = {"a", "b", "a part with a long name that has its own line"},
                               .part_count = 3,
                               .rest = true,
                               .rows = rows,
                               .row_count = 2};
    struct plot_sets plot = {.text = {"Title", "Subtitle", "x"},
                             .y_axis = "share",
                             .members = {"a", "b", "c"},
                             .member_count = 3,
                             .sets = sets,
                             .set_count = 3};
    struct drawing drawing;
    drawing_init(&drawing, "stack", PLOT_WIDTH);
    plot_stack_draw(&drawing, &stack);
    check_inside(&drawing);
    drawing_fini(&drawing);
    drawing_init(&drawing, "sets", PLOT_WIDTH);
    plot_sets_draw(&drawing, &plot);
    assert_false(drawing.failed);
    check_inside(&drawing);
    drawing_fini(&drawing);
}

static void heat_stays_on_the_page(void **state)
{
    (void)state;
    for (size_t count = 1; count <= PLOT_HEAT_MAX; count++) {
        struct plot_heat plot = {.text = {"Title", "Subtitle", "x"},
                                 .y_axis = "rows",
                                 .row_count = count,
                                 .column_count = count};
        struct drawing drawing;
        for (size_t i = 0; i < count; i++) {
            plot.rows[i] = i % 2 == 0 ? "a CA with a name that is far too long for a row" : "b";
            plot.columns[i] = plot.rows[i];
            snprintf(plot.notes[i], sizeof plot.notes[i], "%zu,000,000", i);
            plot.cells[i][i] = 1.0 / (double)(i + 1);
            plot.cells[i][0] = 1e-9;
        }
        drawing_init(&drawing, "heat", PLOT_WIDTH);
        plot_heat_draw(&drawing, &plot);
        assert_false(drawing.failed);
        check_inside(&drawing);
        drawing_fini(&drawing);
    }
}

static void check_share(double share, const char *expected)
{
    char text[PLOT_FORMAT_LEN];
    plot_format_share(text, share);
    assert_string_equal(text, expected);
}

static void shares_never_look_like_none_or_all(void **state)
{
    (void)state;
    check_share(0, "0%");
    check_share(1, "100%");
    check_share(0.5, "50.0%");
    check_share(0.0321, "3.21%");
    check_share(0.099975, "10.0%");
    check_share(0.00001, "0.0010%");
    check_share(0.9999, "99.99%");
    check_share(0.99999, "99.9990%");
    check_share(1e-12, "0.000000%");
}

static void check_count(uint64_t count, const char *expected)
{
    char text[PLOT_FORMAT_LEN];
    plot_format_count(text, count);
    assert_string_equal(text, expected);
}

static void counts_have_separators(void **state)
{
    (void)state;
    check_count(0, "0");
    check_count(999, "999");
    check_count(1000, "1,000");
    check_count(123456, "123,456");
    check_count(UINT64_MAX, "18,446,744,073,709,551,615");
}

static void days_count_as_the_calendar_does(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        double day;
    } days[] = {{"1970-01-01", 0},     {"1970-03-01", 59},    {"2000-02-29", 11016},
                {"2000-03-01", 11017}, {"2026-11-22", 20779}, {"2100-02-28", 47540},
                {"2100-03-01", 47541}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        char text[PLOT_FORMAT_LEN];
        assert_true(plot_format_day_of(days[i].date) == days[i].day);
        plot_format_day(text, days[i].day);
        assert_string_equal(text, days[i].date);
    }
    assert_true(plot_format_day_of("") < 0);
    assert_true(plot_format_day_of("2026-13-01") < 0);
    assert_true(plot_format_day_of("2026-1x-01") < 0);
}

static void times_are_parts_of_a_day(void **state)
{
    (void)state;
    static const struct {
        const char *time;
        double seconds; /* behind the beginning of 2026-11-22 */
        const char *minute, *second;
    } times[] = {{"2026-11-22T00:00:00.000Z", 0, "11-22 00:00", "00:00:00"},
                 {"2026-11-22T18:00:05.999Z", 64805, "11-22 18:00", "18:00:05"},
                 {"2026-11-22T23:59:59Z", 86399, "11-22 23:59", "23:59:59"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[PLOT_FORMAT_LEN];
        double day = plot_format_time_of(times[i].time);
        assert_true(fabs((day - 20779) * 86400 - times[i].seconds) < 0.001);
        plot_format_time(text, day, false);
        assert_string_equal(text, times[i].minute);
        plot_format_time(text, day, true);
        assert_string_equal(text, times[i].second);
    }
    assert_true(plot_format_time_of("2026-11-22") < 0);
    assert_true(plot_format_time_of("2026-11-22T24:00:00Z") < 0);
    assert_true(plot_format_time_of("2026-11-22 18:00:00Z") < 0);
    assert_true(plot_format_time_of("") < 0);
}

/* Scans an hour, a minute, a second apart do not stand in one place, and the axis tells them. */
static void scans_of_one_day_stand_apart(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *tick;
    } apart[] = {{3 * 86400, "11-23 00:00"},
                 {12 * 3600, "11-22 03:00"},
                 {3600, "11-22 00:15"},
                 {60, "00:00:15"},
                 {2, "00:00:01"},
                 {10 * 86400, "2026-11-25"}};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        struct point points[] = {{20779, 0.2}, {20779 + apart[i].seconds / 86400, 0.3}};
        struct plot_line line = {"one", points, 2};
        struct plot_lines plot = {.text = {"Title", "Subtitle", "x"},
                                  .y_axis = "share",
                                  .scale = PLOT_DAYS,
                                  .lines = &line,
                                  .line_count = 1};
        struct drawing drawing;
        drawing_init(&drawing, "lines", PLOT_WIDTH);
        plot_lines_draw(&drawing, &plot);
        assert_false(drawing.failed);
        check_inside(&drawing);
        assert_true(has_text(&drawing, apart[i].tick));
        drawing_fini(&drawing);
    }
}

static void text_is_cut_where_it_does_not_fit(void **state)
{
    (void)state;
    char out[40];
    plot_format_fit(out, sizeof out, "fits", 8, 100);
    assert_string_equal(out, "fits");
    plot_format_fit(out, sizeof out, "this is too wide for the place", 8, 50);
    assert_true(helvetica_width(out, 8, false) <= 50);
    assert_string_equal(out + strlen(out) - 3, "...");
    plot_format_fit(out, sizeof out, "this is too wide for the place (1,234)", 8, 70);
    assert_string_equal(out + strlen(out) - 11, "... (1,234)");
    assert_true(helvetica_width(out, 8, false) <= 70);
    plot_format_fit(out, 12, "longer than the buffer", 8, 1000);
    assert_string_equal(out, "longer ...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_records_stays_text_in_svg),
        cmocka_unit_test(every_object_of_a_pdf_is_where_its_table_says),
        cmocka_unit_test(the_stream_of_a_pdf_is_as_long_as_it_says),
        cmocka_unit_test(the_same_drawing_gives_the_same_octets),
        cmocka_unit_test(bars_stay_on_the_page),
        cmocka_unit_test(what_is_not_known_is_not_drawn_as_none),
        cmocka_unit_test(lines_stay_on_the_page),
        cmocka_unit_test(stacks_and_sets_stay_on_the_page),
        cmocka_unit_test(heat_stays_on_the_page),
        cmocka_unit_test(shares_never_look_like_none_or_all),
        cmocka_unit_test(counts_have_separators),
        cmocka_unit_test(days_count_as_the_calendar_does),
        cmocka_unit_test(times_are_parts_of_a_day),
        cmocka_unit_test(scans_of_one_day_stand_apart),
        cmocka_unit_test(text_is_cut_where_it_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
