#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

#define S UINT64_C(1000000000)

static const struct status_snapshot nothing;

static struct status_snapshot halfway(void)
{
    struct status_snapshot s = {
        .elapsed_ns = 100 * S, .due = 800, .input_read = 500, .input_len = 1000};
    s.counter[COUNTER_RECORDED] = 400;
    s.counter[COUNTER_QUERIES] = 900;
    s.counter[COUNTER_IN_FLIGHT] = 77;
    s.counter[COUNTER_OUTCOME_FOUND] = 40;
    s.counter[COUNTER_OUTCOME_EMPTY] = 350;
    s.counter[COUNTER_OUTCOME_INDETERMINATE] = 10;
    s.counter[COUNTER_CLASS_QNAME_INVALID] = 9; /* invalid rows are no errors */
    s.counter[COUNTER_CLASS_SERVFAIL] = 3;
    s.counter[COUNTER_CLASS_TIMEOUT] = 7;
    return s;
}

static const char *line(const struct status_snapshot *now, size_t columns)
{
    static char text[STATUS_TEXT_LINE_MAX];
    size_t len = status_text_line(text, sizeof text, now, &nothing, columns);
    assert_int_equal(len, strlen(text));
    return text;
}

static void a_line_says_how_far(void **state)
{
    (void)state;
    struct status_snapshot now = halfway();
    assert_string_equal(line(&now, 200),
                        "1:40 25.0% 5:00 left, 400 records 4/s, 9 queries/s, 40 found, 10 errors, "
                        "77 in flight; timeout 7, servfail 3");
    now.input_ended = true;
    assert_non_null(strstr(line(&now, 200), "1:40 50.0% 1:40 left,"));
    now.draining = true;
    assert_non_null(strstr(line(&now, 200), "1:40 stopping 50.0%"));
    now.counter[COUNTER_RECORDED] = 800;
    assert_non_null(strstr(line(&now, 200), " 100.0%, 800 records"));
    now.input_ended = false;
    now.input_len = 0;
    now.elapsed_ns = 3661 * S;
    assert_non_null(strstr(line(&now, 200), "1:01:01 stopping, 800 records"));
    assert_string_equal(line(&nothing, 200),
                        "0:00, 0 records 0/s, 0 queries/s, 0 found, 0 errors, 0 in flight");
}

static void a_line_keeps_to_its_width(void **state)
{
    (void)state;
    struct status_snapshot now = halfway();
    assert_string_equal(line(&now, 104),
                        "1:40 25.0% 5:00 left, 400 records 4/s, 9 queries/s, 40 found, 10 errors, "
                        "77 in flight; timeout 7");
    for (size_t columns = 1; columns < 120; columns++)
        assert_true(strlen(line(&now, columns)) <= columns);
    for (unsigned c = 0; c < COUNTER_COUNT; c++)
        now.counter[c] = UINT64_MAX / 2;
    assert_true(strlen(line(&now, 100)) <= 100);
}

static void a_large_scan_fits_a_terminal(void **state)
{
    (void)state;
    struct status_snapshot now = {
        .elapsed_ns = 35999 * S, .due = 300000000, .input_read = 1, .input_len = 1};
    now.counter[COUNTER_RECORDED] = 123456789;
    now.counter[COUNTER_OUTCOME_FOUND] = 12345678;
    now.counter[COUNTER_OUTCOME_INDETERMINATE] = 1234567;
    now.counter[COUNTER_QUERIES] = 35999u * 20000u;
    assert_string_equal(line(&now, 100),
                        "9:59:59 41.2% 14:17:58 left, 123.46M records 3429/s, 20000 queries/s, "
                        "12.35M found, 1.23M errors");
}

static void rates_are_those_of_the_last_interval(void **state)
{
    (void)state;
    struct status_snapshot before = halfway(), now = before;
    char text[STATUS_TEXT_LINE_MAX];
    now.elapsed_ns += 2 * S;
    now.counter[COUNTER_RECORDED] += 100;
    now.counter[COUNTER_QUERIES] += 300;
    status_text_line(text, sizeof text, &now, &before, 100);
    assert_non_null(strstr(text, "records 50/s, 150 queries/s"));
}

static void json_is_json(void **state)
{
    (void)state;
    char text[STATUS_TEXT_JSON_MAX];
    struct status_snapshot now = halfway();
    status_text_json(text, sizeof text, &now, &nothing);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "state")), "running");
    assert_true(json_real_value(json_object_get(object, "fraction")) == 0.25);
    assert_int_equal(json_integer_value(json_object_get(object, "left")), 300);
    assert_int_equal(json_integer_value(json_object_get(object, "recorded")), 400);
    json_t *outcomes = json_object_get(object, "outcomes");
    assert_int_equal(json_integer_value(json_object_get(outcomes, "found")), 40);
    json_t *classes = json_object_get(object, "error_classes");
    assert_int_equal(json_integer_value(json_object_get(classes, "timeout")), 7);
    json_decref(object);

    for (unsigned c = 0; c < COUNTER_COUNT; c++)
        now.counter[c] = UINT64_MAX;
    now.elapsed_ns = UINT64_MAX;
    now.ended = true;
    now.input_len = 0;
    status_text_json(text, sizeof text, &now, &now);
    object = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "state")), "ended");
    assert_true(json_is_null(json_object_get(object, "fraction")));
    json_decref(object);
}

static struct status_summary summary(void)
{
    struct status_summary s = {.end = halfway(),
                               .output = "out.zst",
                               .rows = 400,
                               .written = 400,
                               .output_len = 4321,
                               .peak_memory = 3u << 19};
    s.end.due = 400;
    s.end.input_ended = true;
    s.end.counter[COUNTER_WRONG_ID] = 2;
    return s;
}

static void a_summary_accounts_for_every_row(void **state)
{
    (void)state;
    char text[STATUS_TEXT_SUMMARY_MAX];
    struct status_summary s = summary();
    status_text_summary(text, sizeof text, &s);
    static const char *const parts[] = {
        "complete: 400 rows read, 400 records due, 400 written\n",
        "  found                 40  10.00 %\n",
        "  indeterminate         10   2.50 %; timeout 7, servfail 3\n",
        "queries: 900 sent, 2.25 per name, 0 retries, 0 over TCP\n",
        "not believed: wrong_peer 0 wrong_id 2 wrong_question 0 not_a_reply 0 malformed 0\n",
        "duration: 1:40, 4.0 records/s, 9.0 queries/s\n",
        "memory: at most 1.5 MiB\n",
        "output: out.zst, 4321 octets\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strstr(text, parts[i]) == NULL)
            fail_msg("no \"%s\" in:\n%s", parts[i], text);
    }
    assert_null(strstr(text, "warning"));
}

static void a_summary_warns_of_what_is_missing(void **state)
{
    (void)state;
    char text[STATUS_TEXT_SUMMARY_MAX];
    struct status_summary s = summary();
    s.written = 399;
    s.end.counter[COUNTER_LOCAL_DROPS] = 1;
    s.end.draining = true;
    status_text_summary(text, sizeof text, &s);
    assert_non_null(strstr(text, "stopped early: 400 rows read"));
    assert_non_null(strstr(text, "warning: 400 records were due and 399 were written\n"));
    assert_non_null(strstr(text, "warning: local trouble: 0 sends failed, 1 datagrams dropped"));
}

/* What is printed to `in` arrives at `out`: at once in a pipe, after a while on a terminal. */
struct screen {
    int in, out;
    int delay_ms;
};

static const char *printed(struct screen screen)
{
    static char text[16384];
    struct pollfd readable = {.fd = screen.out, .events = POLLIN};
    size_t len = 0;
    while (poll(&readable, 1, screen.delay_ms) == 1) {
        ssize_t n = read(screen.out, text + len, sizeof text - 1 - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
    text[len] = '\0';
    return text;
}

static struct screen open_pipe(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    return (struct screen){.in = ends[1], .out = ends[0]};
}

static struct screen open_terminal(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    return (struct screen){.in = slave, .out = master, .delay_ms = 250};
}

static void close_screen(struct screen screen)
{
    close(screen.in);
    close(screen.out);
}

static void a_terminal_gets_one_line_in_place(void **state)
{
    (void)state;
    struct screen screen = open_terminal();
    struct status_snapshot now = halfway();
    struct status_summary s = summary();
    struct status status;
    status_init(&status, STATUS_AUTO, screen.in);
    status_tick(&status, &now);
    const char *first = printed(screen);
    size_t len = strlen(first);
    assert_int_equal(first[0], '\r');
    assert_null(strchr(first, '\n'));
    status_tick(&status, &now);
    assert_string_equal(printed(screen), ""); /* not due yet */
    now.elapsed_ns += S;
    now.counter[COUNTER_CLASS_TIMEOUT] = 0;
    now.counter[COUNTER_CLASS_SERVFAIL] = 0;
    status_tick(&status, &now);
    assert_int_equal(strlen(printed(screen)), len); /* blanks cover the longer line */
    status_finish(&status, &s);
    assert_non_null(strstr(printed(screen), "\ncomplete: 400 rows"));
    close_screen(screen);
}

static void a_file_gets_a_line_every_ten_seconds(void **state)
{
    (void)state;
    struct screen screen = open_pipe();
    struct status_snapshot now = halfway();
    struct status status;
    unsigned lines = 0;
    status_init(&status, STATUS_AUTO, screen.in);
    for (unsigned second = 1; second <= 40; second++) {
        now.elapsed_ns = second * S;
        status_tick(&status, &now);
        const char *text = printed(screen);
        lines += *text != '\0';
        assert_null(strchr(text, '\r'));
    }
    assert_int_equal(lines, 4);
    close_screen(screen);
}

static void silence_is_silent(void **state)
{
    (void)state;
    struct screen screen = open_pipe();
    struct status_snapshot now = halfway();
    struct status_summary s = summary();
    struct status status;
    status_init(&status, STATUS_SILENT, screen.in);
    status_tick(&status, &now);
    status_finish(&status, &s);
    assert_string_equal(printed(screen), "");
    close_screen(screen);
}

static void json_status_is_one_object_a_line(void **state)
{
    (void)state;
    struct screen screen = open_pipe();
    struct status_snapshot now = halfway();
    struct status_summary s = summary();
    struct status status;
    status_init(&status, STATUS_JSON, screen.in);
    status_tick(&status, &now);
    status_finish(&status, &s);
    char *rest = strdup(printed(screen)), *start = rest;
    static const char *const states[] = {"running", "ended"};
    for (unsigned i = 0; i < 2; i++) {
        json_t *object = json_loads(strsep(&rest, "\n"), 0, NULL);
        assert_non_null(object);
        assert_string_equal(json_string_value(json_object_get(object, "state")), states[i]);
        json_decref(object);
    }
    assert_string_equal(rest, "");
    free(start);
    close_screen(screen);
}

static void counters_add_up(void **state)
{
    (void)state;
    static struct stats stats[2];
    uint64_t sum[COUNTER_COUNT];
    stats_add(&stats[0], COUNTER_QUERIES, 3);
    stats_add(&stats[0], COUNTER_QUERIES, 4);
    stats_add(&stats[1], COUNTER_QUERIES, 5);
    stats_set(&stats[1], COUNTER_IN_FLIGHT, 9);
    stats_set(&stats[1], COUNTER_IN_FLIGHT, 2);
    stats_sum(sum, stats, 2);
    assert_int_equal(sum[COUNTER_QUERIES], 12);
    assert_int_equal(sum[COUNTER_IN_FLIGHT], 2);
    assert_int_equal(sum[COUNTER_REPLIES], 0);
    for (unsigned o = 0; o < OUTCOME_COUNT; o++)
        assert_string_equal(stats_word(stats_outcome((enum outcome)o)), outcome_word(o));
    for (unsigned c = CLASS_NONE + 1; c < CLASS_COUNT; c++)
        assert_string_equal(stats_word(stats_class((enum error_class)c)), class_word(c));
    assert_string_equal(stats_word(COUNTER_TCP_QUERIES), "tcp_queries");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_how_far),
        cmocka_unit_test(a_line_keeps_to_its_width),
        cmocka_unit_test(a_large_scan_fits_a_terminal),
        cmocka_unit_test(rates_are_those_of_the_last_interval),
        cmocka_unit_test(json_is_json),
        cmocka_unit_test(a_summary_accounts_for_every_row),
        cmocka_unit_test(a_summary_warns_of_what_is_missing),
        cmocka_unit_test(a_terminal_gets_one_line_in_place),
        cmocka_unit_test(a_file_gets_a_line_every_ten_seconds),
        cmocka_unit_test(silence_is_silent),
        cmocka_unit_test(json_status_is_one_object_a_line),
        cmocka_unit_test(counters_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
