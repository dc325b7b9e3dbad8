#include "read_pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "read_pool_parts.h"
#include "say.h"

/* A unit may be a whole file, so the wish to stop is looked for within. */
#define LINES_BETWEEN_LOOKS 1024u

static bool fail(struct read_pool_worker *w, enum read_status status)
{
    w->status = status;
    pthread_mutex_lock(&w->pool->mutex);
    atomic_store_explicit(&w->pool->stop, true, memory_order_relaxed);
    pthread_cond_broadcast(&w->pool->turned);
    pthread_mutex_unlock(&w->pool->mutex);
    return false;
}

/* Says of a record that another one has its row. */
static void find_repeated(struct read_pool_worker *w, const struct record_view *record)
{
    char what[200];
    if (!row_census_names(w->pool->sink->census, record))
        return;
    snprintf(what, sizeof what, "row %" PRId64 " of scan %.*s stands more than once", record->row,
             record->scan.len > 100 ? 100 : (int)record->scan.len,
             (const char *)record->scan.octets);
    read_pool_find(&w->findings, w->unit, w->line, what);
    /* Units are taken in order, so what is not taken yet can only hold later places. */
    if (atomic_fetch_add(&w->pool->located, 1) + 1 >= READ_POOL_TOLD_MAX)
        atomic_store(&w->pool->next_unit, w->pool->plan->unit_count);
}

static bool take_record(struct read_pool_worker *w, const struct record_view *record)
{
    const struct read_sink *sink = w->pool->sink;
    w->records++;
    if (w->pool->locating) {
        find_repeated(w, record);
        return true;
    }
    if (sink->census != NULL && !row_census_mark(sink->census, &w->rows, record))
        return fail(w, READ_OUT_OF_MEMORY);
    return sink->take(w->context, record) || fail(w, READ_STOPPED);
}

/* Reads one whole line of the worker's unit. Blank lines are passed over. */
static bool read_line(struct read_pool_worker *w, struct caa_text line)
{
    struct read_pool_unit *result = &w->pool->results[w->unit];
    struct record_view record;
    if (line.len == 0)
        return true;
    switch (record_line_read(&w->lines, line, &record)) {
    case RECORD_OK:
        return take_record(w, &record);
    case RECORD_BAD:
        result->bad_lines++;
        if (w->pool->locating)
            return true;
        read_pool_find(&w->findings, w->unit, w->line, w->lines.reason);
        return true;
    case RECORD_OTHER_VERSION:
        w->findings.count = 0;
        read_pool_find(&w->findings, w->unit, w->line, w->lines.reason);
        return fail(w, READ_UNUSABLE);
    default:
        return fail(w, READ_OUT_OF_MEMORY);
    }
}

/* Reads a line that began or ended at the edge of a unit; it is told as a line of the unit. */
static bool read_pending(struct read_pool_worker *w, uint64_t line)
{
    struct line_fragment *pending = &w->pool->pending;
    uint64_t inner_line = w->line;
    w->line = line;
    bool more = read_line(w, line_fragment_text(pending));
    w->line = inner_line;
    line_fragment_fini(pending);
    return more;
}

/* Reads the line that the units before began, where it ends in the worker's unit. */
static bool read_head(struct read_pool_worker *w)
{
    struct read_pool_unit *result = &w->pool->results[w->unit];
    line_fragment_append(&w->pool->pending, line_fragment_text(&result->head));
    if (w->pool->pending.no_memory)
        return fail(w, READ_OUT_OF_MEMORY);
    if (result->newlines == 0 && result->damage == NULL)
        return true;
    return read_pending(w, 1);
}

/* Begins the line that the worker's unit leaves open, and reads it where the file ends. */
static bool read_tail(struct read_pool_worker *w)
{
    const struct read_plan *plan = w->pool->plan;
    struct read_pool_unit *result = &w->pool->results[w->unit];
    bool file_ends = w->unit + 1 == plan->unit_count ||
                     plan->units[w->unit + 1].file != plan->units[w->unit].file;
    if (result->newlines > 0 || result->damage != NULL) {
        w->pool->pending = result->tail;
        result->tail = (struct line_fragment){0};
    }
    return !file_ends || read_pending(w, result->newlines + 1);
}

static bool flush(struct read_pool_worker *w, void *context)
{
    return w->pool->sink->flush(context) || fail(w, READ_STOPPED);
}

/* Does with a line across units what `read` does, in the context for such lines. */
static bool read_edge(struct read_pool_worker *w, bool (*read)(struct read_pool_worker *w))
{
    const struct read_sink *sink = w->pool->sink;
    void *inner = w->context;
    w->context = sink->contexts[sink->context_count];
    bool more = read(w) && flush(w, w->context);
    w->context = inner;
    return more;
}

/* Waits until all before the worker's unit is handed on, and hands on the line that ends in it. The
 * first line of the unit has been split off. */
static bool begin_turn(struct read_pool_worker *w)
{
    struct read_pool *pool = w->pool;
    if (w->has_turn)
        return true;
    pthread_mutex_lock(&pool->mutex);
    while (pool->turn != w->unit && !atomic_load_explicit(&pool->stop, memory_order_relaxed))
        pthread_cond_wait(&pool->turned, &pool->mutex);
    w->has_turn = pool->turn == w->unit;
    pthread_mutex_unlock(&pool->mutex);
    struct read_pool_unit *result = &pool->results[w->unit];
    result->head = w->split.head;
    result->newlines = w->split.newlines;
    w->split.head = (struct line_fragment){0};
    return w->has_turn && read_edge(w, read_head);
}

static void end_turn(struct read_pool_worker *w)
{
    struct read_pool *pool = w->pool;
    if (!begin_turn(w) || !flush(w, w->context) || !read_edge(w, read_tail))
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->turn++;
    pthread_cond_broadcast(&pool->turned);
    pthread_mutex_unlock(&pool->mutex);
    w->has_turn = false;
}

static bool begin_inner_line(struct read_pool_worker *w)
{
    w->line++;
    return w->line % LINES_BETWEEN_LOOKS != 0 || !interrupt_came() || fail(w, READ_STOPPED);
}

static bool end_inner_line(struct read_pool_worker *w)
{
    const struct read_sink *sink = w->pool->sink;
    return sink->flush == NULL || !sink->full(w->context) ||
           (begin_turn(w) && flush(w, w->context));
}

static bool take_inner_line(void *context, struct caa_text line)
{
    struct read_pool_worker *w = context;
    return begin_inner_line(w) && read_line(w, line) && end_inner_line(w);
}

/* The same of a line whose end is not known yet, where that is a canonical record. */
static size_t take_next_line(void *context, struct caa_text octets, bool *more)
{
    struct read_pool_worker *w = context;
    struct record_view record;
    size_t len = record_line_next(&w->lines, octets, &record);
    if (len == 0)
        return 0;
    *more = begin_inner_line(w) && take_record(w, &record) && end_inner_line(w);
    return len + 1;
}

/* Takes over what the edges of the unit hold, unless its turn has begun before. */
static void keep_edges(struct read_pool_worker *w)
{
    struct read_pool_unit *result = &w->pool->results[w->unit];
    if (w->split.head.no_memory || w->split.tail.no_memory)
        fail(w, READ_OUT_OF_MEMORY);
    if (w->pool->sink->flush == NULL)
        result->head = w->split.head;
    result->tail = w->split.tail;
    result->newlines = w->split.newlines;
}

static void count_records(struct read_pool_worker *w)
{
    w->pool->results[w->unit].records += w->records;
    w->records = 0;
}

/* Returns what is damaged, or NULL. */
static const char *read_frame(struct read_pool_worker *w, const struct record_file *file,
                              struct frame frame)
{
    struct frame_sink sink = {line_split_take, &w->split};
    const uint8_t *octets = w->frames.input;
    bool near = frame.len <= FRAME_READ_INPUT;
    if (!near)
        octets = file->octets + frame.offset;
    else if (!record_file_read(file, frame.offset, w->frames.input, frame.len))
        return "the file can't be read here";
    bool damaged = frame_read(&w->frames, octets, frame.len, &sink) == FRAME_READ_DAMAGED;
    if (!near)
        record_file_release(file, frame.offset, frame.len);
    return damaged ? w->frames.reason : NULL;
}

/* The same of a plain file, which knows no damage. */
static void read_slice(struct read_pool_worker *w, const struct record_file *file,
                       struct frame slice)
{
    line_split_take(&w->split, file->octets + slice.offset, slice.len);
    record_file_release(file, slice.offset, slice.len);
}

static void read_unit(struct read_pool_worker *w, size_t index)
{
    const struct read_unit *unit = &w->pool->plan->units[index];
    const struct record_file *file = &w->pool->plan->files[unit->file];
    struct read_pool_unit *result = &w->pool->results[index];
    w->split = (struct line_split){.line = take_inner_line, .next = take_next_line, .context = w};
    w->unit = index;
    w->line = 1;
    if (unit->frame.kind == FRAME_TORN)
        result->damage = "the file ends inside a frame";
    else if (unit->frame.kind == FRAME_DAMAGED)
        result->damage = "no whole frame";
    else if (!file->compressed)
        read_slice(w, file, unit->frame);
    else
        result->damage = read_frame(w, file, unit->frame);
    keep_edges(w);
    if (w->pool->sink->flush != NULL)
        end_turn(w);
    count_records(w);
}

static void *work(void *argument)
{
    struct read_pool_worker *w = argument;
    struct read_pool *pool = w->pool;
    while (!atomic_load_explicit(&pool->stop, memory_order_relaxed)) {
        if (interrupt_came()) {
            fail(w, READ_STOPPED);
            break;
        }
        size_t index = atomic_fetch_add_explicit(&pool->next_unit, 1, memory_order_relaxed);
        if (index >= pool->plan->unit_count)
            break;
        read_unit(w, index);
    }
    if (pool->sink->done != NULL && w->status == READ_OK && !pool->sink->done(w->context))
        fail(w, READ_STOPPED);
    return NULL;
}

/* Puts the heads and tails of units together and reads the lines that they make. */
static void read_edges(struct read_pool_worker *w)
{
    for (size_t i = 0; i < w->pool->plan->unit_count; i++) {
        w->unit = i;
        if (!read_head(w) || !read_tail(w))
            return;
        count_records(w);
    }
}

/* One worker for each thread, and behind them one for the lines at the edges of units. */
static bool init_workers(struct read_pool *pool, struct read_pool_worker *workers)
{
    size_t count = pool->sink->context_count;
    for (size_t i = 0; i <= count; i++) {
        workers[i].pool = pool;
        workers[i].context = pool->sink->contexts[i < count ? i : 0];
        record_line_init(&workers[i].lines);
        if (i < count && !frame_reader_init(&workers[i].frames))
            return false;
    }
    return true;
}

/* The calling thread is the first worker; one that can't be started is done without. */
static void run_workers(const struct read_pool *pool, struct read_pool_worker *workers)
{
    size_t count = pool->sink->context_count;
    for (size_t i = 1; i < count; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    work(&workers[0]);
    for (size_t i = 1; i < count; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    }
}

static enum read_status worst_status(const struct read_pool *pool,
                                     const struct read_pool_worker *workers)
{
    enum read_status worst = READ_OK;
    for (size_t i = 0; i < pool->sink->context_count; i++) {
        if (workers[i].status > worst)
            worst = workers[i].status;
    }
    return worst;
}

static enum read_status read_all(struct read_pool *pool, struct read_pool_worker *workers,
                                 struct read_totals *totals)
{
    if (!init_workers(pool, workers))
        return READ_OUT_OF_MEMORY;
    run_workers(pool, workers);
    enum read_status status = worst_status(pool, workers);
    if (status == READ_OK && pool->sink->flush == NULL) {
        struct read_pool_worker *edges = &workers[pool->sink->context_count];
        read_edges(edges);
        status = edges->status;
    }
    if (status != READ_OK && status != READ_UNUSABLE)
        return status;
    if (!pool->locating)
        read_pool_sum_up(pool, totals);
    read_pool_tell(pool, workers, pool->locating ? 0 : totals->bad_lines);
    return status == READ_OK && !pool->locating ? read_pool_check(pool) : status;
}

static void free_workers(struct read_pool_worker *workers, size_t context_count)
{
    for (size_t i = 0; workers != NULL && i <= context_count; i++) {
        record_line_fini(&workers[i].lines);
        frame_reader_fini(&workers[i].frames);
    }
    free(workers);
}

static void free_results(struct read_pool_unit *results, size_t count)
{
    for (size_t i = 0; results != NULL && i < count; i++) {
        line_fragment_fini(&results[i].head);
        line_fragment_fini(&results[i].tail);
    }
    free(results);
}

static enum read_status run(struct read_pool *pool, struct read_totals *totals)
{
    size_t context_count = pool->sink->context_count;
    pool->results = calloc(pool->plan->unit_count + 1, sizeof *pool->results);
    struct read_pool_worker *workers = calloc(context_count + 1, sizeof *workers);
    enum read_status status = READ_OUT_OF_MEMORY;
    if (pool->results != NULL && workers != NULL)
        status = read_all(pool, workers, totals);
    if (status == READ_OUT_OF_MEMORY)
        say("out of memory");
    free_workers(workers, context_count);
    free_results(pool->results, pool->plan->unit_count);
    line_fragment_fini(&pool->pending);
    return status;
}

static struct read_pool pool_of(const struct read_plan *plan, const struct read_sink *sink)
{
    return (struct read_pool){.plan = plan,
                              .sink = sink,
                              .mutex = PTHREAD_MUTEX_INITIALIZER,
                              .turned = PTHREAD_COND_INITIALIZER};
}

enum read_status read_pool_run(const struct read_plan *plan, const struct read_sink *sink,
                               struct read_totals *totals)
{
    struct read_pool pool = pool_of(plan, sink);
    enum read_status status = run(&pool, totals);
    if (status != READ_OK || sink->census == NULL || row_census_repeated(sink->census) == 0)
        return status;
    struct read_sink anywhere = *sink;
    anywhere.flush = NULL;
    anywhere.done = NULL;
    struct read_pool again = pool_of(plan, &anywhere);
    again.locating = true;
    return run(&again, totals);
}
