/* Trust anchors, built in and from a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "anchors.h"

#define DIGEST "00000000000000000000000000000000000000000000000000000000000000ff"
#define KSK_2017                                                                                   \
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWX" \
    "gnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/" \
    "EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzu" \
    "DWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="

static struct trust_anchors anchors;
static struct failure why;

static bool read_text(const char *text)
{
    char path[] = "/tmp/test_anchors-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool read = anchors_read(&anchors, path, &why);
    unlink(path);
    return read;
}

/* Where the machine has a file of its own that one counts, so it is told from its text here. */
static void the_roots_ksk_and_its_ds_are_one_anchor(void **state)
{
    (void)state;
    assert_true(read_text(". IN DNSKEY 257 3 8 " KSK_2017 "\n"));
    assert_int_equal(anchors.count, 1);
    struct trust_anchors by_key = anchors;
    assert_true(read_text(
        ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"));
    assert_int_equal(by_key.ds[0].len, anchors.ds[0].len);
    assert_memory_equal(by_key.ds[0].rdata, anchors.ds[0].rdata, anchors.ds[0].len);
}

static void anchors_are_built_in(void **state)
{
    (void)state;
    if (access(ANCHORS_FILE, F_OK) == 0)
        skip();
    assert_true(anchors_read(&anchors, NULL, &why));
    assert_int_equal(anchors.count, 2);
    assert_int_equal(anchors.ds[0].rdata[0] << 8 | anchors.ds[0].rdata[1], 20326);
    assert_int_equal(anchors.ds[1].rdata[0] << 8 | anchors.ds[1].rdata[1], 38696);
}

static void what_cannot_be_an_anchor_is_passed_over(void **state)
{
    (void)state;
    assert_true(read_text("; comment\n"
                          ". 60 IN DS 1 8 2 " DIGEST "\n"
                          "org. DS 2 8 2 " DIGEST "\n"
                          ". DS 3 8 99 " DIGEST "\n"
                          ". DS 4 1 2 " DIGEST "\n"
                          ". DNSKEY 256 3 8 " KSK_2017 "\n"
                          ". DNSKEY 385 3 8 " KSK_2017 "\n"
                          ". NS a.root-servers.net.\n"));
    assert_int_equal(anchors.count, 1);
    assert_int_equal(anchors.ds[0].rdata[1], 1);
}

static void a_file_without_an_anchor_is_refused(void **state)
{
    (void)state;
    assert_false(read_text(". NS a.root-servers.net.\n"));
    assert_int_equal(why.kind, FAILURE_INPUT);
    assert_non_null(strstr(why.text, "no trust anchor"));
    assert_false(read_text(". DS garbage\n"));
    assert_non_null(strstr(why.text, ":1: not a resource record"));
    assert_false(anchors_read(&anchors, "/nowhere/root.key", &why));
    assert_int_equal(why.kind, FAILURE_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roots_ksk_and_its_ds_are_one_anchor),
        cmocka_unit_test(anchors_are_built_in),
        cmocka_unit_test(what_cannot_be_an_anchor_is_passed_over),
        cmocka_unit_test(a_file_without_an_anchor_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
