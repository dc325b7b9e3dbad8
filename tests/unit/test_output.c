/* The output against a file system that misbehaves: write, ftruncate and fsync are replaced when
 * this program is linked (see CMakeLists.txt), and pass through until a test says otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ldns/sha2.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "caascan/schema.h"
#include "output.h"

enum write_fault { WRITE_WHOLE, WRITE_SHORT_AND_INTERRUPTED, WRITE_FULL_DISK, WRITE_HELD };

#define EVENT_LEN 8u /* of a write to an eventfd, which no fault touches */

static _Atomic int fault;
static _Atomic long room; /* octets until the disk is full */
static _Atomic int fsync_error;
static _Atomic unsigned writes; /* begun */
static _Atomic unsigned whole_writes;

ssize_t __real_write(int fd, const void *octets, size_t len);
ssize_t __wrap_write(int fd, const void *octets, size_t len);
int __real_fsync(int fd);
int __wrap_fsync(int fd);

ssize_t __wrap_write(int fd, const void *octets, size_t len)
{
    if (len == EVENT_LEN)
        return __real_write(fd, octets, len);
    unsigned turn = atomic_fetch_add(&writes, 1);
    while (atomic_load(&fault) == WRITE_HELD)
        sched_yield();
    if (atomic_load(&fault) == WRITE_SHORT_AND_INTERRUPTED) {
        if (turn % 2 == 0) {
            errno = EINTR;
            return -1;
        }
        return __real_write(fd, octets, len < 7 ? len : 7);
    }
    if (atomic_load(&fault) == WRITE_FULL_DISK && (long)len > atomic_load(&room)) {
        if (atomic_load(&room) == 0) {
            errno = ENOSPC;
            return -1;
        }
        len = (size_t)atomic_exchange(&room, 0);
    } else {
        atomic_fetch_sub(&room, (long)len);
    }
    ssize_t n = __real_write(fd, octets, len);
    atomic_fetch_add(&whole_writes, 1);
    return n;
}

int __wrap_fsync(int fd)
{
    if (atomic_load(&fsync_error) == 0)
        return __real_fsync(fd);
    errno = atomic_load(&fsync_error);
    return -1;
}

static char folder[64];
static struct chunk *held; /* by worker 0 of write_words */

static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    atomic_store(&fault, WRITE_WHOLE);
    atomic_store(&fsync_error, 0);
    atomic_store(&writes, 0);
    atomic_store(&whole_writes, 0);
    held = NULL;
    strcpy(folder, "/tmp/test_output.XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

struct octets {
    uint8_t *at;
    size_t len;
};

static struct octets get_file(const char *path)
{
    struct stat st;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    struct octets content = {.at = malloc((size_t)st.st_size + 1), .len = (size_t)st.st_size};
    assert_int_equal(fread(content.at, 1, content.len, file), content.len);
    fclose(file);
    return content;
}

static void assert_file(const char *path, const char *text)
{
    struct octets content = get_file(path);
    assert_int_equal(content.len, strlen(text));
    assert_memory_equal(content.at, text, content.len);
    free(content.at);
}

/* What stock zstd makes of the file; fails unless it is a run of whole frames. */
static struct octets inflate(struct octets file)
{
    struct octets raw = {.at = malloc(1), .len = 0};
    for (size_t at = 0; at < file.len;) {
        size_t frame_len = ZSTD_findFrameCompressedSize(file.at + at, file.len - at);
        assert_false(ZSTD_isError(frame_len));
        unsigned long long len = ZSTD_getFrameContentSize(file.at + at, frame_len);
        raw.at = realloc(raw.at, raw.len + (size_t)len + 1);
        size_t n = ZSTD_decompress(raw.at + raw.len, (size_t)len, file.at + at, frame_len);
        assert_false(ZSTD_isError(n));
        raw.len += n;
        at += frame_len;
    }
    raw.at[raw.len] = '\0';
    return raw;
}

static struct output_options options_for(const char *path)
{
    return (struct output_options){
        .path = path,
        .metadata_json = "{\"schema\":\"caascan/1\"}",
        .worker_count = 1,
        .chunks_per_worker = 2,
        .level = 1,
    };
}

static struct output *open_at(const char *path)
{
    struct output_options options = options_for(path);
    struct failure why = {.kind = FAILURE_NONE};
    struct output *output = output_new(&options, &why);
    if (output == NULL)
        fail_msg("%s", why.text);
    return output;
}

static struct chunk *take(struct output *output, size_t worker, struct chunk *full)
{
    struct chunk *empty = output_swap(output, worker, full);
    while (empty == NULL) {
        sched_yield();
        empty = output_swap(output, worker, NULL);
    }
    assert_int_equal(empty->len, 0);
    assert_int_equal(empty->record_count, 0);
    assert_int_equal(empty->cap, FRAME_RAW_LEN);
    return empty;
}

static void add_record(struct chunk *chunk, const char *text)
{
    chunk->len += (size_t)sprintf((char *)chunk->octets + chunk->len, "%s\n", text);
    chunk->record_count++;
}

static void refused(const struct output_options *options, const char *reason)
{
    struct failure why = {.kind = FAILURE_NONE};
    assert_null(output_new(options, &why));
    assert_int_equal(why.kind, FAILURE_OUTPUT);
    if (strstr(why.text, reason) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", why.text, reason);
}

/* One chunk with one record each. */
static void write_words(struct output *output, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (held == NULL)
            held = take(output, 0, NULL);
        add_record(held, *words);
        held = output_swap(output, 0, held);
    }
}

static void assert_holds(const char *path, const char *text)
{
    struct octets file = get_file(path), raw = inflate(file);
    assert_string_equal((char *)raw.at, text);
    free(raw.at);
    free(file.at);
}

static void a_file_is_metadata_and_frames(void **state)
{
    (void)state;
    static const char *const words[] = {"one", "two", NULL};
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output *output = open_at(path);
    assert_true(output_has_sidecar(output));
    write_words(output, words);
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_NONE);
    assert_int_equal(totals.record_count, 2);
    assert_int_equal(totals.lost_count, 0);
    assert_int_equal(totals.raw_len, 8);
    assert_int_equal(totals.frame_count, 2);
    assert_holds(path, "one\ntwo\n");

    struct octets file = get_file(path);
    uint8_t digest[LDNS_SHA256_DIGEST_LENGTH];
    char hex[65];
    assert_int_equal(totals.file_len, file.len);
    assert_memory_equal(file.at + 20, "{\"schema\":\"caascan/1\"}", 22);
    ldns_sha256(file.at, (unsigned)file.len, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        sprintf(hex + 2 * i, "%02x", digest[i]);
    assert_string_equal(totals.sha256, hex);
    free(file.at);
}

static struct chunk *fill(struct chunk *chunk, size_t len)
{
    memset(chunk->octets, 'x', len);
    chunk->octets[len - 1] = '\n';
    chunk->len = len;
    chunk->record_count = 1;
    return chunk;
}

static void a_chunk_is_a_frame_however_full(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output *output = open_at(path);
    struct chunk *chunk = take(output, 0, NULL);
    chunk = take(output, 0, fill(chunk, FRAME_RAW_LEN));
    chunk = take(output, 0, chunk); /* of an empty chunk there is nothing to write */
    chunk = take(output, 0, fill(chunk, 1));
    output_swap(output, 0, fill(chunk, OUTPUT_CHUNK_LEN));
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_NONE);
    assert_int_equal(totals.record_count, 3);
    assert_int_equal(totals.frame_count, 3);
    struct octets file = get_file(path), raw = inflate(file);
    assert_int_equal(raw.len, totals.raw_len);
    assert_int_equal(raw.len, FRAME_RAW_LEN + 1 + OUTPUT_CHUNK_LEN);
    free(raw.at);
    free(file.at);
}

#define WORKERS 3u
#define RECORDS 3000u

struct worker {
    struct output *output;
    size_t index;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct chunk *chunk = take(worker->output, worker->index, NULL);
    char text[32];
    for (unsigned i = 0; i < RECORDS; i++) {
        snprintf(text, sizeof text, "%zu %u", worker->index, i);
        add_record(chunk, text);
        if (i % (5 + worker->index) == 0)
            chunk = take(worker->output, worker->index, chunk);
    }
    output_swap(worker->output, worker->index, chunk);
    return NULL;
}

static void nothing_is_lost_or_reordered(void **state)
{
    (void)state;
    const char *path = in_folder("out.zst");
    struct output_options options = options_for(path);
    options.worker_count = WORKERS;
    options.chunks_per_worker = 3;
    options.frames_per_worker = 2;
    struct failure why = {.kind = FAILURE_NONE};
    struct output *output = output_new(&options, &why);
    assert_non_null(output);
    pthread_t threads[WORKERS];
    struct worker workers[WORKERS];
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){output, i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(output_close(output, &why).record_count, WORKERS * RECORDS);

    struct octets file = get_file(path), raw = inflate(file);
    unsigned seen[WORKERS] = {0};
    for (char *at = (char *)raw.at; *at != '\0'; at++) {
        unsigned long worker = strtoul(at, &at, 10);
        assert_true(worker < WORKERS);
        assert_int_equal(strtoul(at, &at, 10), seen[worker]++);
        assert_int_equal(*at, '\n');
    }
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(seen[i], RECORDS);
    free(raw.at);
    free(file.at);
}

static void short_and_interrupted_writes_go_on(void **state)
{
    (void)state;
    static const char *const words[] = {"one", "two", "three", NULL};
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    atomic_store(&fault, WRITE_SHORT_AND_INTERRUPTED);
    struct output *output = open_at(path);
    write_words(output, words);
    assert_int_equal(output_close(output, &why).record_count, 3);
    assert_int_equal(why.kind, FAILURE_NONE);
    assert_holds(path, "one\ntwo\nthree\n");
}

static void a_full_disk_leaves_whole_frames(void **state)
{
    (void)state;
    static const char *const before[] = {"one", "two", NULL};
    static const char *const after[] = {"three", "four", NULL};
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output *output = open_at(path);
    write_words(output, before);
    while (atomic_load(&whole_writes) < 3) /* metadata and both frames are there */
        sched_yield();
    assert_false(output_failed(output, NULL));
    atomic_store(&room, 20);
    atomic_store(&fault, WRITE_FULL_DISK);
    write_words(output, after);
    while (!output_failed(output, &why))
        sched_yield();
    assert_non_null(strstr(why.text, "out.zst: write failed: No space left on device"));
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(totals.record_count, 2);
    assert_int_equal(totals.lost_count, 2);
    assert_int_equal(why.kind, FAILURE_OUTPUT);
    assert_non_null(strstr(why.text, "; 2 records could not be written"));
    assert_holds(path, "one\ntwo\n");
}

static void a_disk_full_from_the_start_leaves_nothing(void **state)
{
    (void)state;
    struct output_options options = options_for(in_folder("out.zst"));
    atomic_store(&room, 5);
    atomic_store(&fault, WRITE_FULL_DISK);
    refused(&options, "No space left on device");
    assert_int_equal(access(options.path, F_OK), -1);
    options.path = "/dev/full";
    atomic_store(&fault, WRITE_WHOLE);
    refused(&options, "/dev/full: write failed: No space left on device");
}

static void a_size_limit_is_a_failure_and_no_signal(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct rlimit before, tiny;
    getrlimit(RLIMIT_FSIZE, &before);
    tiny = (struct rlimit){.rlim_cur = 50000, .rlim_max = before.rlim_max};
    struct output *output = open_at(path);
    struct chunk *chunk = take(output, 0, NULL);
    for (unsigned i = 0, r = 1; i < 20000; i++) {
        char text[16];
        r = r * 1103515245u + 12345u;
        snprintf(text, sizeof text, "%08x", r);
        add_record(chunk, text);
    }
    setrlimit(RLIMIT_FSIZE, &tiny);
    take(output, 0, chunk);
    struct output_totals totals = output_close(output, &why);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_non_null(strstr(why.text, "File too large; 20000 records could not be written"));
    assert_int_equal(totals.lost_count, 20000);
    assert_holds(path, "");
}

static void a_failed_sync_is_told(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    struct output *output = open_at(in_folder("out.zst"));
    atomic_store(&fsync_error, EIO);
    output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_OUTPUT);
    assert_non_null(strstr(why.text, "may not be on the disk: Input/output error"));
}

static void existing_files_need_force(void **state)
{
    (void)state;
    static const char *const words[] = {"new", NULL};
    const char *path = in_folder("out.zst");
    struct output_options options = options_for(path);
    struct failure why = {.kind = FAILURE_NONE};
    put_file(path, "old");
    refused(&options, "out.zst: exists already; --force replaces it");
    assert_file(path, "old");
    options.force = true;
    struct output *output = output_new(&options, &why);
    assert_non_null(output);
    write_words(output, words);
    output_close(output, &why);
    assert_holds(path, "new\n");
}

static void an_existing_sidecar_needs_force(void **state)
{
    (void)state;
    struct output_options options = options_for(in_folder("out.zst"));
    put_file(in_folder("out.zst.meta.json"), "{}");
    refused(&options, "out.zst.meta.json: exists already; --force replaces it");
    assert_int_equal(access(options.path, F_OK), -1);
    options.force = true;
    options.input_path = in_folder("out.zst.meta.json");
    refused(&options, "out.zst.meta.json: is the input and would be overwritten");
}

static void the_input_is_never_overwritten(void **state)
{
    (void)state;
    const char *list = in_folder("list.csv"), *link_path = in_folder("link");
    put_file(list, "example.org\n");
    assert_int_equal(link(list, link_path), 0);
    struct output_options options = options_for(link_path);
    options.input_path = list;
    options.force = true;
    refused(&options, "link: is the input and would be overwritten");
    assert_file(list, "example.org\n");
}

static void two_scans_do_not_share_a_file(void **state)
{
    (void)state;
    static const char *const words[] = {"one", NULL};
    const char *path = in_folder("out.zst");
    struct output_options options = options_for(path);
    struct failure why = {.kind = FAILURE_NONE};
    struct output *output = open_at(path);
    options.force = true;
    refused(&options, "out.zst: is being written by another process");
    write_words(output, words);
    output_close(output, &why);
    assert_holds(path, "one\n");
}

static void unwritable_places_are_named(void **state)
{
    (void)state;
    struct output_options options = options_for(in_folder("nowhere/out.zst"));
    refused(&options, "nowhere/out.zst: No such file or directory");
    options.path = folder;
    options.force = true;
    refused(&options, "Is a directory");
}

static void a_closed_pipe_is_a_failure_and_no_signal(void **state)
{
    (void)state;
    static const char *const words[] = {"one", NULL};
    struct failure why = {.kind = FAILURE_NONE};
    int ends[2], saved = dup(STDOUT_FILENO);
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    struct output *output = open_at("-");
    bool sidecar = output_has_sidecar(output);
    close(ends[0]);
    write_words(output, words);
    struct output_totals totals = output_close(output, &why);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(ends[1]);
    assert_false(sidecar);
    assert_int_equal(totals.lost_count, 1);
    assert_non_null(strstr(why.text, "standard output: write failed: Broken pipe"));
}

static void a_swap_does_not_wait_for_the_disk(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output *output = open_at(path);
    atomic_store(&fault, WRITE_HELD);
    struct chunk *first = output_swap(output, 0, NULL);
    assert_ptr_equal(output_swap(output, 0, first), first); /* nothing in it: it comes back */
    add_record(first, "one");
    struct chunk *second = output_swap(output, 0, first);
    assert_non_null(second);
    add_record(second, "two");
    assert_null(output_swap(output, 0, second));
    assert_null(output_swap(output, 0, NULL));
    atomic_store(&fault, WRITE_WHOLE);
    take(output, 0, NULL);
    output_close(output, &why);
    assert_holds(path, "one\ntwo\n");
}

/* The writer is held up at the first chunk: what follows is made into frames by the worker, as many
 * as there is room for, and all of it stands in the file in order. */
static void a_worker_compresses_where_the_writer_is_behind(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output_options options = options_for(path);
    options.frames_per_worker = 2;
    struct output *output = output_new(&options, &why);
    assert_non_null(output);
    atomic_store(&fault, WRITE_HELD);
    struct chunk *first = output_swap(output, 0, NULL);
    add_record(first, "one");
    struct chunk *second = output_swap(output, 0, first);
    assert_ptr_not_equal(second, first);
    for (unsigned i = 0; i < 2; i++) {
        add_record(second, i == 0 ? "two" : "three");
        add_record(second, "and more");
        assert_ptr_equal(output_swap(output, 0, second), second);
        assert_int_equal(second->len, 0);
        assert_int_equal(second->record_count, 0);
    }
    add_record(second, "four");
    assert_null(output_swap(output, 0, second));
    atomic_store(&fault, WRITE_WHOLE);
    take(output, 0, NULL);
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_NONE);
    assert_int_equal(totals.record_count, 6);
    assert_int_equal(totals.frame_count, 4);
    const char *all = "one\ntwo\nand more\nthree\nand more\nfour\n";
    assert_int_equal(totals.raw_len, strlen(all));
    assert_holds(path, all);
}

/* As many as there is room for; what is more is handed over as it is, and then the worker waits. */
static void a_worker_compresses_where_no_core_is_left_for_the_writer(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    const char *path = in_folder("out.zst");
    struct output_options options = options_for(path);
    options.frames_per_worker = 3;
    options.workers_compress = true;
    struct output *output = output_new(&options, &why);
    assert_non_null(output);
    atomic_store(&fault, WRITE_HELD);
    struct chunk *first = output_swap(output, 0, NULL);
    for (unsigned i = 0; i < 3; i++) {
        add_record(first, i == 0 ? "one" : "two");
        assert_ptr_equal(output_swap(output, 0, first), first);
        assert_int_equal(first->len, 0);
    }
    add_record(first, "three");
    struct chunk *second = output_swap(output, 0, first);
    assert_non_null(second);
    assert_ptr_not_equal(second, first);
    add_record(second, "four");
    assert_null(output_swap(output, 0, second));
    atomic_store(&fault, WRITE_WHOLE);
    take(output, 0, NULL);
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_NONE);
    assert_int_equal(totals.record_count, 5);
    assert_int_equal(totals.frame_count, 5);
    assert_holds(path, "one\ntwo\ntwo\nthree\nfour\n");
}

/* The same where the disk is full: every record that is not in the file is counted. */
static void what_a_worker_compressed_is_counted_where_it_is_lost(void **state)
{
    (void)state;
    struct failure why = {.kind = FAILURE_NONE};
    struct output_options options = options_for(in_folder("out.zst"));
    options.frames_per_worker = 8;
    struct output *output = output_new(&options, &why);
    assert_non_null(output);
    atomic_store(&room, 0);
    atomic_store(&fault, WRITE_FULL_DISK);
    struct chunk *chunk = take(output, 0, NULL);
    for (unsigned i = 0; i < 20; i++) {
        add_record(chunk, "lost");
        chunk = take(output, 0, chunk);
    }
    struct output_totals totals = output_close(output, &why);
    assert_int_equal(why.kind, FAILURE_OUTPUT);
    assert_int_equal(totals.record_count, 0);
    assert_int_equal(totals.lost_count, 20);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_metadata_and_frames),
        TEST(a_chunk_is_a_frame_however_full),
        TEST(nothing_is_lost_or_reordered),
        TEST(short_and_interrupted_writes_go_on),
        TEST(a_full_disk_leaves_whole_frames),
        TEST(a_disk_full_from_the_start_leaves_nothing),
        TEST(a_size_limit_is_a_failure_and_no_signal),
        TEST(a_failed_sync_is_told),
        TEST(a_worker_compresses_where_the_writer_is_behind),
        TEST(a_worker_compresses_where_no_core_is_left_for_the_writer),
        TEST(what_a_worker_compressed_is_counted_where_it_is_lost),
        TEST(existing_files_need_force),
        TEST(an_existing_sidecar_needs_force),
        TEST(the_input_is_never_overwritten),
        TEST(two_scans_do_not_share_a_file),
        TEST(unwritable_places_are_named),
        TEST(a_closed_pipe_is_a_failure_and_no_signal),
        TEST(a_swap_does_not_wait_for_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
