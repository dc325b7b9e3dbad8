/* Every row of tests/vectors/vectors.jsonl: what is parsed, permitted, summed up and linted is what
 * the row expects, no more and no less. A failing row is reported with its id; all rows are run. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caa_lint.h"
#include "caa_policy.h"

#define ROWS 189u
#define RECORDS_MAX 512u
#define RDATA_MAX 8192u

struct row {
    const char *id;
    const json_t *expect;
    uint8_t rdata[RECORDS_MAX][RDATA_MAX];
    struct caa_record records[RECORDS_MAX];
    struct caa_set set;
    size_t differences;
};

/* Counts what was compared, so that a key that changes its name can't make a comparison vanish. */
struct compared {
    size_t rows;
    size_t records;
    size_t permits;
    size_t contexts;
    size_t policies;
    size_t lints;
};

static void differ(struct row *row, const char *what, const char *got, const char *want)
{
    printf("%s: %s: got %s, want %s\n", row->id, what, got, want);
    row->differences++;
}

static void expect_bool(struct row *row, const char *what, bool got, const json_t *want)
{
    if (!json_is_boolean(want))
        differ(row, what, "-", "a boolean in the row");
    else if (got != json_is_true(want))
        differ(row, what, got ? "true" : "false", got ? "false" : "true");
}

/* A word that is null in the row where there is none. */
static void expect_word(struct row *row, const char *what, const char *got, const json_t *want)
{
    if (want == NULL)
        differ(row, what, got, "a key in the row");
    const char *word = json_is_string(want) ? json_string_value(want) : "";
    if (strcmp(got, word) != 0)
        differ(row, what, got, word);
}

static void expect_text(struct row *row, const char *what, struct caa_text got, const json_t *want)
{
    if (!json_is_string(want) ||
        !caa_text_equal(got, caa_text_of(json_string_value(want), json_string_length(want))))
        differ(row, what, "another text", json_is_string(want) ? json_string_value(want) : "-");
}

static size_t decode_hex(const char *hex, uint8_t out[RDATA_MAX])
{
    size_t len = strlen(hex) / 2;
    assert_true(len <= RDATA_MAX && strlen(hex) % 2 == 0);
    for (size_t i = 0; i < len; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        char *end;
        out[i] = (uint8_t)strtoul(digits, &end, 16);
        assert_ptr_equal(end, digits + 2);
    }
    return len;
}

static void load_set(struct row *row, const json_t *rrset)
{
    size_t count = json_array_size(rrset);
    assert_true(count <= RECORDS_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *hex = json_string_value(json_object_get(json_array_get(rrset, i), "rdata_hex"));
        assert_non_null(hex);
        size_t len = decode_hex(hex, row->rdata[i]);
        row->records[i] = caa_record_from_rdata(row->rdata[i], len);
    }
    row->set = (struct caa_set){.records = row->records, .count = count};
}

static void check_params(struct row *row, const struct caa_value *value, const json_t *want)
{
    size_t count = 0;
    struct caa_text rest = value->params;
    struct caa_param param;
    while (caa_value_next_param(&rest, &param)) {
        const json_t *pair = json_array_get(want, count++);
        expect_text(row, "parameter tag", param.tag, json_array_get(pair, 0));
        expect_text(row, "parameter value", param.value, json_array_get(pair, 1));
    }
    if (!json_is_array(want) || count != json_array_size(want) || count != value->param_count)
        differ(row, "params", "another number", "as many as in the row");
}

static void check_value(struct row *row, const struct caa_value *value, const json_t *want)
{
    uint8_t folded[RDATA_MAX];
    size_t len = caa_text_fold(value->issuer, folded, sizeof folded);
    expect_text(row, "issuer_domain", caa_text_of(folded, len),
                json_object_get(want, "issuer_domain"));
    check_params(row, value, json_object_get(want, "params"));
    expect_bool(row, "satisfiable_8657", value->satisfiable_8657,
                json_object_get(want, "satisfiable_8657"));
    expect_bool(row, "valid_6844_grammar", value->grammar_6844,
                json_object_get(want, "valid_6844_grammar"));
}

static void check_record(struct row *row, const struct caa_record *record, const json_t *want)
{
    expect_word(row, "rdata_error", rdata_error_word(record->rdata_error),
                json_object_get(want, "rdata_error"));
    expect_word(row, "property", caa_property_word(record->property),
                json_object_get(want, "property"));
    expect_bool(row, "critical", record->critical, json_object_get(want, "critical"));
    expect_word(row, "value_error", caa_value_error_word(record->value_error),
                json_object_get(want, "value_error"));
    const json_t *valid = json_object_get(want, "value_valid");
    if (record->judged)
        expect_bool(row, "value_valid", record->value_error == CAA_VALUE_NONE, valid);
    else if (!json_is_null(valid))
        differ(row, "value_valid", "not judged", "a verdict");
    if (caa_property_is_issue_type(record->property))
        check_value(row, &record->value, want);
    else if (json_object_get(want, "issuer_domain") != NULL)
        differ(row, "issuer_domain", "none", "one");
}

static void check_records(struct row *row, struct compared *compared)
{
    const json_t *want = json_object_get(row->expect, "records");
    if (json_array_size(want) != row->set.count)
        differ(row, "records", "another number", "as many as in the row");
    for (size_t i = 0; i < row->set.count; i++) {
        check_record(row, &row->records[i], json_array_get(want, i));
        compared->records++;
    }
}

static enum caa_kind kind_from(const char *word)
{
    for (unsigned i = 0; i < CAA_KIND_COUNT; i++) {
        if (strcmp(caa_kind_word(i), word) == 0)
            return (enum caa_kind)i;
    }
    fail_msg("no such kind: %s", word);
    return CAA_KIND_COUNT;
}

static bool ask(const struct row *row, const char *name, unsigned supports,
                const struct caa_request *request)
{
    struct caa_text identifier = caa_text_from(name);
    struct caa_ca ca = {.identifiers = &identifier, .identifier_count = 1, .supports = supports};
    return caa_policy_permits(&row->set, &ca, request);
}

static void check_permits(struct row *row, const char *key, unsigned supports,
                          enum caa_param_rule params, struct compared *compared)
{
    json_t *by_ca = json_object_get(row->expect, key);
    const char *ca;
    const char *kind;
    json_t *by_kind;
    json_t *want;
    json_object_foreach (by_ca, ca, by_kind) {
        json_object_foreach (by_kind, kind, want) {
            struct caa_request request = {.kind = kind_from(kind), .params = params};
            char what[128];
            snprintf(what, sizeof what, "%s %s %s", key, ca, kind);
            expect_bool(row, what, ask(row, ca, supports, &request), want);
            compared->permits++;
        }
    }
}

static void check_contexts(struct row *row, struct compared *compared)
{
    const json_t *contexts = json_object_get(row->expect, "permits_ctx");
    for (size_t i = 0; i < json_array_size(contexts); i++) {
        const json_t *context = json_array_get(contexts, i);
        const char *account = json_string_value(json_object_get(context, "account"));
        const char *method = json_string_value(json_object_get(context, "method"));
        const char *kind = json_string_value(json_object_get(context, "kind"));
        const char *ca = json_string_value(json_object_get(context, "ca"));
        assert_true(account != NULL && method != NULL && kind != NULL && ca != NULL);
        struct caa_request request = {.kind = kind_from(kind),
                                      .params = CAA_PARAMS_MATCH,
                                      .account = caa_text_from(account),
                                      .method = caa_text_from(method)};
        char what[256];
        snprintf(what, sizeof what, "permits_ctx %s %s %s", kind, account, method);
        expect_bool(row, what, ask(row, ca, CAA_SUPPORTS_IANA, &request),
                    json_object_get(context, "permits"));
        compared->contexts++;
    }
}

static void check_policy(struct row *row, struct compared *compared)
{
    const json_t *want = json_object_get(row->expect, "policy");
    for (unsigned kind = 0; kind < CAA_KIND_COUNT; kind++) {
        expect_word(row, "policy", caa_policy_word(caa_policy_of(&row->set, (enum caa_kind)kind)),
                    json_object_get(want, caa_kind_word(kind)));
        compared->policies++;
    }
}

static bool is_expected(const json_t *want, const char *name)
{
    for (size_t i = 0; i < json_array_size(want); i++) {
        if (strcmp(json_string_value(json_array_get(want, i)), name) == 0)
            return true;
    }
    return false;
}

static void check_lints(struct row *row, struct compared *compared)
{
    const json_t *want = json_object_get(row->expect, "lints");
    uint64_t lints = caa_lint_set(&row->set);
    size_t found = 0;
    for (unsigned i = 0; i < CAA_LINT_COUNT; i++) {
        bool got = caa_lint_has(lints, (enum caa_lint)i);
        const char *name = caa_lint_name((enum caa_lint)i);
        found += got;
        if (got != is_expected(want, name))
            differ(row, name, got ? "the lint" : "no lint", got ? "none" : "one");
    }
    if (!json_is_array(want) || found != json_array_size(want))
        differ(row, "lints", "another number", "as many as in the row");
    compared->lints += found;
}

static size_t check_row(const json_t *source, struct compared *compared)
{
    static struct row row;
    row.id = json_string_value(json_object_get(source, "id"));
    row.expect = json_object_get(source, "expect");
    row.differences = 0;
    assert_non_null(row.id);
    load_set(&row, json_object_get(source, "rrset"));
    check_records(&row, compared);
    check_permits(&row, "permits", CAA_SUPPORTS_IANA, CAA_PARAMS_IGNORED, compared);
    check_permits(&row, "permits_rfc8657_any", CAA_SUPPORTS_IANA, CAA_PARAMS_SATISFIABLE, compared);
    check_permits(&row, "permits_minimal_ca", CAA_SUPPORTS_MINIMUM, CAA_PARAMS_IGNORED, compared);
    check_contexts(&row, compared);
    check_policy(&row, compared);
    check_lints(&row, compared);
    compared->rows++;
    return row.differences;
}

static void every_row_is_as_expected(void **state)
{
    (void)state;
    FILE *file = fopen(TEST_DATA "/vectors/vectors.jsonl", "rb");
    assert_non_null(file);
    struct compared compared = {0};
    size_t failed = 0;
    json_error_t error;
    json_t *source;
    while ((source = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
        failed += check_row(source, &compared) > 0;
        json_decref(source);
    }
    assert_true(feof(file));
    fclose(file);
    assert_int_equal(failed, 0);
    assert_int_equal(compared.rows, ROWS);
    assert_int_equal(compared.records, 611);
    assert_int_equal(compared.permits, ROWS * 3 * (4 + 2 + 2));
    assert_int_equal(compared.contexts, 32);
    assert_int_equal(compared.policies, ROWS * 4);
    assert_int_equal(compared.lints, 274);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_as_expected)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
