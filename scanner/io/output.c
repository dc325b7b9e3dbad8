#include "output.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "caascan/schema.h"
#include "frame_write.h"
#include "output_file.h"
#include "ring.h"

/* What passes between one worker and the writer. */
struct lane {
    struct ring full;           /* worker to writer: chunks and frames */
    struct ring empty;          /* writer to worker: chunks */
    struct ring unused;         /* likewise: room for frames */
    struct frame_write *frames; /* the worker's, as is */
    struct chunk *next_frame;   /* ... room for one, or NULL */
};

struct output {
    struct output_file file;
    struct frame_write *frames;
    struct lane *lanes;
    struct chunk *chunks;
    size_t worker_count;
    size_t chunk_count;
    int wake_fd;
    bool workers_compress;
    bool thread_runs;
    pthread_t thread;
    struct output_totals totals; /* the writer's until it has ended */
    struct failure why;          /* written once, before `failed` is set */
    _Atomic bool failed;
    _Atomic bool closing;
};

static void wake_writer(const struct output *output)
{
    uint64_t one = 1;
    while (write(output->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void wait_for_work(const struct output *output)
{
    uint64_t count;
    while (read(output->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

static bool append_chunk(struct output *output, const struct chunk *chunk)
{
    size_t len = chunk->frame_len;
    const uint8_t *frame = chunk->octets;
    if (len == 0)
        frame = frame_write_records(output->frames, chunk->octets, chunk->len, &len);
    if (frame != NULL)
        return output_file_append(&output->file, frame, len, &output->why);
    failure_set(&output->why, FAILURE_OUTPUT, "%s: compression failed",
                output_file_name(&output->file));
    return false;
}

static void write_chunk(struct output *output, const struct chunk *chunk)
{
    assert(chunk->frame_len > 0 || chunk->octets[chunk->len - 1] == '\n');
    bool failed = atomic_load_explicit(&output->failed, memory_order_relaxed);
    if (!failed && append_chunk(output, chunk)) {
        output->totals.record_count += chunk->record_count;
        output->totals.raw_len += chunk->len;
        output->totals.frame_count++;
        return;
    }
    output->totals.lost_count += chunk->record_count;
    atomic_store_explicit(&output->failed, true, memory_order_release);
}

static void give_back(struct lane *lane, struct chunk *chunk)
{
    struct ring *ring = chunk->frame_len > 0 ? &lane->unused : &lane->empty;
    chunk->len = chunk->frame_len = 0;
    chunk->record_count = 0;
    ring_put(ring, chunk);
}

/* One chunk of each worker in turn, so that none waits for all the others'. */
static void write_waiting(struct output *output)
{
    bool found = true;
    while (found) {
        found = false;
        for (size_t i = 0; i < output->worker_count; i++) {
            struct chunk *chunk = ring_take(&output->lanes[i].full);
            if (chunk == NULL)
                continue;
            found = true;
            write_chunk(output, chunk);
            give_back(&output->lanes[i], chunk);
        }
    }
}

static void *writer_run(void *argument)
{
    struct output *output = argument;
    bool closing = false;
    while (!closing) {
        wait_for_work(output);
        /* Read first: what was handed over before the close is then seen below. */
        closing = atomic_load_explicit(&output->closing, memory_order_acquire);
        write_waiting(output);
    }
    return NULL;
}

static bool fill_ring(struct ring *ring, struct chunk *chunks, size_t count, size_t cap)
{
    for (size_t i = 0; i < count; i++) {
        chunks[i] = (struct chunk){.octets = malloc(cap), .cap = cap};
        if (chunks[i].octets == NULL)
            return false;
        ring_put(ring, &chunks[i]);
    }
    return true;
}

static bool lane_init(struct lane *lane, struct chunk *chunks, const struct output_options *options)
{
    size_t whole = options->chunks_per_worker, made = options->frames_per_worker;
    lane->frames = frame_write_new(options->level, FRAME_RAW_LEN);
    return lane->frames != NULL && ring_init(&lane->full, whole + made) &&
           ring_init(&lane->empty, whole) && ring_init(&lane->unused, made) &&
           fill_ring(&lane->empty, chunks, whole, FRAME_RAW_LEN) &&
           fill_ring(&lane->unused, chunks + whole, made, frame_write_max(lane->frames));
}

/* What is left half made is freed by output_free. */
static bool allocate(struct output *output, const struct output_options *options)
{
    size_t lanes_len = options->worker_count * sizeof(struct lane);
    size_t per_worker = options->chunks_per_worker + options->frames_per_worker;
    output->chunk_count = options->worker_count * per_worker;
    output->chunks = calloc(output->chunk_count, sizeof(struct chunk));
    output->lanes = aligned_alloc(_Alignof(struct lane), lanes_len);
    output->frames = frame_write_new(options->level, FRAME_RAW_LEN);
    output->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (output->chunks == NULL || output->lanes == NULL || output->frames == NULL ||
        output->wake_fd < 0)
        return false;
    memset(output->lanes, 0, lanes_len);
    output->worker_count = options->worker_count;
    output->workers_compress = options->workers_compress;
    for (size_t i = 0; i < options->worker_count; i++) {
        if (!lane_init(&output->lanes[i], output->chunks + i * per_worker, options))
            return false;
    }
    return true;
}

static bool start_writer(struct output *output)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    errno = pthread_create(&output->thread, NULL, writer_run, output);
    output->thread_runs = errno == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return output->thread_runs;
}

static void stop_writer(struct output *output)
{
    if (!output->thread_runs)
        return;
    atomic_store_explicit(&output->closing, true, memory_order_release);
    wake_writer(output);
    pthread_join(output->thread, NULL);
    output->thread_runs = false;
}

static bool write_metadata(struct output *output, const char *json, struct failure *why)
{
    size_t len = 0;
    const uint8_t *frame = frame_write_metadata(output->frames, json, &len);
    if (frame == NULL) {
        failure_set(why, FAILURE_OUTPUT, "%s: the metadata is too long for a frame",
                    output_file_name(&output->file));
        return false;
    }
    return output_file_empty(&output->file, why) &&
           output_file_append(&output->file, frame, len, why);
}

static void output_free(struct output *output)
{
    for (size_t i = 0; i < output->worker_count; i++) {
        ring_fini(&output->lanes[i].full);
        ring_fini(&output->lanes[i].empty);
        ring_fini(&output->lanes[i].unused);
        frame_write_free(output->lanes[i].frames);
    }
    for (size_t i = 0; output->chunks != NULL && i < output->chunk_count; i++)
        free(output->chunks[i].octets);
    if (output->wake_fd >= 0)
        close(output->wake_fd);
    frame_write_free(output->frames);
    free(output->lanes);
    free(output->chunks);
    free(output);
}

struct output *output_new(const struct output_options *options, struct failure *why)
{
    struct output *output = calloc(1, sizeof *output);
    if (output == NULL) {
        failure_set(why, FAILURE_OUTPUT, "%s: %s", options->path, strerror(ENOMEM));
        return NULL;
    }
    output->wake_fd = -1;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!output_file_open(&output->file, options, why)) {
        output_free(output);
        return NULL;
    }
    bool ready = allocate(output, options) && start_writer(output);
    if (!ready)
        failure_set(why, FAILURE_OUTPUT, "%s: no memory or threads for writing: %s",
                    output_file_name(&output->file), strerror(errno));
    if (ready && write_metadata(output, options->metadata_json, why))
        return output;
    stop_writer(output);
    output_file_abandon(&output->file);
    output_free(output);
    return NULL;
}

/* Makes a frame of a chunk, so that the chunk is empty. False where there is no room for another,
 * or where zstd fails, which is for the writer to find and to say. */
static bool compress_here(struct lane *lane, struct chunk *full)
{
    if (lane->next_frame == NULL)
        lane->next_frame = ring_take(&lane->unused);
    struct chunk *made = lane->next_frame;
    if (made == NULL)
        return false;
    size_t len = 0;
    const uint8_t *frame = frame_write_records(lane->frames, full->octets, full->len, &len);
    if (frame == NULL)
        return false;
    lane->next_frame = NULL;
    memcpy(made->octets, frame, len);
    made->frame_len = len;
    made->len = full->len;
    made->record_count = full->record_count;
    full->len = 0;
    full->record_count = 0;
    ring_put(&lane->full, made);
    return true;
}

struct chunk *output_swap(struct output *output, size_t worker, struct chunk *full)
{
    struct lane *lane = &output->lanes[worker];
    if (full != NULL && full->len == 0)
        return full;
    bool compressed = full != NULL && output->workers_compress && compress_here(lane, full);
    struct chunk *empty = compressed ? full : ring_take(&lane->empty);
    if (full == NULL)
        return empty;
    if (empty == NULL && compress_here(lane, full))
        empty = full;
    if (empty != full)
        ring_put(&lane->full, full);
    wake_writer(output);
    return empty;
}

bool output_failed(const struct output *output, struct failure *why)
{
    if (!atomic_load_explicit(&output->failed, memory_order_acquire))
        return false;
    if (why != NULL)
        *why = output->why;
    return true;
}

bool output_has_sidecar(const struct output *output)
{
    return output->file.regular;
}

static void add_loss(struct failure *why, uint64_t lost_count)
{
    struct failure cause = *why;
    failure_set(why, FAILURE_OUTPUT, "%.400s; %llu records could not be written", cause.text,
                (unsigned long long)lost_count);
}

struct output_totals output_close(struct output *output, struct failure *why)
{
    stop_writer(output);
    struct output_totals totals = output->totals;
    totals.file_len = output->file.len;
    struct failure close_why = {.kind = FAILURE_NONE};
    bool closed = output_file_close(&output->file, totals.sha256, &close_why);
    bool written = !output_failed(output, &close_why);
    if (!written)
        add_loss(&close_why, totals.lost_count);
    if (!closed || !written)
        *why = close_why;
    output_free(output);
    return totals;
}
