/* Damage of every kind to a small record file: it is noticed, or it does no harm. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zstd.h>

#include "caascan/schema.h"
#include "input_audit.h"
#include "read_pool.h"

#define FRAME_COUNT 3
#define ROWS_PER_FRAME 2
#define ROW_COUNT (FRAME_COUNT * ROWS_PER_FRAME)

static const char metadata[] =
    "{\"schema\":\"caascan/1\",\"scan\":\"s\",\"input\":{\"path\":\"list\",\"rows\":6}}";

static uint8_t whole[4096];
static size_t whole_len;

static void put(const void *octets, size_t len)
{
    assert_true(whole_len + len <= sizeof whole);
    memcpy(whole + whole_len, octets, len);
    whole_len += len;
}

static void put_u32(uint32_t value)
{
    const uint8_t octets[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 24)};
    put(octets, sizeof octets);
}

static void put_header(size_t len)
{
    put_u32(FRAME_HEADER_MAGIC);
    put_u32(4);
    put_u32((uint32_t)len);
}

static size_t write_row(char *out, size_t cap, unsigned row)
{
    return (size_t)snprintf(
        out, cap,
        "{\"v\":1,\"scan\":\"s\",\"mode\":\"resolver\",\"vantage\":\"\",\"row\":%u,\"prefix\":\"\","
        "\"pass\":1,\"rank\":null,\"input\":\"n%u.example\",\"extra\":[],\"name\":\"n%u.example\","
        "\"wildcard\":false,\"outcome\":\"found\",\"error_class\":null,\"error_at\":null,"
        "\"error_name\":null,\"exists\":\"yes\",\"own\":\"found\",\"found_at\":\"n%u.example\","
        "\"depth\":0,\"rrset_owner\":\"n%u.example\",\"chain\":[],\"caa\":[{\"flags\":0,"
        "\"tag\":\"issue\",\"value\":\"ca%u.example\",\"ttl\":60,\"rdata_error\":null,"
        "\"rdata\":null}],\"zone\":null,\"ns\":[],\"set_zone\":null,\"set_ns\":[],\"levels\":[],"
        "\"notes\":[],\"control\":[],\"alt\":null,\"dnssec\":\"unchecked\",\"ds\":\"unknown\","
        "\"ad\":null,\"queries\":1,\"retries\":0,\"duration\":0.100000,"
        "\"timestamp\":\"2026-03-01T12:00:00.000Z\"}\n",
        row, row, row, row, row, row);
}

static void put_frame(ZSTD_CCtx *zstd, unsigned first_row)
{
    char lines[4096];
    uint8_t frame[4096];
    size_t len = 0;
    for (unsigned i = 0; i < ROWS_PER_FRAME; i++)
        len += write_row(lines + len, sizeof lines - len, first_row + i);
    size_t frame_len = ZSTD_compress2(zstd, frame, sizeof frame, lines, len);
    assert_false(ZSTD_isError(frame_len));
    put_header(frame_len);
    put(frame, frame_len);
}

static int make_file(void **state)
{
    (void)state;
    put_header(sizeof metadata - 1 + 8);
    put_u32(FRAME_METADATA_MAGIC);
    put_u32(sizeof metadata - 1);
    put(metadata, sizeof metadata - 1);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    for (unsigned i = 0; i < FRAME_COUNT; i++)
        put_frame(zstd, i * ROWS_PER_FRAME + 1);
    ZSTD_freeCCtx(zstd);
    /* What is told of each of some ten thousand broken files would hide the test's own words. */
    return freopen("/dev/null", "w", stderr) != NULL ? 0 : -1;
}

/* What came out of a file: which rows, each with its own name and issuer, and did anybody notice?
 */
struct reading {
    uint64_t rows; /* bit n: row n, as it was written */
    uint64_t wrong;
    bool noticed;
};

static bool take(void *context, const struct record_view *record)
{
    struct reading *reading = context;
    char name[40], issuer[40];
    snprintf(name, sizeof name, "n%d.example", (int)record->row);
    snprintf(issuer, sizeof issuer, "ca%d.example", (int)record->row);
    bool right = record->row <= ROW_COUNT && caa_text_equal(record->name, caa_text_from(name)) &&
                 record->set.count == 1 &&
                 caa_text_equal(record->set.records[0].text, caa_text_from(issuer));
    reading->wrong += !right;
    if (right)
        reading->rows |= UINT64_C(1) << record->row;
    return true;
}

static void read_planned(const struct read_plan *plan, struct reading *reading)
{
    void *contexts[] = {reading};
    struct read_totals totals = {0};
    struct notices warnings = {0};
    struct row_census *census = row_census_new();
    struct read_sink sink = {
        .take = take, .contexts = contexts, .context_count = 1, .census = census};
    enum read_status status = read_pool_run(plan, &sink, &totals);
    assert_true(status == READ_OK || status == READ_UNUSABLE);
    assert_true(input_audit_tell(census, plan, &warnings));
    row_census_free(census);
    reading->noticed =
        status == READ_UNUSABLE ||
        warnings.told + totals.bad_lines + totals.torn_frames + totals.damaged_frames > 0;
    notices_fini(&warnings);
}

static struct reading read_octets(const uint8_t *octets, size_t len)
{
    struct reading reading = {0};
    struct record_file file = {.path = "file", .octets = octets, .len = len};
    struct read_plan plan;
    file.compressed = frame_walk_is_zstd(octets, len);
    if (!file.compressed && octets[0] != '{') {
        reading.noticed = true; /* record_file_open refuses it */
        return reading;
    }
    if (read_plan_init(&plan, &file, 1))
        read_planned(&plan, &reading);
    else
        reading.noticed = true;
    read_plan_fini(&plan);
    return reading;
}

static const uint64_t all_rows = ((UINT64_C(1) << ROW_COUNT) - 1) << 1;

static void a_whole_file_passes_without_a_word(void **state)
{
    (void)state;
    struct reading reading = read_octets(whole, whole_len);
    assert_false(reading.noticed);
    assert_int_equal(reading.wrong, 0);
    assert_int_equal(reading.rows, all_rows);
}

static void any_flipped_bit_is_noticed_or_harmless(void **state)
{
    (void)state;
    uint8_t *octets =
        malloc(whole_len); /* of its own length, so that sanitizers see every overrun */
    for (size_t bit = 0; bit < 8 * whole_len; bit++) {
        memcpy(octets, whole, whole_len);
        octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct reading reading = read_octets(octets, whole_len);
        assert_int_equal(reading.wrong, 0);
        if (!reading.noticed && reading.rows != all_rows)
            fail_msg("bit %zu of octet %zu: rows are missing without a word", bit % 8, bit / 8);
    }
    free(octets);
}

static void any_cut_is_noticed(void **state)
{
    (void)state;
    for (size_t len = 1; len < whole_len; len++) {
        uint8_t *octets = malloc(len);
        memcpy(octets, whole, len);
        struct reading reading = read_octets(octets, len);
        free(octets);
        assert_int_equal(reading.wrong, 0);
        if (!reading.noticed)
            fail_msg("cut at %zu: rows are missing without a word", len);
    }
}

/* Octets put in or taken out move all that stands behind them. */
static void any_octet_too_many_or_too_few_is_noticed_or_harmless(void **state)
{
    (void)state;
    uint8_t *octets = malloc(whole_len + 1);
    for (size_t at = 0; at < whole_len; at++) {
        memcpy(octets, whole, at);
        memcpy(octets + at, whole + at + 1, whole_len - at - 1);
        struct reading less = read_octets(octets, whole_len - 1);
        octets[at] = 0;
        memcpy(octets + at + 1, whole + at, whole_len - at);
        struct reading more = read_octets(octets, whole_len + 1);
        assert_int_equal(less.wrong + more.wrong, 0);
        assert_true(less.noticed || less.rows == all_rows);
        assert_true(more.noticed || more.rows == all_rows);
    }
    free(octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_passes_without_a_word),
        cmocka_unit_test(any_flipped_bit_is_noticed_or_harmless),
        cmocka_unit_test(any_cut_is_noticed),
        cmocka_unit_test(any_octet_too_many_or_too_few_is_noticed_or_harmless),
    };
    return cmocka_run_group_tests(tests, make_file, NULL);
}
