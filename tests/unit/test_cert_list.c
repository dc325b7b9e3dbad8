/* Certificates beside a scan: rows of a list, verdicts, and their sums by operator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cert_csv.h"
#include "cert_list.h"
#include "cert_time.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void times_are_utc_in_three_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t time; /* 0: no time */
    } cases[] = {
        {"2026-03-01", 20260301000000},
        {" 2026-03-01T12:34:56Z ", 20260301123456},
        {"2026-03-01 12:34:56", 20260301123456},
        {"2026-03-01 12:34:56 UTC", 20260301123456},
        {"2026-03-01T12:34:56.789+00:00", 20260301123456},
        {"20260301123456Z", 20260301123456},
        {"Mar  1 12:34:56 2026 GMT", 20260301123456},
        {"Mar 31 12:34:56 2026 GMT", 20260331123456},
        {"2024-02-29", 20240229000000},
        {"2026-02-29", 0},
        {"2026-13-01", 0},
        {"2026-00-01", 0},
        {"2026-03-00", 0},
        {"2026-03-01T24:00:00Z", 0},
        {"2026-03-01T12:34:56+01:00", 0},
        {"2026-03-01T12:34Z", 0},
        {"2026-03-01T12:34:56.Z", 0},
        {"20260301123456", 0},
        {"260301123456Z", 0},
        {"Mar  1 12:34:56 2026", 0},
        {"Mrz  1 12:34:56 2026 GMT", 0},
        {"1767225600", 0},
        {"", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t time = 0;
        bool good = cert_row_time(caa_text_from(cases[i].text), &time);
        if (good != (cases[i].time != 0) || (good && time != cases[i].time))
            fail_msg("\"%s\": %llu", cases[i].text, (unsigned long long)time);
    }
}

static struct cert_row row_of(const char *name, const char *issuer, const char *not_before,
                              const char *wildcard)
{
    struct cert_cells cells = {caa_text_from(name), caa_text_from(issuer),
                               caa_text_from(not_before), caa_text_from(wildcard)};
    struct cert_row row;
    struct cert_fault fault = cert_row_read(&cells, &row);
    if (fault.what != NULL)
        fail_msg("%s: %s", name, fault.what);
    return row;
}

static void names_are_folded_and_wildcards_known(void **state)
{
    (void)state;
    struct cert_row row = row_of(" *.WWW.Example.com. ", "x", "2026-03-01", "");
    assert_true(row.wildcard);
    assert_true(
        caa_text_equal(caa_text_of(row.name, row.name_len), caa_text_from("www.example.com")));
    assert_true(row_of("a.example", "x", "2026-03-01", "TRUE").wildcard);
    assert_false(row_of("a.example", "x", "2026-03-01", "0").wildcard);
    static const char *const bad[] = {
        "", ".", "*.", "a..b", "a b", "*.*", "a.*.b.example", "b\xC3\xBC.de", "a\n"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct cert_cells cells = {caa_text_from(bad[i]), caa_text_from("x"),
                                   caa_text_from("2026-03-01"), caa_text_from("")};
        assert_non_null(cert_row_read(&cells, &row).what);
    }
}

static void add(struct cert_list *list, const char *name, const char *issuer, const char *time)
{
    struct cert_row row = row_of(name, issuer, time, "");
    assert_true(cert_list_add(list, &row));
}

/* A record of a name, at a time, with one issue record or none. */
static void judge(struct cert_list *list, const char *name, const char *time, const char *issue)
{
    struct caa_record record =
        caa_record_from_parts(0, caa_text_from("issue"), caa_text_from(issue ? issue : ""));
    struct record_view view = {.outcome = issue != NULL ? OUTCOME_FOUND : OUTCOME_EMPTY,
                               .name = caa_text_from(name),
                               .timestamp = caa_text_from(time),
                               .set = {&record, issue != NULL}};
    for (uint32_t i = cert_list_first(list, view.name); i != CERT_LIST_END; i = list->certs[i].next)
        cert_list_judge(list, i, &view);
}

#define SEEN "2026-03-01T12:00:00.000Z"

static void certificates_are_summed_up_by_operator(void **state)
{
    (void)state;
    struct cert_list list;
    assert_true(cert_list_init(&list));
    judge(&list, "a.example", SEEN, NULL); /* before there is any certificate */
    add(&list, "a.example", "Let's Encrypt", "2026-02-01");
    add(&list, "b.example", "CN=R3,O=Let's Encrypt,C=US", "2026-02-01");
    add(&list, "b.example", "letsencrypt.org", "2026-03-02");
    add(&list, "gone.example", "Let's Encrypt", "2026-02-01");
    add(&list, "b.example", "DigiCert Inc", "2026-02-01");
    add(&list, "a.example", "Own CA", "2026-02-01"); /* anybody may */
    add(&list, "b.example", "Own CA", "2026-02-01"); /* DigiCert may, or who goes by its name */
    add(&list, "c.example", "Own CA", "2026-02-01"); /* nobody may */
    judge(&list, "a.example", SEEN, NULL);
    judge(&list, "b.example", SEEN, "Symantec.com");
    judge(&list, "c.example", SEEN, ";");
    judge(&list, "d.example", SEEN, ";");
    size_t count;
    struct cert_totals *totals = cert_list_totals(&list, &count);
    assert_non_null(totals);
    assert_int_equal(count, 3);
    assert_string_equal(totals[0].operator->name, "Let's Encrypt (ISRG)");
    assert_int_equal(totals[0].certs, 4);
    assert_int_equal(totals[0].verdicts[CERT_PERMITTED], 1);
    assert_int_equal(totals[0].verdicts[CERT_NOT_PERMITTED], 2);
    assert_int_equal(totals[0].not_permitted_after, 1);
    assert_int_equal(totals[0].verdicts[CERT_NOT_IN_SCAN], 1);
    assert_string_equal(totals[1].operator->name, "DigiCert");
    assert_int_equal(totals[1].verdicts[CERT_PERMITTED], 1);
    assert_string_equal(totals[2].operator->name, "");
    assert_int_equal(totals[2].verdicts[CERT_PERMITTED], 1);
    assert_int_equal(totals[2].verdicts[CERT_UNKNOWN_ISSUER], 1);
    assert_int_equal(totals[2].verdicts[CERT_NOT_PERMITTED], 1);
    free(totals);
    cert_list_fini(&list);
}

static void the_latest_record_of_a_name_counts(void **state)
{
    (void)state;
    struct cert_list list;
    assert_true(cert_list_init(&list));
    add(&list, "a.example", "Let's Encrypt", "2026-02-01");
    judge(&list, "a.example", "2026-03-02T00:00:00.000Z", ";");
    judge(&list, "a.example", "2026-03-01T00:00:00.000Z", NULL);
    assert_int_equal(list.certs[0].verdict, CERT_NOT_PERMITTED);
    judge(&list, "a.example", "2026-03-03T00:00:00.000Z", "letsencrypt.org");
    assert_int_equal(list.certs[0].verdict, CERT_PERMITTED);
    assert_int_equal(list.certs[0].seen_at, 20260303000000);
    cert_list_fini(&list);
}

static void a_wildcard_is_asked_about_as_one(void **state)
{
    (void)state;
    struct cert_list list;
    struct caa_record records[] = {
        caa_record_from_parts(0, caa_text_from("issue"), caa_text_from("letsencrypt.org")),
        caa_record_from_parts(0, caa_text_from("issuewild"), caa_text_from(";")),
    };
    struct record_view view = {
        .outcome = OUTCOME_FOUND, .timestamp = caa_text_from(SEEN), .set = {records, 2}};
    assert_true(cert_list_init(&list));
    add(&list, "*.a.example", "Let's Encrypt", "2026-02-01");
    add(&list, "a.example", "Let's Encrypt", "2026-02-01");
    assert_int_equal(list.certs[0].next, 1);
    assert_int_equal(list.certs[1].next, CERT_LIST_END);
    cert_list_judge(&list, 0, &view);
    cert_list_judge(&list, 1, &view);
    assert_int_equal(list.certs[0].verdict, CERT_NOT_PERMITTED);
    assert_int_equal(list.certs[1].verdict, CERT_PERMITTED);
    cert_list_fini(&list);
}

static bool keep(void *context, const struct cert_row *row)
{
    return cert_list_add(context, row);
}

/* Reads a list from text. Returns how many rows were bad; SIZE_MAX where it was refused. */
static uint64_t read_text(const char *text, size_t *count)
{
    struct cert_list list;
    uint64_t bad = 0;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    rewind(file);
    assert_true(cert_list_init(&list));
    struct cert_sink sink = {keep, &list};
    bool good = cert_csv_read_stream(file, "test", &sink, &bad);
    *count = list.count;
    fclose(file);
    cert_list_fini(&list);
    return good ? bad : SIZE_MAX;
}

static void lists_are_read_by_the_words_of_their_header(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(read_text("\xEF\xBB\xBFIssuer Name,x,Not_Before,Common-Name\r\n"
                               "Own CA,1,2026-03-01,a.example\r\n"
                               "\r\n"
                               "\"Own, CA\",1,2026-03-01,\"b.example\"\n",
                               &count),
                     0);
    assert_int_equal(count, 2);
    assert_int_equal(read_text("name,issuer,notBefore\n"
                               "a.example,\"Own CA,2026-03-01\n"
                               "b.example,Own CA,2026-03-01\n"
                               "c.example\n"
                               "d.example,Own CA,2026-03-01,more,cells",
                               &count),
                     2);
    assert_int_equal(count, 2);
    assert_int_equal(read_text("name,issuer\na.example,Own CA\n", &count), SIZE_MAX);
    assert_int_equal(read_text("", &count), SIZE_MAX);
    assert_int_equal(read_text("name,issuer,notBefore\n", &count), 0);
    assert_int_equal(count, 0);
}

/* Seconds between times, over months, leap days and years. */
static void seconds_between_times_follow_the_calendar(void **state)
{
    (void)state;
    static const struct {
        uint64_t from, to;
        int64_t seconds;
    } rows[] = {{20260301120000, 20260301120000, 0},
                {20260301120000, 20260301115959, -1},
                {20260228235959, 20260301000000, 1},
                {20240228000000, 20240301000000, 2 * 86400},
                {20251231000000, 20260101000000, 86400},
                {19700101000000, 20260301120000, 1772366400},
                {20000101000000, 21000301000000, INT64_C(3160857600)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(cert_time_between(rows[i].from, rows[i].to), rows[i].seconds);
    char text[CERT_TIME_LEN];
    cert_time_text(text, 20260301120005);
    assert_string_equal(text, "2026-03-01T12:00:05Z");
    cert_time_text(text, 0);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_between_times_follow_the_calendar),
        cmocka_unit_test(times_are_utc_in_three_forms),
        cmocka_unit_test(names_are_folded_and_wildcards_known),
        cmocka_unit_test(certificates_are_summed_up_by_operator),
        cmocka_unit_test(the_latest_record_of_a_name_counts),
        cmocka_unit_test(a_wildcard_is_asked_about_as_one),
        cmocka_unit_test(lists_are_read_by_the_words_of_their_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
