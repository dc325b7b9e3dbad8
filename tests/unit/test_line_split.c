/* Lines from octets that come in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "line_split.h"
#include "record_line.h"

/* The lines handed out, each with a bar behind it. */
struct joined {
    char text[256];
    size_t len;
};

static bool join(void *context, struct caa_text line)
{
    struct joined *joined = context;
    assert_true(joined->len + line.len + 2 < sizeof joined->text);
    if (line.len > 0)
        memcpy(joined->text + joined->len, line.octets, line.len);
    joined->len += line.len;
    joined->text[joined->len++] = '|';
    return true;
}

/* Splits the text in pieces of so many octets. */
static void check(const char *text, size_t piece, const char *head, const char *inner,
                  const char *tail)
{
    struct joined joined = {.len = 0};
    struct line_split split = {.line = join, .context = &joined};
    size_t len = strlen(text);
    for (size_t at = 0; at < len; at += piece) {
        size_t left = len - at;
        assert_true(
            line_split_take(&split, (const uint8_t *)text + at, left < piece ? left : piece));
    }
    assert_true(caa_text_equal(line_fragment_text(&split.head), caa_text_from(head)));
    assert_true(caa_text_equal(line_fragment_text(&split.tail), caa_text_from(tail)));
    assert_int_equal(joined.len, strlen(inner));
    assert_memory_equal(joined.text, inner, joined.len);
    line_fragment_fini(&split.head);
    line_fragment_fini(&split.tail);
}

static void pieces_make_no_difference(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 20; piece++) {
        check("", piece, "", "", "");
        check("no newline", piece, "no newline", "", "");
        check("one\n", piece, "one", "", "");
        check("one\ntwo\nthree\n", piece, "one", "two|three|", "");
        check("one\ntwo\nthr", piece, "one", "two|", "thr");
        check("\n\n\nx", piece, "", "||", "x");
    }
}

static void an_endless_line_is_kept_up_to_what_a_record_may_have(void **state)
{
    (void)state;
    static const uint8_t octets[1u << 20];
    struct line_split split = {.line = join};
    for (int i = 0; i < 20; i++)
        assert_true(line_split_take(&split, octets, sizeof octets));
    assert_int_equal(split.head.len, RECORD_LINE_LEN_MAX + 1);
    line_fragment_fini(&split.head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(an_endless_line_is_kept_up_to_what_a_record_may_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
