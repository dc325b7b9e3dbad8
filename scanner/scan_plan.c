/* What a scan would do: --dry-run. The list is read to its end; nothing is sent or written. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "footprint.h"
#include "scan_state.h"

#define MIB 1048576.0
#define PROGRAM_OCTETS (9.0 * MIB) /* code, libraries, input, the frame that is made */
#define OUTPUT_OCTETS (3.0 * MIB)  /* of a worker: its chunks, frames and loads */

struct counted {
    uint64_t targets, invalid;
};

static bool count_list(struct scan *s, struct counted *out, struct failure *why)
{
    struct input_batch *batch = malloc(sizeof *batch);
    enum input_status status = INPUT_FAILED;
    if (batch == NULL)
        failure_set(why, FAILURE_INPUT, "no memory to read the list");
    while (batch != NULL && (status = input_read(s->input, batch, why)) == INPUT_MORE) {
        out->targets += batch->count;
        for (size_t i = 0; i < batch->count; i++)
            out->invalid += batch->targets[i].name.len == 0;
    }
    free(batch);
    return status == INPUT_END;
}

static void print_list(const struct scan *s, const struct counted *counted)
{
    printf("list: %s: %" PRIu64 " rows, %" PRIu64 " records, %" PRIu64 " of them without a name\n",
           s->options->input, input_progress(s->input).rows, counted->targets, counted->invalid);
}

static void print_servers(const struct scan *s)
{
    char text[ADDRESS_TEXT_MAX];
    if (s->resolvers.count == 0) {
        printf("asked: authorities, from the roots on, over %s\n", s->ipv4 && s->ipv6
                                                                       ? "IPv4 and IPv6"
                                                                   : s->ipv4 ? "IPv4"
                                                                             : "IPv6");
        return;
    }
    printf("asked: %zu resolvers:", s->resolvers.count);
    for (size_t i = 0; i < s->resolvers.count; i++)
        printf(" %.*s", (int)address_text(&s->resolvers.list[i], text), text);
    printf("\n");
}

static void print_limit(const char *what, uint64_t qps)
{
    if (qps > 0)
        printf("%s: %" PRIu64 " queries a second\n", what, qps);
    else
        printf("%s: no limit\n", what);
}

static void print_limits(const struct scan *s)
{
    const struct options *o = s->options;
    print_limit("rate", o->rate_qps);
    print_limit("rate to one address", options_server_rate(o));
    printf("in flight: %" PRIu64 " names at most\n", scan_in_flight(s));
    printf("a question: %" PRIu64 " attempts, the first for %.3g s\n", o->attempts,
           (double)o->timeout_ns / 1e9);
}

static void print_resources(const struct scan *s, const struct engine_config *engine)
{
    struct footprint f = footprint_of(engine);
    double names = (double)(f.per_name * engine->in_flight) * s->threads;
    double caches = (double)f.caches * s->threads;
    double output = OUTPUT_OCTETS * s->threads;
    if (scan_in_flight(s) >= HUGE_PAGES_FROM)
        output += (double)f.partly * HUGE_PAGE_OCTETS / 2.0 * s->threads;
    unsigned channels = worker_channels(engine->in_flight);
    printf("threads: %u workers, and one each to read, to write and to watch\n", s->threads);
    printf("UDP sockets: %u for each address family\n", channels * s->threads);
    printf("open files: %" PRIu64 " at most, TCP included\n", scan_files(s, engine));
    printf("memory: about %.0f MiB: names in flight %.1f (%zu octets each), caches up to %.1f, "
           "records and program %.1f\n",
           (names + caches + output + PROGRAM_OCTETS) / MIB, names / MIB, f.per_name, caches / MIB,
           (output + PROGRAM_OCTETS) / MIB);
}

/* Some names are answered from what is known, others take several queries. */
static void print_duration(const struct scan *s, const struct counted *counted)
{
    uint64_t names = counted->targets - counted->invalid;
    if (s->options->rate_qps > 0)
        printf("duration: %.0f s with one query for each name\n",
               (double)names / (double)s->options->rate_qps);
}

bool scan_plan(struct scan *s, const struct engine_config *engine, struct failure *why)
{
    struct counted counted = {0};
    if (!count_list(s, &counted, why))
        return false;
    printf("dry run: nothing is sent and nothing is written\n");
    print_list(s, &counted);
    print_servers(s);
    print_limits(s);
    print_resources(s, engine);
    print_duration(s, &counted);
    return true;
}
