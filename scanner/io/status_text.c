#include "status_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define MIB (1024.0 * 1024.0)
#define LEFT_MAX_NS (1000.0 * 3600.0 * 1e9) /* more is no estimate */

/* Bounded: the first part that does not fit is left out whole, with all after it. */
struct sheet {
    char *out;
    size_t cap, len;
    size_t part; /* where the part begins */
    bool full;
};

static void add(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct sheet *sheet, const char *format, ...)
{
    if (sheet->full)
        return;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sheet->out + sheet->len, sheet->cap - sheet->len, format, args);
    va_end(args);
    sheet->full = len < 0 || (size_t)len >= sheet->cap - sheet->len;
    sheet->len = sheet->full ? sheet->part : sheet->len + (size_t)len;
    sheet->out[sheet->len] = '\0';
}

static void begin_part(struct sheet *sheet)
{
    sheet->part = sheet->len;
}

static struct sheet sheet_on(char *out, size_t cap)
{
    out[0] = '\0';
    return (struct sheet){.out = out, .cap = cap};
}

static void add_clock(struct sheet *sheet, uint64_t ns)
{
    uint64_t s = ns / NS_PER_S;
    if (s >= 3600)
        add(sheet, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60, s % 60);
    else
        add(sheet, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
}

/* Exact while it is short. */
static void add_count(struct sheet *sheet, uint64_t n)
{
    if (n < 1000000)
        add(sheet, "%" PRIu64, n);
    else
        add(sheet, "%.2fM", (double)n / 1e6);
}

static void add_duration(struct sheet *sheet, uint64_t ns)
{
    if (ns < 60 * NS_PER_S)
        add(sheet, "%.3f s", (double)ns / (double)NS_PER_S);
    else
        add_clock(sheet, ns);
}

static double per_second(uint64_t count, uint64_t ns)
{
    return ns > 0 ? (double)count * (double)NS_PER_S / (double)ns : 0;
}

static double rate(const struct status_snapshot *now, const struct status_snapshot *before,
                   enum counter counter)
{
    uint64_t old = before->counter[counter], new = now->counter[counter];
    /* A send that failed is taken back, so a counter may fall. */
    return per_second(new > old ? new - old : 0, now->elapsed_ns - before->elapsed_ns);
}

/* Which part of the work is done, -1 where that is not known. The octets read of the input say how
 * many rows there may be; rows read and not yet recorded are still to be done. */
static double fraction(const struct status_snapshot *now)
{
    if (now->due == 0)
        return -1;
    double recorded = (double)now->counter[COUNTER_RECORDED] / (double)now->due;
    if (now->input_ended)
        return recorded;
    if (now->input_len == 0)
        return -1;
    return recorded * (double)now->input_read / (double)now->input_len;
}

static uint64_t left_ns(const struct status_snapshot *now, double done)
{
    double ns = (double)now->elapsed_ns * (1 - done) / done;
    return ns < LEFT_MAX_NS ? (uint64_t)ns : (uint64_t)LEFT_MAX_NS;
}

/* The class that most failed rows have among those whose bit is not in *told yet, and sets its bit;
 * CLASS_NONE when all are told. */
static enum error_class next_class(const struct status_snapshot *now, uint64_t *told)
{
    enum error_class best = CLASS_NONE;
    uint64_t most = 0;
    *told |= UINT64_C(1) << CLASS_QNAME_INVALID; /* of invalid rows, which are no failed ones */
    for (unsigned c = CLASS_NONE + 1; c < CLASS_COUNT; c++) {
        uint64_t n = now->counter[stats_class((enum error_class)c)];
        if (n > most && (*told & UINT64_C(1) << c) == 0) {
            most = n;
            best = (enum error_class)c;
        }
    }
    *told |= UINT64_C(1) << best;
    return best;
}

/* "; timeout 8, servfail 3": the most frequent first. */
static void add_classes(struct sheet *sheet, const struct status_snapshot *now)
{
    uint64_t told = 0;
    const char *before = "; ";
    enum error_class class;
    _Static_assert(CLASS_COUNT <= 64, "a bit for each class");
    while ((class = next_class(now, &told)) != CLASS_NONE) {
        begin_part(sheet);
        add(sheet, "%s%s ", before, class_word(class));
        add_count(sheet, now->counter[stats_class(class)]);
        before = ", ";
    }
}

static void add_progress(struct sheet *sheet, const struct status_snapshot *now)
{
    double done = fraction(now);
    add_clock(sheet, now->elapsed_ns);
    if (now->draining)
        add(sheet, " stopping");
    if (done >= 0)
        add(sheet, " %.1f%%", done * 100);
    begin_part(sheet);
    if (done > 0 && done < 1) {
        add(sheet, " ");
        add_clock(sheet, left_ns(now, done));
        add(sheet, " left");
    }
}

/* The parts stand in the order of their weight. */
size_t status_text_line(char *out, size_t cap, const struct status_snapshot *now,
                        const struct status_snapshot *before, size_t columns)
{
    struct sheet sheet = sheet_on(out, columns + 1 < cap ? columns + 1 : cap);
    add_progress(&sheet, now);
    begin_part(&sheet);
    add(&sheet, ", ");
    add_count(&sheet, now->counter[COUNTER_RECORDED]);
    add(&sheet, " records %.0f/s", rate(now, before, COUNTER_RECORDED));
    begin_part(&sheet);
    add(&sheet, ", %.0f queries/s", rate(now, before, COUNTER_QUERIES));
    begin_part(&sheet);
    add(&sheet, ", ");
    add_count(&sheet, now->counter[COUNTER_OUTCOME_FOUND]);
    add(&sheet, " found");
    begin_part(&sheet);
    add(&sheet, ", ");
    add_count(&sheet, now->counter[COUNTER_OUTCOME_INDETERMINATE]);
    add(&sheet, " errors");
    begin_part(&sheet);
    add(&sheet, ", %" PRIu64 " in flight", now->counter[COUNTER_IN_FLIGHT]);
    add_classes(&sheet, now);
    return sheet.len;
}

static void add_counters(struct sheet *sheet, const struct status_snapshot *now, unsigned first,
                         unsigned end)
{
    for (unsigned c = first; c < end; c++)
        add(sheet, "%s\"%s\":%" PRIu64, c > first ? "," : "", stats_word((enum counter)c),
            now->counter[c]);
}

static const char *state_word(const struct status_snapshot *now)
{
    if (now->ended)
        return "ended";
    return now->draining ? "draining" : "running";
}

size_t status_text_json(char *out, size_t cap, const struct status_snapshot *now,
                        const struct status_snapshot *before)
{
    struct sheet sheet = sheet_on(out, cap);
    double done = fraction(now);
    add(&sheet, "{\"state\":\"%s\",\"elapsed\":%.3f", state_word(now),
        (double)now->elapsed_ns / (double)NS_PER_S);
    if (done >= 0)
        add(&sheet, ",\"fraction\":%.6f", done);
    else
        add(&sheet, ",\"fraction\":null");
    if (done > 0)
        add(&sheet, ",\"left\":%" PRIu64, done < 1 ? left_ns(now, done) / NS_PER_S : 0);
    else
        add(&sheet, ",\"left\":null");
    add(&sheet, ",\"due\":%" PRIu64 ",\"records_per_second\":%.1f,\"queries_per_second\":%.1f,",
        now->due, rate(now, before, COUNTER_RECORDED), rate(now, before, COUNTER_QUERIES));
    add_counters(&sheet, now, 0, COUNTER_PLAIN_COUNT);
    add(&sheet, ",\"outcomes\":{");
    add_counters(&sheet, now, COUNTER_OUTCOME_FOUND, COUNTER_CLASS_TIMEOUT);
    add(&sheet, "},\"error_classes\":{");
    add_counters(&sheet, now, COUNTER_CLASS_TIMEOUT, COUNTER_COUNT);
    add(&sheet, "}}");
    return sheet.len;
}

static void add_outcomes(struct sheet *sheet, const struct status_snapshot *end)
{
    uint64_t recorded = end->counter[COUNTER_RECORDED];
    for (unsigned o = 0; o < OUTCOME_COUNT; o++) {
        uint64_t n = end->counter[stats_outcome((enum outcome)o)];
        add(sheet, "  %-13s %10" PRIu64 " %6.2f %%", outcome_word(o), n,
            recorded > 0 ? 100.0 * (double)n / (double)recorded : 0);
        if (o == OUTCOME_INDETERMINATE)
            add_classes(sheet, end);
        add(sheet, "\n");
    }
}

static void add_traffic(struct sheet *sheet, const struct status_snapshot *end)
{
    const uint64_t *n = end->counter;
    add(sheet,
        "queries: %" PRIu64 " sent, %.2f per name, %" PRIu64 " retries, %" PRIu64 " over TCP\n",
        n[COUNTER_QUERIES],
        n[COUNTER_RECORDED] > 0 ? (double)n[COUNTER_QUERIES] / (double)n[COUNTER_RECORDED] : 0,
        n[COUNTER_RETRIES], n[COUNTER_TCP_QUERIES]);
    add(sheet, "spared: %" PRIu64 " answered from the cache, %" PRIu64 " joined in flight\n",
        n[COUNTER_CACHE_HITS], n[COUNTER_JOINED]);
    add(sheet, "replies: %" PRIu64 " accepted; not believed:", n[COUNTER_REPLIES]);
    for (unsigned c = COUNTER_WRONG_PEER; c <= COUNTER_MALFORMED; c++)
        add(sheet, " %s %" PRIu64, stats_word((enum counter)c), n[c]);
    add(sheet, "\n");
    if (n[COUNTER_SENDS_FAILED] > 0 || n[COUNTER_LOCAL_DROPS] > 0)
        add(sheet,
            "warning: local trouble: %" PRIu64 " sends failed, %" PRIu64
            " datagrams dropped here\n",
            n[COUNTER_SENDS_FAILED], n[COUNTER_LOCAL_DROPS]);
}

static const char *how_it_ended(const struct status_summary *summary)
{
    if (summary->end.draining)
        return "stopped early";
    return summary->failed || summary->written != summary->end.due ? "incomplete" : "complete";
}

size_t status_text_summary(char *out, size_t cap, const struct status_summary *summary)
{
    struct sheet sheet = sheet_on(out, cap);
    const struct status_snapshot *end = &summary->end;
    const uint64_t *n = end->counter;
    add(&sheet, "%s: %" PRIu64 " rows read, %" PRIu64 " records due, %" PRIu64 " written\n",
        how_it_ended(summary), summary->rows, end->due, summary->written);
    add_outcomes(&sheet, end);
    add_traffic(&sheet, end);
    add(&sheet, "duration: ");
    add_duration(&sheet, end->elapsed_ns);
    add(&sheet, ", %.1f records/s, %.1f queries/s\n",
        per_second(n[COUNTER_RECORDED], end->elapsed_ns),
        per_second(n[COUNTER_QUERIES], end->elapsed_ns));
    add(&sheet, "memory: at most %.1f MiB\n", (double)summary->peak_memory / MIB);
    add(&sheet, "output: %s, %" PRIu64 " octets\n",
        strcmp(summary->output, "-") == 0 ? "standard output" : summary->output,
        summary->output_len);
    if (summary->written != end->due)
        add(&sheet, "warning: %" PRIu64 " records were due and %" PRIu64 " were written\n",
            end->due, summary->written);
    return sheet.len;
}
