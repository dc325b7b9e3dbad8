#define _GNU_SOURCE
#include "scan.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "scan_state.h"
#include "sockaddr.h"

#define AUTHORITIES 65536u   /* per worker: servers whose health is remembered */
#define LIMIT_ENTRIES 65536u /* authorities that share one by chance share its rate */
#define IN_FLIGHT_SECONDS 2u
#define SILENCE_NS (5ull * 1000000000)
#define SCAN_FILES                                                                                 \
    16u /* beside the workers': list, output, standard files, loop, what wakes it                  \
         */
#define CHUNKS_PER_WORKER 2u
#define FRAMES_PER_WORKER 8u /* what a writer that waits for a processor is behind */
#define ZSTD_LEVEL 1

/* The reason that came first stays: what follows is often its consequence. */
static bool keep_failure(struct scan *s, const struct failure *why)
{
    if (s->why.kind == FAILURE_NONE)
        s->why = *why;
    return false;
}

/* ---- setting up ---- */

static bool has_route(const struct scan *s, uint8_t family)
{
    const struct resolve_roots *roots = &s->roots.servers;
    for (size_t i = 0; i < roots->glue_count; i++) {
        const struct address *address = &roots->glue[i].address;
        if (address->family == family && sockaddr_has_route(address))
            return true;
    }
    return false;
}

/* A family without a route to any root server is not used: its sends would only fail. */
static bool choose_families(struct scan *s, struct failure *why)
{
    const struct options *o = s->options;
    s->ipv4 = !o->ipv6_only && has_route(s, ADDRESS_IPV4);
    s->ipv6 = !o->ipv4_only && has_route(s, ADDRESS_IPV6);
    if (!s->ipv4 && !s->ipv6)
        failure_set(why, FAILURE_NETWORK, "no route to any root server%s",
                    o->ipv6_only   ? " over IPv6"
                    : o->ipv4_only ? " over IPv4"
                                   : "");
    return s->ipv4 || s->ipv6;
}

static bool find_servers(struct scan *s, struct failure *why)
{
    if (s->options->resolvers == NULL) {
        s->limit_count = LIMIT_ENTRIES;
        return roots_read(&s->roots, s->options->root_hints, why) &&
               (s->options->no_dnssec ||
                anchors_read(&s->anchors, s->options->trust_anchor, why)) &&
               choose_families(s, why);
    }
    bool found = resolvers_from_argument(&s->resolvers, s->options->resolvers, why);
    s->limit_count = s->resolvers.count;
    return found;
}

static bool open_input(struct scan *s, struct failure *why)
{
    const struct options *o = s->options;
    struct input_options options = {.path = o->input,
                                    .format = o->input_format,
                                    .columns = o->column,
                                    .column_count = o->column_count,
                                    .extra = o->extra,
                                    .extra_count = o->extra_count,
                                    .prefixes = o->prefix,
                                    .prefix_count = o->prefix_count};
    s->input = input_new(&options, why);
    return s->input != NULL;
}

static void name_scan(struct scan *s)
{
    const char *list = s->options->input;
    const char *slash = strrchr(list, '/');
    char when[32];
    time_t seconds = (time_t)(s->start_ms / 1000);
    struct tm utc;
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&seconds, &utc));
    if (strcmp(list, "-") == 0)
        list = "stdin";
    else if (slash != NULL)
        list = slash + 1;
    snprintf(s->scan_id, sizeof s->scan_id, "%.400s-%s", list, when);
    s->record_scan =
        (struct record_scan){.scan = s->options->scan_id != NULL ? s->options->scan_id : s->scan_id,
                             .vantage = s->options->vantage,
                             .mode = s->options->resolvers != NULL ? MODE_RESOLVER : MODE_ITERATE,
                             .pass = 1};
}

uint64_t scan_in_flight(const struct scan *s)
{
    const struct options *o = s->options;
    uint64_t most = o->rate_qps > 0 ? o->rate_qps * IN_FLIGHT_SECONDS : o->in_flight;
    return most < o->in_flight ? most : o->in_flight;
}

static struct engine_config engine_part(const struct scan *s, unsigned worker)
{
    const struct options *o = s->options;
    uint64_t names = scan_in_flight(s);
    size_t share = (size_t)(names / s->threads + (worker < names % s->threads));
    return (struct engine_config){.scan = &s->record_scan,
                                  .servers = s->resolvers.list,
                                  .server_count = s->resolvers.count,
                                  .roots = &s->roots.servers,
                                  .anchors = s->anchors.count > 0 ? &s->anchors : NULL,
                                  .authorities = AUTHORITIES,
                                  .server_in_flight = OPTIONS_AUTHORITY_IN_FLIGHT,
                                  .ipv4 = s->ipv4,
                                  .ipv6 = s->ipv6,
                                  .limit = s->limit,
                                  .stats = s->stats != NULL ? &s->stats[worker] : NULL,
                                  .in_flight = share,
                                  .cache_entries = (size_t)o->cache_entries,
                                  .attempts = (uint32_t)o->attempts,
                                  .timeout_ns = o->timeout_ns,
                                  .hash_seed = s->seed,
                                  .epoch_ms = s->start_ms - s->start_ns / 1000000,
                                  .control = !o->no_control,
                                  .mixed_case = o->mixed_case,
                                  .context = o->context,
                                  .all_nameservers = o->all_nameservers,
                                  .alt = o->rfc6844 || o->erratum5065};
}

static bool allocate(struct scan *s, struct failure *why)
{
    size_t stats_len = s->threads * sizeof *s->stats;
    s->limit = aligned_alloc(64, (limit_size(s->limit_count) + 63) / 64 * 64);
    s->stats = aligned_alloc(64, stats_len);
    s->workers = calloc(s->threads, sizeof(struct worker *));
    if (s->limit == NULL || s->stats == NULL || s->workers == NULL) {
        failure_set(why, FAILURE_NETWORK, "no memory for %u workers", s->threads);
        return false;
    }
    memset(s->stats, 0, stats_len);
    limit_init(s->limit, s->limit_count, s->options->rate_qps, options_server_rate(s->options));
    return true;
}

uint64_t scan_files(const struct scan *s, const struct engine_config *engine)
{
    return (uint64_t)worker_files(engine) * s->threads + SCAN_FILES;
}

/* Every socket of every worker may be open at once, TCP included: without them rows would fail. */
static bool raise_file_limit(const struct scan *s, struct failure *why)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return true;
    limit.rlim_cur = limit.rlim_max;
    struct engine_config engine = engine_part(s, 0);
    uint64_t needed = scan_files(s, &engine);
    if (needed > limit.rlim_max) {
        failure_set(why, FAILURE_NETWORK,
                    "%" PRIu64 " files may have to be open, and the limit is %" PRIu64
                    ": raise it (ulimit -n), or lower --threads or --in-flight",
                    needed, (uint64_t)limit.rlim_max);
        return false;
    }
    setrlimit(RLIMIT_NOFILE, &limit);
    return true;
}

/* Those that this process may use (taskset, Slurm); of more than CPU_SETSIZE all count. */
static unsigned cores(void)
{
    cpu_set_t ours;
    if (sched_getaffinity(0, sizeof ours, &ours) == 0)
        return (unsigned)CPU_COUNT(&ours);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

static bool open_workers(struct scan *s, struct failure *why)
{
    if (!raise_file_limit(s, why))
        return false;
    for (unsigned i = 0; i < s->threads; i++) {
        struct worker_options options = {.engine = engine_part(s, i),
                                         .verifier_threads = cores() / s->threads,
                                         .no_trains = s->options->no_segmentation,
                                         .index = i,
                                         .huge_pages = scan_in_flight(s) >= HUGE_PAGES_FROM,
                                         .ended = watch_worker_ended,
                                         .context = &s->watch};
        s->workers[i] = worker_new(&options, why);
        if (s->workers[i] == NULL)
            return false;
        s->buffer_granted = worker_buffer_granted(s->workers[i]);
    }
    return true;
}

static bool open_output(struct scan *s, struct failure *why)
{
    char *metadata = scan_metadata(s, NULL);
    struct output_options options = {.path = s->options->output,
                                     .input_path = s->options->input,
                                     .metadata_json = metadata,
                                     .worker_count = s->threads,
                                     .chunks_per_worker = CHUNKS_PER_WORKER,
                                     .frames_per_worker = FRAMES_PER_WORKER,
                                     .workers_compress = s->threads >= cores(),
                                     .level = ZSTD_LEVEL,
                                     .force = s->options->force};
    if (metadata == NULL)
        failure_set(why, FAILURE_OUTPUT, "no memory for the metadata");
    else
        s->output = output_new(&options, why);
    free(metadata);
    if (s->output == NULL)
        return false;
    s->has_sidecar = output_has_sidecar(s->output);
    if (scan_write_sidecar(s, NULL, why))
        return true;
    s->has_sidecar = false; /* what could not be begun is not ended either */
    return false;
}

/* ---- running ---- */

static void wake_worker(void *context, size_t worker)
{
    struct scan *s = context;
    worker_wake(s->workers[worker]);
}

static void stop(struct scan *s, enum worker_stop how)
{
    s->draining = true;
    feed_stop(s->feed);
    for (unsigned i = 0; i < s->threads; i++)
        worker_stop(s->workers[i], how);
}

static void take_signal(void *context, int number, unsigned count)
{
    struct scan *s = context;
    s->interrupted = number;
    status_break(&s->status);
    if (count == 1)
        fprintf(stderr,
                "caascan: stopping: waiting for the names in flight; once more to end now\n");
    stop(s, count == 1 ? WORKER_DRAIN : WORKER_HALT);
}

/* Rows have failed for good and never has a server said anything: there is nothing to be had. */
static bool nobody_answers(const struct status_snapshot *now)
{
    return now->counter[COUNTER_QUERIES] > 0 && now->counter[COUNTER_REPLIES] == 0 &&
           now->counter[COUNTER_OUTCOME_INDETERMINATE] > 0;
}

static void report_silence(struct scan *s)
{
    char text[ADDRESS_TEXT_MAX];
    struct failure why;
    if (s->resolvers.count == 0) {
        failure_set(&why, FAILURE_NETWORK, "no server answers, the root's included");
        keep_failure(s, &why);
        return;
    }
    size_t len = address_text(&s->resolvers.list[0], text);
    failure_set(&why, FAILURE_NETWORK, "no resolver answers: asked %.*s%s", (int)len, text,
                s->resolvers.count > 1 ? " and others" : "");
    keep_failure(s, &why);
}

/* Rows take their time to fail; whoever waits is told before. */
static void warn_of_silence(struct scan *s, const struct status_snapshot *now)
{
    if (s->warned || now->elapsed_ns < SILENCE_NS || now->counter[COUNTER_QUERIES] == 0 ||
        now->counter[COUNTER_REPLIES] > 0)
        return;
    s->warned = true;
    status_break(&s->status);
    fprintf(stderr, "caascan: no server has answered so far\n");
}

static void take_tick(void *context)
{
    struct scan *s = context;
    struct status_snapshot now = scan_snapshot(s);
    struct failure why;
    if (output_failed(s->output, &why)) {
        keep_failure(s, &why);
        stop(s, WORKER_HALT);
    } else if (!s->draining && nobody_answers(&now)) {
        report_silence(s);
        stop(s, WORKER_DRAIN);
    }
    warn_of_silence(s, &now);
    status_tick(&s->status, &now);
}

static bool run(struct scan *s, struct failure *why)
{
    s->watch = (struct watch){
        .on_signal = take_signal, .on_tick = take_tick, .context = s, .ended_fd = -1};
    if (!watch_init(&s->watch, why))
        return false;
    s->feed = feed_new(s->input, s->threads, wake_worker, s, why);
    if (s->feed == NULL)
        return false;
    atomic_init(&s->watch.running, s->threads);
    unsigned started = 0;
    while (started < s->threads && worker_start(s->workers[started], s->feed, s->output, why))
        started++;
    if (started < s->threads) {
        atomic_fetch_sub(&s->watch.running, s->threads - started);
        keep_failure(s, why);
        stop(s, WORKER_HALT);
    }
    watch_run(&s->watch);
    return started == s->threads;
}

/* ---- ending ---- */

static void close_workers(struct scan *s)
{
    for (unsigned i = 0; s->workers != NULL && i < s->threads; i++) {
        worker_free(s->workers[i]);
        s->workers[i] = NULL;
    }
}

/* Output that was begun is closed whole whatever happened before. */
static void close_output(struct scan *s)
{
    struct failure why = {.kind = FAILURE_NONE};
    struct status_snapshot end = scan_snapshot(s);
    if (s->feed != NULL && feed_failed(s->feed, &why))
        keep_failure(s, &why);
    if (nobody_answers(&end) && s->why.kind == FAILURE_NONE)
        report_silence(s);
    why.kind = FAILURE_NONE;
    struct output_totals totals = output_close(s->output, &why);
    if (why.kind != FAILURE_NONE)
        keep_failure(s, &why);
    why.kind = FAILURE_NONE;
    if (!scan_write_sidecar(s, &totals, &why))
        keep_failure(s, &why);
    s->output = NULL;
    if (s->feed == NULL)
        unlink(s->options->output); /* nothing but metadata is in it */
    else
        scan_report_end(s, &totals);
}

/* Replies that this machine lost cost time-outs, whatever the servers did. */
static void warn_of_drops(const struct scan *s)
{
    uint64_t sums[COUNTER_COUNT] = {0};
    if (s->stats != NULL)
        stats_sum(sums, s->stats, s->threads);
    if (sums[COUNTER_LOCAL_DROPS] > 0)
        fprintf(stderr,
                "caascan: warning: %" PRIu64
                " datagrams were dropped here: each socket has a buffer "
                "of %d octets; raise net.core.rmem_max or lower --in-flight\n",
                sums[COUNTER_LOCAL_DROPS], s->buffer_granted);
}

static void release(struct scan *s)
{
    close_workers(s);
    feed_free(s->feed);
    watch_fini(&s->watch);
    input_free(s->input);
    resolvers_fini(&s->resolvers);
    free(s->workers);
    free(s->limit);
    free(s->stats);
}

static int exit_code(const struct scan *s)
{
    if (s->why.kind != FAILURE_NONE)
        return (int)s->why.kind;
    return s->interrupted != 0 ? 128 + s->interrupted : 0;
}

/* Kept below 2^63, so that any reader of the metadata can hold it. */
static uint64_t draw_seed(void)
{
    uint64_t seed = 0;
    while (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        continue;
    return seed & INT64_MAX;
}

static void setup(struct scan *s, const struct options *options)
{
    s->seed = options->seed_given ? options->seed : draw_seed();
    s->options = options;
    s->threads = options_threads(options, cores());
    if (scan_in_flight(s) < s->threads)
        s->threads = (unsigned)scan_in_flight(s);
    s->start_ms = clock_wall_ms();
    s->start_ns = clock_monotonic_ns();
    s->watch.ended_fd = -1;
    enum status_style style = options->quiet         ? STATUS_SILENT
                              : options->json_status ? STATUS_JSON
                                                     : STATUS_AUTO;
    status_init(&s->status, style, STDERR_FILENO);
    name_scan(s);
}

static int end_dry_run(struct scan *s, bool ready, struct failure *why)
{
    struct engine_config engine = engine_part(s, 0);
    if (!ready || !scan_plan(s, &engine, why)) {
        keep_failure(s, why);
        fprintf(stderr, "caascan: %s\n", s->why.text);
    }
    release(s);
    return exit_code(s);
}

int scan_run(const struct options *options, int argc, char **argv)
{
    struct scan s = {.argv = (const char *const *)argv, .argc = (size_t)argc};
    struct failure why = {.kind = FAILURE_NONE};
    setup(&s, options);
    bool ready = find_servers(&s, &why) && open_input(&s, &why);
    if (options->dry_run)
        return end_dry_run(&s, ready, &why);
    ready = ready && allocate(&s, &why);
    watch_block_signals();
    ready = ready && open_workers(&s, &why) && open_output(&s, &why);
    if (!ready || !run(&s, &why))
        keep_failure(&s, &why);
    feed_join(s.feed);
    close_workers(&s);
    if (s.output != NULL)
        close_output(&s);
    warn_of_drops(&s);
    if (s.why.kind != FAILURE_NONE)
        fprintf(stderr, "caascan: %s\n", s.why.text);
    release(&s);
    return exit_code(&s);
}
