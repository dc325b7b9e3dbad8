/* The external sort gives what a sort in memory gives, whatever memory and threads it has; a run
 * that was changed is never read to its end. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sort_merge.h"
#include "sorter.h"
#include "temp_file.h"

/* xorshift64, so that a seed says it all. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define ENTRY_MAX 3000u
#define OCTETS_MAX 40u

struct sample {
    uint8_t octets[ENTRY_MAX][2 * OCTETS_MAX];
    struct sort_entry entries[ENTRY_MAX];
    size_t count;
};

/* Few letters, so that keys share their beginnings and are often equal; NUL and 255 among them. */
static struct caa_text random_text(uint64_t *state, uint8_t *octets)
{
    static const uint8_t letters[] = {0, 'a', 'b', 255};
    size_t len = next_random(state) % OCTETS_MAX;
    for (size_t i = 0; i < len; i++)
        octets[i] = letters[i < 9 ? 1 : next_random(state) % sizeof letters];
    return caa_text_of(octets, len);
}

static void make_sample(struct sample *sample, uint64_t seed, size_t count)
{
    uint64_t state = seed;
    sample->count = count;
    for (size_t i = 0; i < count; i++) {
        sample->entries[i].key = random_text(&state, sample->octets[i]);
        sample->entries[i].body = random_text(&state, sample->octets[i] + OCTETS_MAX);
    }
}

static int by_entry(const void *left, const void *right)
{
    return sort_entry_order(left, right);
}

static void check_equal(const struct sort_entry *a, const struct sort_entry *b)
{
    assert_true(caa_text_equal(a->key, b->key));
    assert_true(caa_text_equal(a->body, b->body));
}

/* Sorts the sample, which is in order already when it comes back, and returns the runs written. */
static uint64_t check_sample(struct sample *sample, size_t memory, unsigned parts)
{
    struct sorter_options options = {memory, "/tmp", parts};
    struct sorter *sorter = sorter_new(&options);
    assert_non_null(sorter);
    for (size_t i = 0; i < sample->count; i++)
        assert_true(sorter_add(sorter, (unsigned)(i * 7 % parts), &sample->entries[i]));
    assert_true(sorter_finish(sorter));
    if (sample->count > 0)
        qsort(sample->entries, sample->count, sizeof *sample->entries, by_entry);
    struct sort_entry entry;
    for (size_t i = 0; i < sample->count; i++) {
        assert_true(sorter_next(sorter, &entry));
        check_equal(&entry, &sample->entries[i]);
    }
    assert_false(sorter_next(sorter, &entry));
    assert_false(sorter_failed(sorter));
    uint64_t runs = sorter_runs(sorter);
    sorter_free(sorter);
    return runs;
}

static void any_memory_and_any_number_of_parts_give_the_same_order(void **state)
{
    (void)state;
    static struct sample sample;
    static const size_t counts[] = {0, 1, 2, 300, ENTRY_MAX};
    static const size_t memories[] = {1, 2000, 20000, 1u << 20, 8u << 20};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (size_t j = 0; j < sizeof memories / sizeof *memories; j++) {
            for (unsigned parts = 1; parts <= 4; parts += 3) {
                if (memories[j] == 1 && counts[i] > 300)
                    continue;
                make_sample(&sample, 88172645463325252u + i, counts[i]);
                check_sample(&sample, memories[j], parts);
            }
        }
    }
}

static void nothing_is_written_where_all_fits(void **state)
{
    (void)state;
    static struct sample sample;
    make_sample(&sample, 42, ENTRY_MAX);
    assert_int_equal(check_sample(&sample, 8u << 20, 2), 0);
}

/* With memory for two readers and for one entry, n entries are n runs, and n - 2 more before there
 * are but two. */
static void many_runs_are_merged_in_rounds(void **state)
{
    (void)state;
    static struct sample sample;
    uint64_t random = 7;
    sample.count = 300;
    for (size_t i = 0; i < sample.count; i++) {
        sample.octets[i][0] = (uint8_t)next_random(&random);
        sample.entries[i] = (struct sort_entry){caa_text_of(sample.octets[i], 1), {0}};
    }
    assert_int_equal(check_sample(&sample, 1, 1), 300 + 298);
}

static void an_entry_may_be_larger_than_the_memory(void **state)
{
    (void)state;
    static uint8_t octets[300000];
    struct sorter_options options = {1000, "/tmp", 1};
    struct sorter *sorter = sorter_new(&options);
    struct sort_entry small = {caa_text_from("b"), caa_text_from("small")};
    struct sort_entry large = {caa_text_from("a"), caa_text_of(octets, sizeof octets)};
    assert_true(sorter_add(sorter, 0, &small));
    assert_true(sorter_add(sorter, 0, &large));
    assert_true(sorter_add(sorter, 0, &small));
    assert_true(sorter_finish(sorter));
    struct sort_entry entry;
    assert_true(sorter_next(sorter, &entry));
    check_equal(&entry, &large);
    assert_true(sorter_next(sorter, &entry));
    check_equal(&entry, &small);
    assert_true(sorter_next(sorter, &entry));
    assert_false(sorter_next(sorter, &entry));
    sorter_free(sorter);
}

static void a_folder_that_is_not_there_is_a_failure(void **state)
{
    (void)state;
    struct sorter_options options = {1, "/nonexistent", 1};
    struct sorter *sorter = sorter_new(&options);
    struct sort_entry entry = {caa_text_from("a"), {0}};
    assert_true(sorter_add(sorter, 0, &entry));
    assert_false(sorter_add(sorter, 0, &entry));
    assert_true(sorter_failed(sorter));
    assert_false(sorter_finish(sorter));
    sorter_free(sorter);
}

/* Octets in memory as the source of a run. */
static int64_t read_memory(void *context, uint8_t *buffer, size_t len, uint64_t offset)
{
    const struct caa_text *octets = context;
    size_t left = octets->len - (size_t)offset;
    size_t taken = left < len ? left : len;
    memcpy(buffer, octets->octets + offset, taken);
    return (int64_t)taken;
}

/* Reads to the end. The entries read before a failure may be wrong, but then it does fail. */
static enum sort_run_status read_run(struct caa_text octets, const struct sample *sample)
{
    struct sort_run_reader reader;
    struct sort_run_source source = {read_memory, &octets};
    enum sort_run_status status = sort_run_reader_init(&reader, source, 0, octets.len);
    bool same = true;
    size_t count = 0;
    struct sort_entry entry;
    while (status == SORT_RUN_OK && (status = sort_run_read(&reader, &entry)) == SORT_RUN_OK) {
        same =
            same && count < sample->count && sort_entry_order(&entry, &sample->entries[count]) == 0;
        count++;
    }
    sort_run_reader_fini(&reader);
    if (status == SORT_RUN_END)
        assert_true(same && count == sample->count);
    return status;
}

static size_t write_run(const struct sample *sample, uint8_t *octets, size_t cap)
{
    FILE *file = fopen(temp_file_path, "w+b");
    struct sort_run_writer writer;
    assert_non_null(file);
    assert_int_equal(sort_run_writer_init(&writer, fileno(file), 0), SORT_RUN_OK);
    for (size_t i = 0; i < sample->count; i++)
        assert_int_equal(sort_run_write(&writer, &sample->entries[i]), SORT_RUN_OK);
    assert_int_equal(sort_run_close(&writer), SORT_RUN_OK);
    size_t len = fread(octets, 1, cap, file);
    assert_int_equal(len, writer.end);
    sort_run_writer_fini(&writer);
    fclose(file);
    return len;
}

static void a_run_that_was_changed_or_cut_is_refused(void **state)
{
    (void)state;
    static struct sample sample;
    static uint8_t octets[65536];
    make_sample(&sample, 11, 40);
    size_t len = write_run(&sample, octets, sizeof octets);
    assert_int_equal(read_run(caa_text_of(octets, len), &sample), SORT_RUN_END);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(read_run(caa_text_of(octets, cut), &sample), SORT_RUN_BAD);
    unsigned refused = 0;
    for (size_t i = 0; i < len; i++) {
        octets[i] ^= 0x10;
        refused += read_run(caa_text_of(octets, len), &sample) == SORT_RUN_BAD;
        octets[i] ^= 0x10;
    }
    /* A bit may say nothing about the content, as some of the frame's header do. */
    assert_true(refused > len - len / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_memory_and_any_number_of_parts_give_the_same_order),
        cmocka_unit_test(nothing_is_written_where_all_fits),
        cmocka_unit_test(many_runs_are_merged_in_rounds),
        cmocka_unit_test(an_entry_may_be_larger_than_the_memory),
        cmocka_unit_test(a_folder_that_is_not_there_is_a_failure),
        cmocka_unit_test(a_run_that_was_changed_or_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, temp_file_make, temp_file_remove);
}
