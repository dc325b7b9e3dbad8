/* What became of a name: sets in their one form, policies in their order, and the classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diff_class.h"

/* A set as "issue ca.example|issuewild ;"; "!" before a tag is the critical bit, "?" alone is
 * malformed RDATA, "?!" the same with the critical bit. An empty text is no set. */
#define RECORD_MAX 8u

struct parsed {
    struct caa_record records[RECORD_MAX];
    struct caa_set set;
};

static struct caa_record record_of(struct caa_text words)
{
    static const uint8_t overrun[] = {0, 9}, critical_overrun[] = {128, 9};
    bool critical = words.octets[0] == '!';
    if (caa_text_equal(words, caa_text_from("?")))
        return caa_record_from_rdata(overrun, sizeof overrun);
    if (caa_text_equal(words, caa_text_from("?!")))
        return caa_record_from_rdata(critical_overrun, sizeof critical_overrun);
    words = caa_text_after(words, critical);
    struct caa_text tag = caa_text_cut(&words, ' ');
    return caa_record_from_parts(critical ? 128 : 0, tag, words);
}

static void parse(const char *text, struct parsed *out)
{
    struct caa_text rest = caa_text_from(text);
    size_t count = 0;
    while (rest.len > 0) {
        assert_true(count < RECORD_MAX);
        out->records[count++] = record_of(caa_text_cut(&rest, '|'));
    }
    out->set = (struct caa_set){out->records, count};
}

static void policies_are_ordered_by_what_they_permit(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        enum policy_order expected;
    } rows[] = {
        /* Everybody, some, nobody. */
        {"", "issue ca.example", POLICY_NARROWER},
        {"issue ca.example", "issue ;", POLICY_NARROWER},
        {"issue ;", "", POLICY_WIDER},
        {"", "iodef mailto:a@b.example", POLICY_SAME},
        {"issue ;", "issue %%", POLICY_SAME},
        {"issue ;", "!future x", POLICY_NARROWER},
        {"!future x", "?!", POLICY_SAME},
        {"", "?", POLICY_SAME},
        {"issue a.example", "issue a.example|?", POLICY_SAME},
        /* Issuers. */
        {"issue a.example", "issue A.Example", POLICY_SAME},
        {"issue a.example", "issue a.example|issue b.example", POLICY_WIDER},
        {"issue a.example|issue b.example", "issue b.example", POLICY_NARROWER},
        {"issue a.example", "issue b.example", POLICY_OTHER},
        {"issue a.example", "issue a.example|issue ;", POLICY_SAME},
        {"issue sectigo.com", "issue comodoca.com", POLICY_SAME},
        {"issue letsencrypt.org", "issue digicert.com", POLICY_OTHER},
        /* Kinds. */
        {"issue a.example", "issue a.example|issuewild a.example", POLICY_SAME},
        {"issue a.example", "issue a.example|issuewild ;", POLICY_NARROWER},
        {"issue a.example", "issuewild a.example", POLICY_WIDER},
        {"issue a.example|issuewild ;", "issue ;|issuewild a.example", POLICY_OTHER},
        {"issue a.example", "issue a.example|issuemail ;", POLICY_NARROWER},
        {"issuevmc a.example", "issuemail a.example", POLICY_OTHER},
        /* Parameters of RFC 8657. */
        {"issue a.example", "issue a.example; accounturi=https://a.example/1", POLICY_NARROWER},
        {"issue a.example; accounturi=https://a.example/1",
         "issue a.example; accounturi=https://a.example/2", POLICY_OTHER},
        {"issue a.example; accounturi=https://a.example/1",
         "issue a.example; AccountURI=https://a.example/1", POLICY_SAME},
        {"issue a.example; validationmethods=dns-01",
         "issue a.example; validationmethods=http-01,dns-01", POLICY_WIDER},
        {"issue a.example; validationmethods=dns-01|issue a.example; validationmethods=http-01",
         "issue a.example; validationmethods=http-01,dns-01", POLICY_SAME},
        {"issue a.example; validationmethods=dns-01",
         "issue a.example; accounturi=https://a.example/1", POLICY_OTHER},
        {"issue a.example; validationmethods=dns-01",
         "issue a.example; validationmethods=dns-01; accounturi=https://a.example/1",
         POLICY_NARROWER},
        {"issue a.example; validationmethods=", "issue ;", POLICY_SAME},
        {"issue a.example", "issue a.example; accounturi=no-uri", POLICY_NARROWER},
        /* Parameters that are the issuer's own. */
        {"issue a.example; policy=ev", "issue a.example; policy=dv", POLICY_OTHER},
        {"issue a.example", "issue a.example; policy=ev", POLICY_OTHER},
        {"issue a.example; policy=ev", "issue a.example; Policy=ev", POLICY_SAME},
        {"issue a.example; policy=ev", "issue ;", POLICY_NARROWER},
    };
    static const enum policy_order back[] = {POLICY_SAME, POLICY_NARROWER, POLICY_WIDER,
                                             POLICY_OTHER};
    struct parsed from, to;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        parse(rows[i].from, &from);
        parse(rows[i].to, &to);
        enum policy_order order = policy_order_of(&from.set, &to.set);
        if (order != rows[i].expected)
            fail_msg("%s -> %s is %s", rows[i].from, rows[i].to, policy_order_word(order));
        assert_int_equal(policy_order_of(&to.set, &from.set), back[order]);
        assert_int_equal(policy_order_of(&to.set, &to.set), POLICY_SAME);
    }
}

static void too_many_issuers_are_not_ordered(void **state)
{
    (void)state;
    static struct caa_record records[POLICY_ORDER_GRANTS_MAX + 2];
    static char values[POLICY_ORDER_GRANTS_MAX + 2][24];
    for (unsigned i = 0; i < POLICY_ORDER_GRANTS_MAX + 2; i++) {
        snprintf(values[i], sizeof values[i], "ca%u.example", i);
        records[i] = caa_record_from_parts(0, caa_text_from("issue"), caa_text_from(values[i]));
    }
    struct caa_set fewer = {records, POLICY_ORDER_GRANTS_MAX};
    struct caa_set less = {records, POLICY_ORDER_GRANTS_MAX - 1};
    struct caa_set many = {records, POLICY_ORDER_GRANTS_MAX + 2};
    assert_int_equal(policy_order_of(&fewer, &less), POLICY_NARROWER);
    assert_int_equal(policy_order_of(&less, &many), POLICY_OTHER);
    assert_int_equal(policy_order_of(&many, &less), POLICY_OTHER);
}

static void put_form(const char *text, struct octet_buffer *out)
{
    struct set_form form = {0};
    struct parsed parsed;
    parse(text, &parsed);
    out->len = 0;
    set_form_put(&form, &parsed.set, out);
    assert_false(out->no_memory);
    set_form_fini(&form);
}

static void sets_that_say_the_same_have_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"issue a.example|issuewild ;", "issuewild ;|issue a.example", true},
        {"issue a.example|issue a.example", "issue a.example", true},
        {"ISSUE A.example ", "issue a.EXAMPLE", true},
        {"issue a.example;  b=C ; D=e", "issue a.example; b=C; d=e", true},
        {"issue ", "issue ;", true},
        {"issue ;a=b", "issue ; a=b", true},
        {"issue a.example; b=C", "issue a.example; b=c", false},
        {"issue a.example", "!issue a.example", false},
        {"issue bad issuer", "issue BAD issuer", false},
        {"iodef mailto:A@b.example", "iodef mailto:a@b.example", false},
        {"?", "?!", false},
        {"?", "", false},
        {"issue a.example", "issue a.example|?", false},
    };
    struct octet_buffer a = {0}, b = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_form(rows[i].a, &a);
        put_form(rows[i].b, &b);
        if (caa_text_equal(octet_buffer_text(&a), octet_buffer_text(&b)) != rows[i].same)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    }
    octet_buffer_fini(&a);
    octet_buffer_fini(&b);
}

/* A form that was read and put again is the same, and permits the same. */
static void a_form_is_read_as_the_set_that_it_is(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "issue a.example",
        "issue ;|issuewild a.example; accounturi=https://a.example/1|iodef mailto:x@a.example",
        "?|?!|issue bad issuer|!future \x01\xff",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct octet_buffer form = {0}, again = {0};
        struct set_records read = {0};
        struct set_form scratch = {0};
        struct parsed parsed;
        parse(texts[i], &parsed);
        put_form(texts[i], &form);
        assert_true(set_records_read(&read, octet_buffer_text(&form)));
        assert_int_equal(policy_order_of(&parsed.set, &read.set), POLICY_SAME);
        set_form_put(&scratch, &read.set, &again);
        assert_true(caa_text_equal(octet_buffer_text(&form), octet_buffer_text(&again)));
        for (size_t cut = 1; cut < form.len; cut++)
            set_records_read(&read, caa_text_of(form.octets, cut));
        set_form_fini(&scratch);
        set_records_fini(&read);
        octet_buffer_fini(&form);
        octet_buffer_fini(&again);
    }
}

static void check_text(const char *set, bool masked, const char *expected)
{
    struct octet_buffer out = {0};
    struct parsed parsed;
    parse(set, &parsed);
    set_form_put_text(&parsed.set, masked, &out);
    octet_buffer_put_number(&out, 0, 1);
    assert_string_equal((const char *)out.octets, expected);
    octet_buffer_fini(&out);
}

static void the_text_of_a_set_prints_and_masks_what_is_personal(void **state)
{
    (void)state;
    check_text("", false, "empty");
    check_text("issue a.example|!future x\ny", false, "0 issue a.example | 128 future x\\010y");
    check_text("issue a\\b", false, "0 issue a\\092b");
    check_text("?!", false, "128 tag_overrun");
    check_text("iodef mailto:me@a.example|contactphone +1", true, "0 iodef * | 0 contactphone *");
    check_text("issue a.example; accounturi=https://a.example/1; policy=ev", true,
               "0 issue a.example; accounturi=*; policy=ev");
    check_text("issue a.example; accounturi=https://a.example/1", false,
               "0 issue a.example; accounturi=https://a.example/1");
}

/* One side of a name, as short as a test wants it. */
struct side {
    enum outcome outcome;
    const char *found_at, *owner;
    const char *set;
    bool inconsistent;
};

static struct compare_entry entry_of(const struct side *side, struct octet_buffer *form)
{
    put_form(side->set != NULL ? side->set : "", form);
    struct compare_entry entry = {.name = caa_text_from("www.a.com"),
                                  .outcome = side->outcome,
                                  .inconsistent = side->inconsistent,
                                  .set = octet_buffer_text(form)};
    if (side->outcome == OUTCOME_FOUND) {
        entry.found_at = caa_text_from(side->found_at);
        entry.rrset_owner = caa_text_from(side->owner != NULL ? side->owner : side->found_at);
    }
    return entry;
}

#define FOUND(at, set)                                                                             \
    {                                                                                              \
        OUTCOME_FOUND, at, NULL, set, false                                                        \
    }
#define EMPTY                                                                                      \
    {                                                                                              \
        OUTCOME_EMPTY, NULL, NULL, NULL, false                                                     \
    }
#define FAILED                                                                                     \
    {                                                                                              \
        OUTCOME_INDETERMINATE, NULL, NULL, NULL, false                                             \
    }
#define SKIPPED                                                                                    \
    {                                                                                              \
        OUTCOME_SKIPPED, NULL, NULL, NULL, false                                                   \
    }

static void the_class_of_a_name(void **state)
{
    (void)state;
    static const struct {
        struct side from, to;
        enum diff_class class;
    } rows[] = {
        {EMPTY, EMPTY, DIFF_UNCHANGED},
        {EMPTY, FOUND("a.com", "issue ;"), DIFF_ADDED},
        {FOUND("a.com", "issue ;"), EMPTY, DIFF_REMOVED},
        {FOUND("a.com", "issue a.b"), FOUND("a.com", "issue A.B"), DIFF_UNCHANGED},
        {FOUND("a.com", "issue a.b"), FOUND("a.com", "issue ;"), DIFF_NARROWED},
        {FOUND("a.com", "issue ;"), FOUND("a.com", "issue a.b"), DIFF_WIDENED},
        {FOUND("a.com", "issue a.b"), FOUND("a.com", "issue b.a"), DIFF_CHANGED},
        {FOUND("a.com", "issue a.b"), FOUND("a.com", "issue a.b|iodef mailto:x@a.com"),
         DIFF_CHANGED},
        {FOUND("a.com", "issue a.b"), FOUND("www.a.com", "issue a.b"), DIFF_MOVED},
        {FOUND("a.com", "issue a.b"), FOUND("www.a.com", "issue a.b|issuewild a.b"), DIFF_MOVED},
        {FOUND("a.com", "issue a.b"), FOUND("www.a.com", "issue ;"), DIFF_NARROWED},
        {FOUND("a.com", "issue a.b"),
         {OUTCOME_FOUND, "a.com", "cdn.example", "issue a.b", false},
         DIFF_MOVED},
        {FAILED, FAILED, DIFF_STILL_FAILING},
        {FAILED, EMPTY, DIFF_BACK},
        {FAILED, FOUND("a.com", "issue ;"), DIFF_BACK},
        {EMPTY, FAILED, DIFF_NEWLY_FAILING},
        {FOUND("a.com", "issue ;"), FAILED, DIFF_NEWLY_FAILING},
        {SKIPPED, EMPTY, DIFF_NOT_ASKED},
        {FAILED, SKIPPED, DIFF_NOT_ASKED},
        /* Where servers disagree a change is no change; a failure stays one. */
        {{OUTCOME_EMPTY, NULL, NULL, NULL, true}, FOUND("a.com", "issue ;"), DIFF_INCONSISTENT},
        {FOUND("a.com", "issue a.b"),
         {OUTCOME_FOUND, "a.com", NULL, "issue ;", true},
         DIFF_INCONSISTENT},
        {{OUTCOME_EMPTY, NULL, NULL, NULL, true}, EMPTY, DIFF_UNCHANGED},
        {{OUTCOME_EMPTY, NULL, NULL, NULL, true}, FAILED, DIFF_NEWLY_FAILING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct octet_buffer forms[2] = {{0}, {0}};
        struct set_records read[2] = {{0}, {0}};
        struct compare_entry from = entry_of(&rows[i].from, &forms[0]);
        struct compare_entry to = entry_of(&rows[i].to, &forms[1]);
        assert_true(set_records_read(&read[0], from.set) && set_records_read(&read[1], to.set));
        struct caa_set sets[2] = {read[0].set, read[1].set};
        struct diff_verdict verdict = diff_class_of(&from, &to, sets);
        if (verdict.class != rows[i].class)
            fail_msg("row %zu is %s", i, diff_class_word(verdict.class));
        bool ordered = from.outcome <= OUTCOME_EMPTY && to.outcome <= OUTCOME_EMPTY;
        assert_int_equal(verdict.ordered, ordered);
        for (size_t side = 0; side < 2; side++) {
            set_records_fini(&read[side]);
            octet_buffer_fini(&forms[side]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_are_ordered_by_what_they_permit),
        cmocka_unit_test(too_many_issuers_are_not_ordered),
        cmocka_unit_test(sets_that_say_the_same_have_one_form),
        cmocka_unit_test(a_form_is_read_as_the_set_that_it_is),
        cmocka_unit_test(the_text_of_a_set_prints_and_masks_what_is_personal),
        cmocka_unit_test(the_class_of_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
