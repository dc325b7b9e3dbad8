#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

#include "caascan/schema.h"
#include "frame_write.h"

#define RAW_MAX (600u * 1024u)

static uint32_t u32le(const uint8_t *octets)
{
    return (uint32_t)octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
           (uint32_t)octets[3] << 24;
}

static void assert_header(const uint8_t *octets, size_t len)
{
    assert_true(len > FRAME_HEADER_LEN);
    assert_int_equal(u32le(octets), FRAME_HEADER_MAGIC);
    assert_int_equal(u32le(octets + 4), 4);
    assert_int_equal(u32le(octets + 8), len - FRAME_HEADER_LEN);
}

static void assert_frame(struct frame_write *f, const uint8_t *raw, size_t raw_len)
{
    static uint8_t back[RAW_MAX];
    size_t len = 0;
    const uint8_t *octets = frame_write_records(f, raw, raw_len, &len);
    assert_non_null(octets);
    assert_header(octets, len);
    const uint8_t *frame = octets + FRAME_HEADER_LEN;
    size_t frame_len = len - FRAME_HEADER_LEN;
    assert_int_equal(ZSTD_findFrameCompressedSize(frame, frame_len), frame_len);
    assert_int_equal(ZSTD_getFrameContentSize(frame, frame_len), raw_len);
    assert_int_equal(ZSTD_decompress(back, sizeof back, frame, frame_len), raw_len);
    assert_memory_equal(back, raw, raw_len);
}

/* What no level of zstd makes smaller. */
static void fill(uint8_t *raw, size_t len)
{
    uint32_t r = 1;
    for (size_t i = 0; i < len; i++) {
        r = r * 1664525u + 1013904223u;
        raw[i] = (uint8_t)(r >> 24);
    }
}

static void records_come_back(void **state)
{
    (void)state;
    static uint8_t raw[RAW_MAX];
    fill(raw, sizeof raw);
    for (int level = 1; level <= 19; level += 6) {
        struct frame_write *f = frame_write_new(level, RAW_MAX);
        assert_non_null(f);
        size_t lens[] = {1, 100, 255, 256, 65791, 65792, RAW_MAX - 1, RAW_MAX};
        for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
            assert_frame(f, raw, lens[i]);
        frame_write_free(f);
    }
}

static void a_changed_octet_is_noticed(void **state)
{
    (void)state;
    struct frame_write *f = frame_write_new(1, RAW_MAX);
    static uint8_t raw[RAW_MAX], back[RAW_MAX];
    memset(raw, 'a', sizeof raw);
    size_t len = 0;
    const uint8_t *octets = frame_write_records(f, raw, sizeof raw, &len);
    uint8_t *copy = malloc(len);
    memcpy(copy, octets, len);
    copy[len - 1] ^= 1; /* in the checksum, which ends the frame */
    assert_true(ZSTD_isError(
        ZSTD_decompress(back, sizeof back, copy + FRAME_HEADER_LEN, len - FRAME_HEADER_LEN)));
    free(copy);
    frame_write_free(f);
}

static void metadata_is_a_skippable_frame(void **state)
{
    (void)state;
    static const char json[] = "{\"schema\":\"caascan/1\"}";
    struct frame_write *f = frame_write_new(1, RAW_MAX);
    size_t len = 0;
    const uint8_t *octets = frame_write_metadata(f, json, &len);
    assert_non_null(octets);
    assert_header(octets, len);
    assert_int_equal(u32le(octets + 12), FRAME_METADATA_MAGIC);
    assert_int_equal(u32le(octets + 16), strlen(json));
    assert_int_equal(len, 20 + strlen(json));
    assert_memory_equal(octets + 20, json, strlen(json));
    assert_int_equal(ZSTD_findFrameCompressedSize(octets + 12, len - 12), len - 12);
    frame_write_free(f);
}

static void what_is_too_much_is_refused(void **state)
{
    (void)state;
    struct frame_write *f = frame_write_new(1, 16);
    char text[4096] = "";
    size_t len = 0;
    memset(text, 'x', sizeof text - 1);
    assert_null(frame_write_records(f, (const uint8_t *)text, 17, &len));
    assert_frame(f, (const uint8_t *)text, 16);
    assert_null(frame_write_metadata(f, text, &len));
    frame_write_free(f);
    assert_null(frame_write_new(1000, 16));
    frame_write_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(a_changed_octet_is_noticed),
        cmocka_unit_test(metadata_is_a_skippable_frame),
        cmocka_unit_test(what_is_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
