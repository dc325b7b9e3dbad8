/* bench_output.c: what it costs to compress records, hash the file and write it.
 *
 *   bench_output FILE [TIMES]
 *
 * FILE has records as they are in a record file, unpacked: zstd -dc out.zst > FILE. One worker
 * hands them over as fast as they are taken, TIMES times (default 10), and the file goes to
 * /dev/null. Prints CPU time per record of the best pass, with what it takes to copy the record
 * into its chunk, and the octets that are left of it. Give it one core (taskset), as where all have
 * work: with more, who hands over waits for the writer, and that counts too.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output.h"

struct records {
    uint8_t *octets;
    size_t len;
    uint64_t count;
};

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_output: %s\n", what);
    exit(1);
}

static struct records read_records(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail("can't open the records");
    long len = ftell(file);
    rewind(file);
    struct records r = {.octets = malloc((size_t)len + 1), .len = (size_t)len};
    if (r.octets == NULL || fread(r.octets, 1, r.len, file) != r.len)
        fail("can't read the records");
    fclose(file);
    for (size_t i = 0; i < r.len; i++)
        r.count += r.octets[i] == '\n';
    if (r.len == 0 || r.octets[r.len - 1] != '\n')
        fail("these are no whole lines");
    return r;
}

/* As many whole lines from `at` on as a chunk has room for. */
static size_t lines_len(const struct records *r, size_t at)
{
    size_t left = r->len - at;
    size_t most = left < OUTPUT_CHUNK_LEN ? left : OUTPUT_CHUNK_LEN;
    const uint8_t *last = memrchr(r->octets + at, '\n', most);
    if (last == NULL)
        fail("a line is longer than a chunk");
    return (size_t)(last + 1 - (r->octets + at));
}

static struct chunk *swap(struct output *output, struct chunk *full)
{
    struct chunk *empty = output_swap(output, 0, full);
    while (empty == NULL) {
        sched_yield();
        empty = output_swap(output, 0, NULL);
    }
    return empty;
}

/* Returns the octets of the file. */
static uint64_t write_all(const struct records *r)
{
    struct output_options options = {.path = "/dev/null",
                                     .metadata_json = "{}",
                                     .worker_count = 1,
                                     .chunks_per_worker = 2,
                                     .level = 1};
    struct failure why = {.kind = FAILURE_NONE};
    struct output *output = output_new(&options, &why);
    if (output == NULL)
        fail(why.text);
    struct chunk *chunk = swap(output, NULL);
    for (size_t at = 0, len; at < r->len; at += len) {
        len = lines_len(r, at);
        memcpy(chunk->octets, r->octets + at, len);
        chunk->len = len;
        chunk = swap(output, chunk);
    }
    swap(output, chunk);
    return output_close(output, &why).file_len;
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s FILE [TIMES]\n", argv[0]);
        return 2;
    }
    long times = argc == 3 ? strtol(argv[2], NULL, 10) : 10;
    struct records r = read_records(argv[1]);
    double best_ns = 1e18;
    uint64_t file_len = 0;
    for (long i = 0; i < times; i++) {
        double began_ns = cpu_ns();
        file_len = write_all(&r);
        double took_ns = cpu_ns() - began_ns;
        best_ns = took_ns < best_ns ? took_ns : best_ns;
    }
    double count = (double)r.count;
    printf("%" PRIu64 " records of %.0f octets: %.1f ns and %.2f octets each\n", r.count,
           (double)r.len / count, best_ns / count, (double)file_len / count);
    free(r.octets);
    return 0;
}
