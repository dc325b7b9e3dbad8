#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata.h"
#include "sidecar.h"
#include "stats.h"

static const char *const argv[] = {"caascan", "-i",
                                   ("b\xc3\xbc"
                                    "cher\\.csv"),
                                   "-o", "out.zst"};
static const char *const prefixes[] = {"", "www"};
static const char *const resolvers[] = {"192.0.2.1"};

static struct metadata at_start(void)
{
    return (struct metadata){
        .argv = argv,
        .argc = 5,
        .version = "0.1.0",
        .scan = "list",
        .vantage = "",
        .input = argv[2],
        .input_format = "auto",
        .output = "out.zst",
        .prefixes = prefixes,
        .prefix_count = 2,
        .resolvers = resolvers,
        .resolver_count = 1,
        .limits = {.rate_qps = 1000, .in_flight = 5000, .timeout_ns = 1500000000, .attempts = 4},
        .seed = UINT64_MAX,
        .start_ms = 1700000000123,
        .input_rows = -1,
        .mode = MODE_RESOLVER,
        .erratum5065 = true,
    };
}

static json_t *parsed(const struct metadata *metadata)
{
    char *text = metadata_text(metadata);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    free(text);
    return object;
}

/* The value below a path such as "output.records". */
static json_t *at(json_t *object, const char *path)
{
    char copy[64];
    char *rest = copy;
    assert_true(strlen(path) < sizeof copy);
    strcpy(copy, path);
    while (rest != NULL) {
        const char *key = strsep(&rest, ".");
        object = json_object_get(object, key);
        if (object == NULL)
            fail_msg("no key %s", path);
    }
    return object;
}

static void a_start_says_what_is_planned(void **state)
{
    (void)state;
    struct metadata metadata = at_start();
    json_t *object = parsed(&metadata);
    assert_string_equal(json_string_value(at(object, "schema")), "caascan/1");
    assert_string_equal(json_string_value(at(object, "mode")), "resolver");
    assert_string_equal(json_string_value(at(object, "start")), "2023-11-14T22:13:20.123Z");
    assert_int_equal(json_array_size(at(object, "argv")), 5);
    assert_string_equal(json_string_value(at(object, "input.path")), "b\\195\\188cher\\\\.csv");
    assert_string_equal(json_string_value(json_array_get(at(object, "semantics"), 1)),
                        "erratum5065");
    assert_int_equal(json_array_size(at(object, "prefixes")), 2);
    assert_int_equal(json_integer_value(at(object, "limits.in_flight")), 5000);
    assert_true(json_real_value(at(object, "limits.timeout")) == 1.5);
    assert_false(json_boolean_value(at(object, "complete")));
    assert_true(json_string_length(at(object, "libraries.zstd")) > 0);
    static const char *const unknown[] = {"end",           "shard",          "psl",
                                          "counters",      "input.sha256",   "input.rows",
                                          "output.sha256", "output.records", "output.octets"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_true(json_is_null(at(object, unknown[i])));
    json_decref(object);
}

static void an_end_has_the_totals(void **state)
{
    (void)state;
    uint64_t counters[COUNTER_COUNT] = {0};
    counters[COUNTER_QUERIES] = 77;
    counters[COUNTER_OUTCOME_SKIPPED] = 5;
    counters[COUNTER_CLASS_LOCAL_ERROR] = 6;
    struct output_totals totals = {.record_count = 10, .lost_count = 1, .sha256 = "ab"};
    struct metadata metadata = at_start();
    metadata.end_ms = metadata.start_ms + 1000;
    metadata.counters = counters;
    metadata.peak_memory = 54321;
    metadata.totals = &totals;
    metadata.complete = true;
    metadata.input_rows = 5;
    metadata.input_sha256 = "cd";
    json_t *object = parsed(&metadata);
    assert_string_equal(json_string_value(at(object, "end")), "2023-11-14T22:13:21.123Z");
    assert_true(json_boolean_value(at(object, "complete")));
    assert_int_equal(json_integer_value(at(object, "input.rows")), 5);
    assert_string_equal(json_string_value(at(object, "input.sha256")), "cd");
    assert_int_equal(json_integer_value(at(object, "output.records")), 10);
    assert_int_equal(json_integer_value(at(object, "output.lost")), 1);
    assert_string_equal(json_string_value(at(object, "output.sha256")), "ab");
    assert_int_equal(json_integer_value(at(object, "counters.queries")), 77);
    assert_int_equal(json_integer_value(at(object, "peak_memory")), 54321);
    assert_int_equal(json_integer_value(at(object, "counters.outcomes.skipped")), 5);
    assert_int_equal(json_integer_value(at(object, "counters.error_classes.local_error")), 6);
    assert_int_equal(json_object_size(at(object, "counters.outcomes")), OUTCOME_COUNT);
    assert_int_equal(json_object_size(at(object, "counters.error_classes")), CLASS_COUNT - 1);
    assert_null(json_object_get(at(object, "counters"), "in_flight"));
    json_decref(object);
}

static void read_back(const char *path, char *out, size_t cap)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    out[fread(out, 1, cap - 1, file)] = '\0';
    fclose(file);
}

static void a_sidecar_is_replaced_whole(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_metadata.XXXXXX", output[64], path[96], text[64];
    struct failure why = {.kind = FAILURE_NONE};
    assert_non_null(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/out.zst", folder);
    snprintf(path, sizeof path, "%s/out.zst.meta.json", folder);
    assert_true(sidecar_write(output, "{\"n\":1}", &why));
    assert_true(sidecar_write(output, "{}", &why));
    read_back(path, text, sizeof text);
    assert_string_equal(text, "{}\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
    assert_false(sidecar_write(output, "{}", &why));
    assert_int_equal(why.kind, FAILURE_OUTPUT);
    assert_non_null(strstr(why.text, "out.zst.meta.json: No such file or directory"));
}

static void a_failed_replacement_keeps_the_old_sidecar(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_metadata.XXXXXX", output[64], path[96];
    struct failure why = {.kind = FAILURE_NONE};
    struct stat st;
    assert_non_null(mkdtemp(folder));
    snprintf(output, sizeof output, "%s/out.zst", folder);
    snprintf(path, sizeof path, "%s/out.zst.meta.json", folder);
    assert_int_equal(mkdir(path, 0700), 0); /* a file can't be renamed over a folder */
    assert_false(sidecar_write(output, "{}", &why));
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_says_what_is_planned),
        cmocka_unit_test(an_end_has_the_totals),
        cmocka_unit_test(a_sidecar_is_replaced_whole),
        cmocka_unit_test(a_failed_replacement_keeps_the_old_sidecar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
