/* The multi-perspective rule, by the project's cases and by its phases; what vantages see of one
 * name; places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "br_failure.h"
#include "mpic_judge.h"
#include "mpic_vantages.h"
#include "temp_file.h"

#define REMOTES_MAX 8u

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static enum mpic_result result_of(const json_t *perspective)
{
    static const char *const words[] = {"permit", "deny", "lookup_failure_not_acceptable",
                                        "lookup_failure_acceptable"};
    const char *word = text_of(perspective, "result");
    for (unsigned i = 0; i < MPIC_RESULT_COUNT; i++) {
        if (strcmp(word, words[i]) == 0)
            return i;
    }
    fail_msg("result %s", word);
    return MPIC_DENY;
}

static enum mpic_rir rir_of(const char *word)
{
    for (unsigned i = 0; i < MPIC_RIR_COUNT; i++) {
        if (strcmp(word, mpic_rir_word(i)) == 0)
            return i;
    }
    fail_msg("rir %s", word);
    return MPIC_RIR_COUNT;
}

static unsigned day_of(const char *word)
{
    unsigned day = 0;
    for (; *word != '\0'; word++)
        day = *word == '-' ? day : day * 10 + (unsigned)(*word - '0');
    return day;
}

static void check_rule(const json_t *row)
{
    struct mpic_remote remotes[REMOTES_MAX];
    const json_t *list = json_object_get(row, "remotes");
    size_t count = json_array_size(list);
    assert_true(count <= REMOTES_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *remote = json_array_get(list, i);
        remotes[i] = (struct mpic_remote){result_of(remote), rir_of(text_of(remote, "rir"))};
    }
    struct mpic_verdict verdict = mpic_rule_judge(
        day_of(text_of(row, "date")), result_of(json_object_get(row, "primary")), remotes, count);
    const json_t *allowed = json_object_get(json_object_get(row, "expect"), "issuance_allowed");
    if (mpic_reason_allows(verdict.reason) != json_is_true(allowed))
        fail_msg("%s: %s", text_of(row, "id"), mpic_reason_word(verdict.reason));
    assert_int_equal(verdict.corroborating + verdict.others, count);
}

/* A record whose lookup failed as the case has it. */
static struct record_view failure_of(const json_t *input)
{
    const char *dnssec = text_of(input, "dnssec");
    bool timeout = strcmp(text_of(input, "failure"), "timeout") == 0;
    struct record_view view = {.name = caa_text_from("a.com"),
                               .error_at = caa_text_from("a.com"),
                               .outcome = OUTCOME_INDETERMINATE,
                               .error_class = timeout ? CLASS_TIMEOUT : CLASS_SERVFAIL,
                               .dnssec = DNSSEC_INDETERMINATE,
                               .date = day_of(text_of(input, "date"))};
    view.retries = json_integer_value(json_object_get(input, "retries"));
    if (strcmp(dnssec, "insecure") == 0)
        view.dnssec = DNSSEC_INSECURE;
    else if (strcmp(dnssec, "bogus") == 0)
        view.dnssec = DNSSEC_BOGUS;
    else if (strncmp(dnssec, "secure", 6) == 0)
        view.dnssec = DNSSEC_SECURE;
    if (json_is_false(json_object_get(input, "outside_ca")))
        view.error_class = CLASS_LOCAL_ERROR;
    return view;
}

static void check_failure(const char *id, const json_t *input, bool expected)
{
    struct record_view view = failure_of(input);
    struct octet_buffer stored[2] = {{0}, {0}};
    struct set_form form = {0};
    struct compare_entry entry;
    assert_true(compare_entry_put(&view, 0, (struct caa_text){0}, &form, stored));
    struct sort_entry body = {octet_buffer_text(&stored[0]), octet_buffer_text(&stored[1])};
    assert_true(compare_entry_read(&body, &entry));
    if (entry.failure_permits != expected)
        fail_msg("%s", id);
    octet_buffer_fini(&stored[0]);
    octet_buffer_fini(&stored[1]);
    set_form_fini(&form);
}

/* Those of the Baseline Requirements' other rules that the code has. Returns how many. */
static unsigned check_policy(const json_t *row)
{
    const json_t *input = json_object_get(row, "input"), *expect = json_object_get(row, "expect");
    const json_t *permits = json_object_get(expect, "may_treat_as_permission");
    const json_t *required = json_object_get(expect, "validation_required");
    if (permits != NULL)
        check_failure(text_of(row, "id"), input, json_is_true(permits));
    bool primary = strcmp(text_of(input, "perspective"), "primary") == 0;
    if (required != NULL && primary)
        assert_int_equal(day_of(text_of(input, "date")) >= BR_FAILURE_VALIDATION_DAY,
                         json_is_true(required));
    return permits != NULL || (required != NULL && primary);
}

static void every_case_of_the_rule_holds(void **state)
{
    (void)state;
    FILE *file = fopen(TEST_DATA "/lab/resolution.jsonl", "r");
    assert_non_null(file);
    unsigned rules = 0, policies = 0;
    json_t *row;
    while ((row = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
        if (strcmp(text_of(row, "type"), "mpic") == 0) {
            check_rule(row);
            rules++;
        }
        if (strcmp(text_of(row, "type"), "br_policy") == 0)
            policies += check_policy(row);
        json_decref(row);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    assert_int_equal(rules, 13);
    assert_int_equal(policies, 5);
}

/* P: a remote in APNIC that permits, R: one in RIPE NCC, A: one in ARIN; d: one that denies. */
static void each_phase_has_its_days(void **state)
{
    (void)state;
    static const struct {
        unsigned day;
        const char *remotes;
        enum mpic_reason reason;
    } rows[] = {
        {20250314, "dd", MPIC_REASON_NO_DUTY},
        {20250315, "P", MPIC_REASON_TOO_FEW_REMOTES},
        {20250315, "dd", MPIC_REASON_NOT_ENFORCED},
        {20250914, "dd", MPIC_REASON_NOT_ENFORCED},
        {20250915, "dd", MPIC_REASON_NO_QUORUM},
        {20250915, "Pd", MPIC_REASON_QUORUM},
        {20260314, "PP", MPIC_REASON_QUORUM},
        {20260315, "PP", MPIC_REASON_TOO_FEW_REMOTES},
        {20260315, "PPP", MPIC_REASON_ONE_REGION},
        {20260315, "PRd", MPIC_REASON_QUORUM},
        {20260614, "PRA", MPIC_REASON_QUORUM},
        {20260615, "PRA", MPIC_REASON_TOO_FEW_REMOTES},
        {20260615, "PRdd", MPIC_REASON_NO_QUORUM},
        {20261214, "PRAP", MPIC_REASON_QUORUM},
        {20261215, "PRAP", MPIC_REASON_TOO_FEW_REMOTES},
        {20261215, "PRAdd", MPIC_REASON_NO_QUORUM},
        {20261215, "PRAPdd", MPIC_REASON_QUORUM},
        {20261215, "PRAddd", MPIC_REASON_NO_QUORUM},
        {20300101, "PPPPdd", MPIC_REASON_ONE_REGION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mpic_remote remotes[REMOTES_MAX];
        size_t count = strlen(rows[i].remotes);
        for (size_t j = 0; j < count; j++) {
            char letter = rows[i].remotes[j];
            remotes[j].result = letter == 'd' ? MPIC_DENY : MPIC_PERMIT;
            remotes[j].rir = letter == 'R'   ? MPIC_RIR_RIPE
                             : letter == 'A' ? MPIC_RIR_ARIN
                                             : MPIC_RIR_APNIC;
        }
        struct mpic_verdict verdict = mpic_rule_judge(rows[i].day, MPIC_PERMIT, remotes, count);
        if (verdict.reason != rows[i].reason)
            fail_msg("%u %s is %s", rows[i].day, rows[i].remotes, mpic_reason_word(verdict.reason));
        verdict = mpic_rule_judge(rows[i].day, MPIC_FAILED, remotes, count);
        assert_int_equal(verdict.reason, MPIC_REASON_PRIMARY_FAILED);
    }
}

#define SIDES 4u

/* What each of four vantages sees: "-" no set, "!" a failure, "?" one that a CA may take for
 * permission, else the value of its one issue record. */
struct sight {
    const char *sides[SIDES];
};

static void see(const struct sight *sight, const struct mpic_setup *setup, struct mpic_name *out)
{
    struct compare_entry entries[SIDES];
    struct caa_record records[SIDES];
    struct caa_set sets[SIDES];
    for (unsigned i = 0; i < SIDES; i++) {
        const char *seen = sight->sides[i];
        bool failed = *seen == '!' || *seen == '?', found = !failed && *seen != '-';
        records[i] = caa_record_from_parts(0, caa_text_from("issue"), caa_text_from(seen));
        sets[i] = (struct caa_set){&records[i], found};
        entries[i] = (struct compare_entry){.failure_permits = *seen == '?'};
        entries[i].outcome = failed ? OUTCOME_INDETERMINATE : found ? OUTCOME_FOUND : OUTCOME_EMPTY;
        if (found)
            entries[i].set = caa_text_from(seen);
    }
    mpic_judge_name(setup, entries, sets, out);
}

static void a_name_has_the_class_of_its_worst_ca(void **state)
{
    (void)state;
    static const struct {
        struct sight sight;
        size_t candidates;
        enum mpic_class class;
    } rows[] = {
        {{{"-", "-", "-", "-"}}, 0, MPIC_CLASS_AGREE},
        {{{"a.example", "a.example", "a.example", "a.example"}}, 0, MPIC_CLASS_AGREE},
        {{{"!", "!", "!", "!"}}, 1, MPIC_CLASS_AGREE},
        /* One remote of three misses what the others see: others than the CA hear "no" there. */
        {{{"-", "-", "-", "a.example"}}, 2, MPIC_CLASS_HIDDEN},
        {{{"-", "-", "a.example", "a.example"}}, 2, MPIC_CLASS_BLOCKED},
        {{{"a.example", "-", "-", "-"}}, 2, MPIC_CLASS_PRIMARY_STRICTER},
        {{{"a.example", "a.example", "a.example", "b.example"}}, 3, MPIC_CLASS_HIDDEN},
        {{{"a.example", "b.example", "b.example", "b.example"}}, 3, MPIC_CLASS_BLOCKED},
        {{{";", "-", "-", "-"}}, 1, MPIC_CLASS_PRIMARY_STRICTER},
        {{{"-", "!", "-", "-"}}, 1, MPIC_CLASS_HIDDEN},
        {{{"-", "?", "?", "-"}}, 1, MPIC_CLASS_BLOCKED},
        /* Two identifiers of one operator are one CA. */
        {{{"comodoca.com", "sectigo.com", "sectigo.com", "sectigo.com"}}, 2, MPIC_CLASS_AGREE},
        /* Other words, same permission. */
        {{{"a.example", "A.EXAMPLE", "a.example ", "a.example; x=y"}}, 2, MPIC_CLASS_AGREE},
    };
    struct mpic_setup setup = {
        .day = 20260315,
        .sides = SIDES,
        .rirs = {MPIC_RIR_RIPE, MPIC_RIR_ARIN, MPIC_RIR_APNIC, MPIC_RIR_RIPE}};
    static struct mpic_name name;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        see(&rows[i].sight, &setup, &name);
        if (name.class != rows[i].class || name.count != rows[i].candidates)
            fail_msg("row %zu: %s, %zu CAs", i, mpic_class_word(name.class), name.count);
    }
}

static void one_ca_is_judged_even_where_all_agree(void **state)
{
    (void)state;
    const struct caa_text ca = caa_text_from("A.example");
    struct mpic_setup setup = {
        .day = 20260315,
        .identifiers = &ca,
        .identifier_count = 1,
        .sides = SIDES,
        .rirs = {MPIC_RIR_RIPE, MPIC_RIR_ARIN, MPIC_RIR_APNIC, MPIC_RIR_RIPE}};
    static struct mpic_name name;
    see(&(struct sight){{"a.example", "a.example", "a.example", "a.example"}}, &setup, &name);
    assert_int_equal(name.candidates[0].verdict.reason, MPIC_REASON_QUORUM);
    see(&(struct sight){{";", "-", "-", "-"}}, &setup, &name);
    assert_int_equal(name.candidates[0].verdict.reason, MPIC_REASON_PRIMARY_DENIES);
    see(&(struct sight){{"-", "?", "?", "-"}}, &setup, &name);
    assert_int_equal(name.candidates[0].verdict.reason, MPIC_REASON_NO_QUORUM);
    setup.failures_permit = true;
    see(&(struct sight){{"-", "?", "?", "-"}}, &setup, &name);
    assert_int_equal(name.candidates[0].verdict.reason, MPIC_REASON_QUORUM);
    assert_int_equal(name.candidates[0].results[1], MPIC_FAILED_PERMITS);
    see(&(struct sight){{"-", "!", "!", "-"}}, &setup, &name);
    assert_int_equal(name.candidates[0].verdict.reason, MPIC_REASON_NO_QUORUM);
}

static void vantages_are_read_and_measured(void **state)
{
    (void)state;
    static const char text[] = "lon,\"Vantage\",note,RIR,lat\r\n"
                               "13.4,berlin,\"a, b\",ripe ncc,52.5\r\n"
                               "2.35,paris,,RIPE,48.86\n"
                               ",tokyo,,apnic,\n";
    struct mpic_vantages vantages;
    temp_file_write(text, sizeof text - 1);
    assert_true(mpic_vantages_read(&vantages, temp_file_path));
    assert_int_equal(vantages.count, 3);
    const struct mpic_vantage *berlin = mpic_vantages_find(&vantages, "berlin");
    const struct mpic_vantage *paris = mpic_vantages_find(&vantages, "paris");
    const struct mpic_vantage *tokyo = mpic_vantages_find(&vantages, "tokyo");
    assert_true(berlin->placed && paris->placed && !tokyo->placed);
    assert_int_equal(berlin->rir, MPIC_RIR_RIPE);
    assert_int_equal(tokyo->rir, MPIC_RIR_APNIC);
    assert_null(mpic_vantages_find(&vantages, "Berlin"));
    assert_float_equal(mpic_vantages_km(berlin, paris), 877, 5);
    assert_float_equal(mpic_vantages_km(paris, paris), 0, 0.001);
    mpic_vantages_fini(&vantages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_rule_holds),
        cmocka_unit_test(each_phase_has_its_days),
        cmocka_unit_test(a_name_has_the_class_of_its_worst_ca),
        cmocka_unit_test(one_ca_is_judged_even_where_all_agree),
        cmocka_unit_test(vantages_are_read_and_measured),
    };
    return cmocka_run_group_tests(tests, temp_file_make, temp_file_remove);
}
