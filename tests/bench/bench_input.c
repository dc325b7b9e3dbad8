/* bench_input.c: how fast a list becomes targets.
 *
 *   bench_input FILE [TIMES]
 *
 * Reads the file TIMES times (default 20) and prints rows per second of the best pass, with time
 * per row, for the file's own format and for bare names with the prefix "www" beside them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "input.h"

static uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t read_all(const struct input_options *options, uint64_t *targets)
{
    static struct input_batch batch;
    struct failure why;
    uint64_t began_ns = clock_ns();
    struct input *input = input_new(options, &why);
    enum input_status status = INPUT_FAILED;
    *targets = 0;
    while (input != NULL && (status = input_read(input, &batch, &why)) == INPUT_MORE)
        *targets += batch.count;
    uint64_t took_ns = clock_ns() - began_ns;
    if (status != INPUT_END) {
        fprintf(stderr, "bench_input: %s\n", why.text);
        exit(1);
    }
    input_free(input);
    return took_ns;
}

static void measure(const char *label, const struct input_options *options, int times)
{
    uint64_t best_ns = UINT64_MAX;
    uint64_t targets = 0;
    for (int i = 0; i < times; i++) {
        uint64_t took_ns = read_all(options, &targets);
        best_ns = took_ns < best_ns ? took_ns : best_ns;
    }
    double rows = (double)targets / (double)options->prefix_count;
    printf("%-10s %10.0f rows %8.2f M rows/s %8.1f ns/row\n", label, rows,
           rows * 1e3 / (double)best_ns, (double)best_ns / rows);
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s FILE [TIMES]\n", argv[0]);
        return 2;
    }
    int times = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 20;
    const char *const prefixes[] = {"", "www"};
    struct input_options options = {.path = argv[1], .prefixes = prefixes, .prefix_count = 1};
    measure("bare", &options, times);
    options.prefix_count = 2;
    measure("bare, www", &options, times);
    return 0;
}
