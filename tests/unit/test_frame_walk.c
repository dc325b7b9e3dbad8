/* Frames of a record file, whole and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>
#include <zstd.h>

#include "caascan/schema.h"
#include "frame_read.h"
#include "frame_walk.h"

#define FRAMES 3

/* A file as caascan writes it: metadata, then frames, each behind a pzstd header. */
struct file {
    uint8_t octets[4096];
    size_t len;
    size_t ends[1 + FRAMES]; /* where the metadata and each frame end */
};

static void put_u32(struct file *file, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        file->octets[file->len++] = (uint8_t)(value >> 8 * i);
}

static void put_header(struct file *file, size_t announced)
{
    put_u32(file, FRAME_HEADER_MAGIC);
    put_u32(file, 4);
    put_u32(file, (uint32_t)announced);
}

static void put_metadata(struct file *file)
{
    put_header(file, 8 + 2);
    put_u32(file, FRAME_METADATA_MAGIC);
    put_u32(file, 2);
    memcpy(file->octets + file->len, "{}", 2);
    file->len += 2;
}

static void put_frame(struct file *file, const char *content, bool with_header)
{
    uint8_t frame[1024];
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    size_t len = ZSTD_compress2(zstd, frame, sizeof frame, content, strlen(content));
    ZSTD_freeCCtx(zstd);
    assert_false(ZSTD_isError(len));
    if (with_header)
        put_header(file, len);
    memcpy(file->octets + file->len, frame, len);
    file->len += len;
}

static bool count_octets(void *context, const uint8_t *octets, size_t len)
{
    (void)octets;
    *(size_t *)context += len;
    return true;
}

static const char *const contents[FRAMES] = {"{\"a\":1}\n", "{\"b\":22}\n{\"b\":33}\n",
                                             "{\"c\":4}\n"};

static struct file whole_file(bool with_headers)
{
    struct file file = {.len = 0};
    put_metadata(&file);
    file.ends[0] = file.len;
    for (int i = 0; i < FRAMES; i++) {
        put_frame(&file, contents[i], with_headers);
        file.ends[1 + i] = file.len;
    }
    return file;
}

/* What a walk over the first len octets finds, by kind. */
struct found {
    int counts[FRAME_DAMAGED + 1];
    size_t octets; /* in all frames handed out */
};

static struct frame_head head_at(const struct frame_walk *walk, size_t at)
{
    size_t left = walk->len - at;
    struct frame_head head = {.len = left < FRAME_WALK_HEAD_LEN ? left : FRAME_WALK_HEAD_LEN};
    memcpy(head.octets, walk->octets + at, head.len);
    return head;
}

/* What the heads alone tell is what the octets tell, but for damage inside of a frame. */
static void expect_heads_to_agree(struct frame_walk walk, struct frame_walk after,
                                  struct frame frame)
{
    struct frame_head head = head_at(&walk, walk.at);
    size_t end = frame_walk_announced(&walk, &head);
    if (end == 0)
        return;
    struct frame announced;
    head = head_at(&walk, end);
    if (!frame_walk_take(&walk, end, &head, &announced))
        return;
    assert_int_equal(announced.offset, frame.offset);
    assert_int_equal(announced.len, frame.len);
    assert_int_equal(walk.at, after.at);
    assert_int_equal(announced.kind, FRAME_RECORDS);
    assert_true(frame.kind == FRAME_RECORDS || frame.kind == FRAME_DAMAGED);
}

static struct found walk_over(const uint8_t *octets, size_t len)
{
    struct found found = {0};
    struct frame frame;
    struct frame_walk walk = frame_walk_start(octets, len);
    size_t last_end = 0;
    for (struct frame_walk before = walk; frame_walk_next(&walk, &frame); before = walk) {
        expect_heads_to_agree(before, walk, frame);
        assert_true(frame.offset >= last_end);
        assert_true(frame.len <= len - frame.offset);
        last_end = frame.offset + frame.len;
        found.counts[frame.kind]++;
        found.octets += frame.len;
    }
    return found;
}

static void all_frames_are_found_with_and_without_headers(void **state)
{
    (void)state;
    for (int with_headers = 0; with_headers < 2; with_headers++) {
        struct file file = whole_file(with_headers);
        struct found found = walk_over(file.octets, file.len);
        assert_int_equal(found.counts[FRAME_RECORDS], FRAMES);
        assert_int_equal(found.counts[FRAME_METADATA], 1);
        assert_int_equal(found.counts[FRAME_TORN] + found.counts[FRAME_DAMAGED], 0);
    }
}

static void heads_alone_show_the_way(void **state)
{
    (void)state;
    struct file file = whole_file(true);
    struct frame_walk walk = frame_walk_start(file.octets, file.len);
    walk.at = file.ends[0];
    for (int i = 1; i <= FRAMES; i++) {
        struct frame_head head = head_at(&walk, walk.at), behind = head_at(&walk, file.ends[i]);
        struct frame frame;
        assert_int_equal(frame_walk_announced(&walk, &head), file.ends[i]);
        assert_true(frame_walk_take(&walk, file.ends[i], &behind, &frame));
        assert_int_equal(frame.offset + frame.len, file.ends[i]);
    }
    assert_false(frame_walk_next(&walk, &(struct frame){0}));
}

static void two_frames_are_no_frame(void **state)
{
    (void)state;
    struct file file = whole_file(false);
    struct frame_reader reader;
    assert_true(frame_reader_init(&reader));
    size_t got = 0, from = file.ends[0];
    struct frame_sink sink = {count_octets, &got};
    assert_int_equal(frame_read(&reader, file.octets + from, file.ends[1] - from, &sink),
                     FRAME_READ_OK);
    assert_int_equal(got, strlen(contents[0]));
    assert_int_equal(frame_read(&reader, file.octets + from, file.ends[2] - from, &sink),
                     FRAME_READ_DAMAGED);
    assert_int_equal(got, strlen(contents[0]));
    frame_reader_fini(&reader);
}

static void a_cut_file_keeps_its_whole_frames_and_shows_one_torn(void **state)
{
    (void)state;
    struct file file = whole_file(true);
    for (size_t len = 1; len <= file.len; len++) {
        struct found found = walk_over(file.octets, len);
        int whole = 0;
        bool at_an_end = len == file.ends[0];
        for (int i = 1; i <= FRAMES; i++) {
            whole += len >= file.ends[i];
            at_an_end |= len == file.ends[i];
        }
        assert_int_equal(found.counts[FRAME_RECORDS], whole);
        assert_int_equal(found.counts[FRAME_METADATA], len >= file.ends[0]);
        assert_int_equal(found.counts[FRAME_TORN], !at_an_end);
        assert_int_equal(found.counts[FRAME_DAMAGED], 0);
    }
}

/* What a frame holds, to compare. */
struct text {
    char octets[256];
    size_t len;
};

static bool append(void *context, const uint8_t *octets, size_t len)
{
    struct text *text = context;
    assert_true(text->len + len < sizeof text->octets);
    memcpy(text->octets + text->len, octets, len);
    text->len += len;
    return true;
}

/* Reads all whole frames of a file; returns how many gave exactly what was put in. */
static int count_good(struct frame_reader *reader, const struct file *file)
{
    int good = 0;
    struct frame frame;
    struct frame_walk walk = frame_walk_start(file->octets, file->len);
    while (frame_walk_next(&walk, &frame)) {
        struct text text = {.len = 0};
        struct frame_sink sink = {append, &text};
        if (frame.kind != FRAME_RECORDS ||
            frame_read(reader, file->octets + frame.offset, frame.len, &sink) != FRAME_READ_OK)
            continue;
        bool known = false;
        for (int i = 0; i < FRAMES; i++)
            known |= text.len == strlen(contents[i]) && !memcmp(text.octets, contents[i], text.len);
        assert_true(known); /* nothing is ever handed out that was not put in */
        good++;
    }
    return good;
}

static void a_flipped_bit_costs_one_frame_at_the_most(void **state)
{
    (void)state;
    struct frame_reader reader;
    assert_true(frame_reader_init(&reader));
    struct file file = whole_file(true);
    for (size_t at = 0; at < file.len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            file.octets[at] ^= (uint8_t)(1 << bit);
            int good = count_good(&reader, &file);
            if (good < FRAMES - 1)
                fail_msg("bit %d of octet %zu: %d frames left", bit, at, good);
            file.octets[at] ^= (uint8_t)(1 << bit);
        }
    }
    frame_reader_fini(&reader);
}

static void zeros_behind_the_last_frame_are_damage(void **state)
{
    (void)state;
    struct file file = whole_file(true);
    memset(file.octets + file.len, 0, 512);
    struct found found = walk_over(file.octets, file.len + 512);
    assert_int_equal(found.counts[FRAME_RECORDS], FRAMES);
    assert_int_equal(found.counts[FRAME_DAMAGED], 1);
    assert_int_equal(found.counts[FRAME_TORN], 0);
}

static void a_frame_of_an_early_format_is_damage(void **state)
{
    (void)state;
    static const uint8_t empty[] = {0x27, 0xb5, 0x2f, 0xfd, 0, 0, 0xc0, 0, 0}; /* of format 0.7 */
    struct file file = whole_file(true);
    memcpy(file.octets + file.len, empty, sizeof empty);
    struct found found = walk_over(file.octets, file.len + sizeof empty);
    assert_int_equal(found.counts[FRAME_RECORDS], FRAMES);
    assert_int_equal(found.counts[FRAME_DAMAGED] + found.counts[FRAME_TORN], 1);
}

/* The last octets of it are its checksum. */
static void a_huge_frame_is_verified_before_it_is_handed_out(void **state)
{
    (void)state;
    size_t raw_len = 40u << 20;
    char *raw = test_malloc(raw_len);
    memset(raw, 'x', raw_len);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    uint8_t frame[16384];
    size_t len = ZSTD_compress2(zstd, frame, sizeof frame, raw, raw_len);
    assert_false(ZSTD_isError(len));
    ZSTD_freeCCtx(zstd);
    test_free(raw);

    struct frame_reader reader;
    assert_true(frame_reader_init(&reader));
    size_t got = 0;
    struct frame_sink sink = {count_octets, &got};
    assert_int_equal(frame_read(&reader, frame, len, &sink), FRAME_READ_OK);
    assert_int_equal(got, raw_len);
    frame[len - 1] ^= 1;
    got = 0;
    assert_int_equal(frame_read(&reader, frame, len, &sink), FRAME_READ_DAMAGED);
    assert_int_equal(got, 0);
    assert_int_equal(frame_read(&reader, frame, len / 2, &sink), FRAME_READ_DAMAGED);
    assert_int_equal(got, 0);
    frame_reader_fini(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_frames_are_found_with_and_without_headers),
        cmocka_unit_test(heads_alone_show_the_way),
        cmocka_unit_test(two_frames_are_no_frame),
        cmocka_unit_test(a_cut_file_keeps_its_whole_frames_and_shows_one_torn),
        cmocka_unit_test(a_flipped_bit_costs_one_frame_at_the_most),
        cmocka_unit_test(zeros_behind_the_last_frame_are_damage),
        cmocka_unit_test(a_frame_of_an_early_format_is_damage),
        cmocka_unit_test(a_huge_frame_is_verified_before_it_is_handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
