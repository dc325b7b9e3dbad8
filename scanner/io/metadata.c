#include "metadata.h"

#include <event2/event.h>
#include <inttypes.h>
#include <jansson.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "caascan/schema.h"
#include "stats.h"

/* Octets outside of printable ASCII become \DDD and a backslash two, as in the records. */
static json_t *text(const char *octets)
{
    size_t len = strlen(octets);
    char *escaped = malloc(4 * len + 1);
    if (escaped == NULL)
        return NULL;
    char *at = escaped;
    for (size_t i = 0; i < len; i++) {
        unsigned char octet = (unsigned char)octets[i];
        if (octet == '\\') {
            *at++ = '\\';
            *at++ = '\\';
        } else if (octet >= 0x20 && octet <= 0x7e) {
            *at++ = (char)octet;
        } else {
            at += sprintf(at, "\\%03u", (unsigned)octet);
        }
    }
    *at = '\0';
    json_t *value = json_string(escaped);
    free(escaped);
    return value;
}

static json_t *text_or_null(const char *octets)
{
    return octets != NULL ? text(octets) : json_null();
}

static json_t *texts(const char *const *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(array, text(list[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *count(uint64_t n)
{
    return json_integer(n <= INT64_MAX ? (json_int_t)n : INT64_MAX);
}

static json_t *timestamp(uint64_t ms)
{
    if (ms == 0)
        return json_null();
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    char day[32], whole[48];
    if (gmtime_r(&seconds, &utc) == NULL || strftime(day, sizeof day, "%FT%T", &utc) == 0)
        return json_null();
    snprintf(whole, sizeof whole, "%s.%03uZ", day, (unsigned)(ms % 1000));
    return json_string(whole);
}

static json_t *host_name(void)
{
    char name[256] = "";
    return gethostname(name, sizeof name - 1) == 0 ? text(name) : json_null();
}

static json_t *semantics(const struct metadata *m)
{
    const char *words[3] = {"rfc8659"};
    size_t word_count = 1;
    if (m->rfc6844)
        words[word_count++] = "rfc6844";
    if (m->erratum5065)
        words[word_count++] = "erratum5065";
    return texts(words, word_count);
}

static json_t *input(const struct metadata *m)
{
    return json_pack("{s:o, s:s, s:o, s:o}", "path", text(m->input), "format", m->input_format,
                     "sha256", text_or_null(m->input_sha256), "rows",
                     m->input_rows >= 0 ? json_integer(m->input_rows) : json_null());
}

static json_t *limits(const struct metadata_limits *l)
{
    return json_pack("{s:o, s:o, s:o, s:f, s:o, s:o}", "rate", count(l->rate_qps), "server_rate",
                     count(l->server_rate_qps), "in_flight", count(l->in_flight), "timeout",
                     (double)l->timeout_ns / 1e9, "attempts", count(l->attempts), "threads",
                     count(l->threads));
}

static json_t *libraries(void)
{
    return json_pack("{s:s, s:s, s:s}", "zstd", ZSTD_versionString(), "libevent",
                     event_get_version(), "ldns", ldns_version());
}

static json_t *output(const struct metadata *m)
{
    const struct output_totals *t = m->totals;
    if (t == NULL)
        return json_pack("{s:o, s:n, s:n, s:n, s:n, s:n, s:n}", "path", text(m->output), "records",
                         "lost", "frames", "raw_octets", "octets", "sha256");
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "path", text(m->output), "records",
                     count(t->record_count), "lost", count(t->lost_count), "frames",
                     count(t->frame_count), "raw_octets", count(t->raw_len), "octets",
                     count(t->file_len), "sha256", t->sha256);
}

static json_t *counters_from(const uint64_t *sums, unsigned first, unsigned end)
{
    json_t *object = json_object();
    for (unsigned c = first; c < end; c++) {
        if (stats_is_gauge((enum counter)c))
            continue;
        if (json_object_set_new(object, stats_word((enum counter)c), count(sums[c])) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *counters(const uint64_t *sums)
{
    if (sums == NULL)
        return json_null();
    json_t *object = counters_from(sums, 0, COUNTER_PLAIN_COUNT);
    if (json_object_set_new(object, "outcomes",
                            counters_from(sums, COUNTER_OUTCOME_FOUND, COUNTER_CLASS_TIMEOUT)) ==
            0 &&
        json_object_set_new(object, "error_classes",
                            counters_from(sums, COUNTER_CLASS_TIMEOUT, COUNTER_COUNT)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

/* What is known before the first query. */
static json_t *plan(const struct metadata *m)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
                     "s:n, s:n, s:o, s:o}",
                     "schema", CAASCAN_SCHEMA, "schema_version", CAASCAN_SCHEMA_VERSION, "program",
                     "caascan", "version", m->version, "argv", texts(m->argv, m->argc), "scan",
                     text(m->scan), "mode", mode_word(m->mode), "vantage", text(m->vantage),
                     "semantics", semantics(m), "input", input(m), "prefixes",
                     texts(m->prefixes, m->prefix_count), "resolvers",
                     texts(m->resolvers, m->resolver_count), "limits", limits(&m->limits), "seed",
                     count(m->seed), "shard", "psl", "host", host_name(), "libraries", libraries());
}

char *metadata_text(const struct metadata *m)
{
    json_t *object = plan(m);
    json_t *course = json_pack("{s:o, s:o, s:b, s:o, s:o, s:o}", "start", timestamp(m->start_ms),
                               "end", timestamp(m->end_ms), "complete", (int)m->complete, "output",
                               output(m), "counters", counters(m->counters), "peak_memory",
                               m->peak_memory > 0 ? count(m->peak_memory) : json_null());
    char *dumped = NULL;
    if (object != NULL && course != NULL && json_object_update(object, course) == 0)
        dumped = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    json_decref(course);
    json_decref(object);
    return dumped;
}
