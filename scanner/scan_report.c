/* What a scan says of itself: metadata, status, summary. */
#include <stdlib.h>
#include <sys/resource.h>

#include "clock.h"
#include "metadata.h"
#include "scan_state.h"
#include "sidecar.h"

struct status_snapshot scan_snapshot(const struct scan *s)
{
    struct status_snapshot now = {0};
    struct input_progress progress = input_progress(s->input);
    stats_sum(now.counter, s->stats, s->threads);
    now.elapsed_ns = clock_monotonic_ns() - s->start_ns;
    now.due = progress.rows * s->options->prefix_count;
    now.input_read = progress.octets_read;
    now.input_len = progress.octets_total;
    now.input_ended = s->feed != NULL && feed_ended(s->feed);
    now.draining = s->draining;
    return now;
}

/* Has every row of the input its record? Once the workers have ended. */
static bool is_complete(const struct scan *s, const struct status_snapshot *now)
{
    return s->why.kind == FAILURE_NONE && now->input_ended && !s->draining &&
           now->counter[COUNTER_RECORDED] == now->due;
}

/* The resolvers as text, in one block: the pointers, then the texts. NULL where memory is short. */
static const char **resolver_texts(const struct resolvers *r)
{
    size_t head = r->count * sizeof(char *);
    char *block = calloc(1, head + r->count * (ADDRESS_TEXT_MAX + 1));
    if (block == NULL)
        return NULL;
    const char **texts = (const char **)(void *)block;
    for (size_t i = 0; i < r->count; i++) {
        char *text = block + head + i * (ADDRESS_TEXT_MAX + 1);
        address_text(&r->list[i], text);
        texts[i] = text;
    }
    return texts;
}

static struct metadata_limits limits_of(const struct scan *s)
{
    const struct options *o = s->options;
    return (struct metadata_limits){.rate_qps = o->rate_qps,
                                    .server_rate_qps = options_server_rate(o),
                                    .in_flight = scan_in_flight(s),
                                    .timeout_ns = o->timeout_ns,
                                    .attempts = o->attempts,
                                    .threads = s->threads};
}

static uint64_t peak_memory(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024u;
}

static void add_end(const struct scan *s, struct metadata *m, const struct status_snapshot *now,
                    char sha256[65])
{
    input_sha256(s->input, sha256);
    m->end_ms = clock_wall_ms();
    m->peak_memory = peak_memory();
    m->counters = now->counter;
    if (now->input_ended && !s->draining && s->why.kind == FAILURE_NONE) {
        m->input_sha256 = sha256;
        m->input_rows = (int64_t)input_progress(s->input).rows;
    }
}

char *scan_metadata(const struct scan *s, const struct output_totals *totals)
{
    const struct options *o = s->options;
    const char **resolvers = resolver_texts(&s->resolvers);
    if (resolvers == NULL)
        return NULL;
    struct metadata m = {.argv = s->argv,
                         .argc = s->argc,
                         .version = options_version(),
                         .scan = s->record_scan.scan,
                         .vantage = s->record_scan.vantage,
                         .input = o->input,
                         .input_format = options_format_word(o->input_format),
                         .output = o->output,
                         .prefixes = o->prefix,
                         .prefix_count = o->prefix_count,
                         .resolvers = resolvers,
                         .resolver_count = s->resolvers.count,
                         .limits = limits_of(s),
                         .seed = s->seed,
                         .start_ms = s->start_ms,
                         .input_rows = -1,
                         .totals = totals,
                         .mode = s->record_scan.mode,
                         .rfc6844 = o->rfc6844,
                         .erratum5065 = o->erratum5065};
    char sha256[65];
    struct status_snapshot now = scan_snapshot(s);
    if (totals != NULL) {
        add_end(s, &m, &now, sha256);
        m.complete = is_complete(s, &now) && totals->record_count == now.due;
    }
    char *text = metadata_text(&m);
    free(resolvers);
    return text;
}

bool scan_write_sidecar(const struct scan *s, const struct output_totals *totals,
                        struct failure *why)
{
    if (!s->has_sidecar)
        return true;
    char *text = scan_metadata(s, totals);
    bool written = text != NULL && sidecar_write(s->options->output, text, why);
    if (text == NULL)
        failure_set(why, FAILURE_OUTPUT, "no memory for the metadata");
    free(text);
    return written;
}

void scan_report_end(struct scan *s, const struct output_totals *totals)
{
    struct status_summary summary = {.end = scan_snapshot(s),
                                     .output = s->options->output,
                                     .failed = s->why.kind != FAILURE_NONE,
                                     .rows = input_progress(s->input).rows,
                                     .written = totals->record_count,
                                     .output_len = totals->file_len,
                                     .peak_memory = peak_memory()};
    status_finish(&s->status, &summary);
}
