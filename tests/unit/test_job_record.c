/* From the levels of a finished job to what its record says as a whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "job.h"
#include "table_memory.h"

static struct store store;
static struct job job;
static struct job_view view;
static const uint8_t issue[] = "\0\5issueca.example";

static void begin(const char *name)
{
    struct name_buffer buffer = named(name);
    for (unsigned pass = 0; pass < 2; pass++)
        store_init(&store, table_memory(pass), 4, 16);
    job = (struct job){0};
    struct target target = {.row = 9,
                            .rank = 5,
                            .input = (const uint8_t *)"in",
                            .input_len = 2,
                            .prefix = "www",
                            .name = name_of(&buffer)};
    assert_true(job_take(&job, &store, &target, 1000));
}

static void keep(const char *name, struct answer_text text)
{
    _Alignas(8) uint8_t built[1024];
    text.qname = name;
    if (text.rdlen == 0 && text.head.level == LEVEL_RECORDS && text.head.failure == CLASS_NONE)
        text.head.level = LEVEL_NODATA;
    size_t len = answer_of(&text, built, sizeof built);
    void *octets = NULL;
    uint32_t blob = store_new(&store, len, &octets);
    assert_int_not_equal(blob, 0);
    memcpy(octets, built, len);
    assert_true(job_keep_level(&job, &store, &(struct job_level){.blob = blob}));
}

static const struct record *finish(enum outcome outcome, enum error_class error_class)
{
    job.outcome = (uint8_t)outcome;
    job.error_class = (uint8_t)error_class;
    job.done_ns = 4000;
    job_record(&job, &store, &view);
    job_drop(&job, &store);
    assert_int_equal(store_held(&store), 0);
    return &view.record;
}

static struct answer_text with(struct answer head)
{
    return (struct answer_text){.head = head};
}

static void expect_note(const struct record *r, enum note_kind kind)
{
    assert_int_equal(r->note_count, 1);
    assert_int_equal(r->notes[0].kind, kind);
}

static void levels_are_named_from_the_name_up(void **state)
{
    (void)state;
    begin("www.example.org");
    keep("www.example.org", with((struct answer){.flags = ANSWER_SOA}));
    keep("example.org", (struct answer_text){.rdata = issue, .rdlen = sizeof issue - 1});
    job.outcome = OUTCOME_FOUND;
    job_record(&job, &store, &view);
    assert_int_equal(view.record.level_count, 2);
    assert_name(view.levels[1].name, "example.org");
    assert_int_equal(view.record.own, OUTCOME_EMPTY);
    assert_int_equal(view.record.target->row, 9);
    assert_int_equal(view.record.target->rank, 5);
    assert_memory_equal(view.record.target->input, "in", 2);
    assert_int_equal(view.record.note_count, 0);
    finish(OUTCOME_FOUND, CLASS_NONE);
    assert_int_equal(view.record.duration_ns, 3000);
}

static void more_levels_than_fit_inline_are_kept(void **state)
{
    (void)state;
    char text[NAME_LEN_MAX + 1];
    for (size_t i = 0; i < NAME_LABELS_MAX; i++)
        snprintf(text + 2 * i, 3, i + 1 < NAME_LABELS_MAX ? "a." : "a");
    begin(text);
    for (uint32_t i = 0; i < NAME_LABELS_MAX; i++)
        keep("a", with((struct answer){.ttl_s = i, .flags = ANSWER_SOA}));
    assert_int_equal(job.level_count, NAME_LABELS_MAX);
    job_record(&job, &store, &view);
    for (uint32_t i = 0; i < NAME_LABELS_MAX; i++) {
        assert_int_equal(view.levels[i].answer->ttl_s, i);
        assert_int_equal(name_label_count(view.levels[i].name), NAME_LABELS_MAX - i);
    }
    finish(OUTCOME_EMPTY, CLASS_NONE);
}

static void existence_is_said_of_the_name_itself(void **state)
{
    (void)state;
    static const struct {
        struct answer_text text;
        enum existence exists;
    } rows[] = {
        {{.head.level = LEVEL_NODATA}, EXISTS_YES},
        {{.head.level = LEVEL_NXDOMAIN}, EXISTS_NO},
        {{.head.failure = CLASS_TIMEOUT}, EXISTS_UNKNOWN},
        {{.alias_to = "t", .alias_kind = ALIAS_CNAME, .head.level = LEVEL_NXDOMAIN}, EXISTS_YES},
        {{.alias_to = "t", .alias_kind = ALIAS_DNAME, .head.level = LEVEL_NXDOMAIN}, EXISTS_NO},
        {{.alias_to = "t", .alias_kind = ALIAS_DNAME, .head.level = LEVEL_NODATA}, EXISTS_YES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin("www.example.org");
        keep("www.example.org", rows[i].text);
        assert_int_equal(finish(OUTCOME_EMPTY, CLASS_NONE)->exists, rows[i].exists);
    }
}

static void each_oddity_is_noted_where_it_was_seen(void **state)
{
    (void)state;
    static const struct {
        struct answer head;
        enum note_kind kind;
    } rows[] = {
        {{.level = LEVEL_NODATA}, NOTE_NODATA_WITHOUT_SOA},
        {{.flags = ANSWER_SOA | ANSWER_UNEXPECTED_RRTYPE}, NOTE_UNEXPECTED_RRTYPE_IN_ANSWER},
        {{.flags = ANSWER_SOA | ANSWER_CNAME_AND_OTHER}, NOTE_CNAME_AND_OTHER_DATA},
        {{.flags = ANSWER_SOA | ANSWER_FORMERR_ON_EDNS}, NOTE_FORMERR_ON_EDNS},
        {{.failure = CLASS_SERVFAIL, .flags = ANSWER_FORMERR_ON_EDNS}, NOTE_FORMERR_ON_EDNS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin("example.org");
        keep("example.org", with(rows[i].head));
        job_record(&job, &store, &view);
        assert_int_equal(view.record.note_count, 1);
        assert_int_equal(view.notes[0].kind, rows[i].kind);
        assert_name(view.notes[0].at, "example.org");
        finish(OUTCOME_EMPTY, CLASS_NONE);
    }
}

static void a_failure_makes_no_statement_about_the_name(void **state)
{
    (void)state;
    begin("example");
    keep("example", with((struct answer){.failure = CLASS_SERVFAIL, .level = LEVEL_COUNT}));
    const struct record *r = finish(OUTCOME_INDETERMINATE, CLASS_SERVFAIL);
    assert_int_equal(r->note_count, 0);
    assert_int_equal(r->own, OUTCOME_INDETERMINATE);
}

static void malformed_records_are_noted_once(void **state)
{
    (void)state;
    begin("example.org");
    keep("example.org", (struct answer_text){.rdata = (const uint8_t *)"\0", .rdlen = 1});
    const struct record *r = finish(OUTCOME_FOUND, CLASS_NONE);
    expect_note(r, NOTE_RDATA_MALFORMED);
    assert_string_equal(r->notes[0].detail, "rdata_too_short");
}

static void an_empty_non_terminal_denied_is_noted(void **state)
{
    (void)state;
    begin("a.example.org");
    keep("a.example.org", with((struct answer){.flags = ANSWER_SOA}));
    keep("example.org", with((struct answer){.flags = ANSWER_SOA, .level = LEVEL_NXDOMAIN}));
    expect_note(finish(OUTCOME_EMPTY, CLASS_NONE), NOTE_NXDOMAIN_ON_ENT);
}

static void a_top_level_domain_denied_is_noted(void **state)
{
    (void)state;
    begin("nosuch");
    keep("nosuch", with((struct answer){.flags = ANSWER_SOA, .level = LEVEL_NXDOMAIN}));
    expect_note(finish(OUTCOME_EMPTY, CLASS_NONE), NOTE_NXDOMAIN_TLD);
}

/* Every level must be proven for an absence (RFC 4035 section 3.2.3); a set stands by itself. */
static void dnssec_is_the_sets_or_that_of_all_denials(void **state)
{
    (void)state;
    const struct answer proven = {.flags = ANSWER_AD | ANSWER_SOA, .dnssec = DNSSEC_SECURE};
    const struct answer plain = {.flags = ANSWER_SOA, .dnssec = DNSSEC_UNCHECKED};
    begin("www.org");
    keep("www.org", with(proven));
    keep("org", with(proven));
    const struct record *r = finish(OUTCOME_EMPTY, CLASS_NONE);
    assert_int_equal(r->dnssec, DNSSEC_SECURE);
    assert_int_equal(r->ad, 1);
    begin("www.org");
    keep("www.org", with(plain));
    keep("org", with(proven));
    r = finish(OUTCOME_EMPTY, CLASS_NONE);
    assert_int_equal(r->dnssec, DNSSEC_UNCHECKED);
    assert_int_equal(r->ad, 0);
    begin("www.org");
    keep("www.org", with(plain));
    keep("org", (struct answer_text){.rdata = issue, .rdlen = sizeof issue - 1, .head = proven});
    r = finish(OUTCOME_FOUND, CLASS_NONE);
    assert_int_equal(r->dnssec, DNSSEC_SECURE);
    assert_int_equal(r->ad, 0);
}

static void a_row_without_levels_says_so(void **state)
{
    (void)state;
    begin(".");
    const struct record *r = finish(OUTCOME_EMPTY, CLASS_NONE);
    assert_int_equal(r->level_count, 0);
    assert_int_equal(r->ad, -1);
    assert_int_equal(r->exists, EXISTS_UNKNOWN);
    assert_int_equal(r->own, OUTCOME_EMPTY);
}

static void an_answer_there_was_no_room_for_is_said_to_be_missing(void **state)
{
    (void)state;
    begin("example.org");
    assert_false(job_keep_level(&job, &store, &(struct job_level){.blob = 0}));
    const struct record *r = finish(OUTCOME_INDETERMINATE, CLASS_LOCAL_ERROR);
    assert_int_equal(r->level_count, 1);
    assert_int_equal(r->levels[0].answer->failure, CLASS_LOCAL_ERROR);
    assert_int_equal(r->levels[0].answer->rcode, -1);
    assert_int_equal(r->own, OUTCOME_INDETERMINATE);
    assert_int_equal(r->exists, EXISTS_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_named_from_the_name_up),
        cmocka_unit_test(more_levels_than_fit_inline_are_kept),
        cmocka_unit_test(existence_is_said_of_the_name_itself),
        cmocka_unit_test(each_oddity_is_noted_where_it_was_seen),
        cmocka_unit_test(a_failure_makes_no_statement_about_the_name),
        cmocka_unit_test(malformed_records_are_noted_once),
        cmocka_unit_test(an_empty_non_terminal_denied_is_noted),
        cmocka_unit_test(a_top_level_domain_denied_is_noted),
        cmocka_unit_test(dnssec_is_the_sets_or_that_of_all_denials),
        cmocka_unit_test(a_row_without_levels_says_so),
        cmocka_unit_test(an_answer_there_was_no_room_for_is_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
