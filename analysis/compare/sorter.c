#define _GNU_SOURCE /* O_TMPFILE */
#include "sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "say.h"
#include "sort_merge.h"

#define FAN_MAX 64u
#define FAN_MIN 2u

struct run {
    int fd;
    uint64_t offset, end;
};

/* Failures are kept by part, for threads add at the same time. */
struct part {
    struct sort_buffer buffer;
    struct run *runs;
    size_t run_count, run_cap;
    int fd; /* -1 until the first run */
    enum sort_run_status status;
    int why; /* errno where status is SORT_RUN_FAILED */
};

struct sorter {
    struct sorter_options options;
    struct part *parts; /* one more than there are: the last holds merged runs */
    struct sort_source *sources;
    size_t source_count;
    struct sort_merge merge;
    struct run *queue;           /* runs to be merged; readers borrow from it */
    enum sort_run_status status; /* of the merge */
    int why;
    uint64_t runs;
};

static size_t part_memory(const struct sorter *sorter)
{
    return sorter->options.memory / sorter->options.parts;
}

struct sorter *sorter_new(const struct sorter_options *options)
{
    struct sorter *sorter = calloc(1, sizeof *sorter);
    struct part *parts = calloc(options->parts + 1u, sizeof *parts);
    if (sorter == NULL || parts == NULL) {
        free(sorter);
        free(parts);
        return NULL;
    }
    for (unsigned i = 0; i <= options->parts; i++)
        parts[i].fd = -1;
    sorter->options = *options;
    sorter->parts = parts;
    return sorter;
}

static void end_merge(struct sorter *sorter)
{
    sort_merge_fini(&sorter->merge);
    for (size_t i = 0; i < sorter->source_count; i++)
        sort_run_reader_fini(&sorter->sources[i].run);
    free(sorter->sources);
    sorter->sources = NULL;
    sorter->source_count = 0;
}

void sorter_free(struct sorter *sorter)
{
    if (sorter == NULL)
        return;
    end_merge(sorter);
    for (unsigned i = 0; i <= sorter->options.parts; i++) {
        sort_buffer_fini(&sorter->parts[i].buffer);
        free(sorter->parts[i].runs);
        if (sorter->parts[i].fd >= 0)
            close(sorter->parts[i].fd);
    }
    free(sorter->parts);
    free(sorter->queue);
    free(sorter);
}

/* A file without a name; where the file system has none, one whose name is taken away at once. */
static int open_nameless(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd;
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/caareport-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool fail_part(struct part *part, enum sort_run_status status)
{
    part->status = status;
    part->why = errno;
    return false;
}

/* Makes room for one more run and opens the part's file. */
static bool begin_run(struct part *part, const char *folder)
{
    if (part->fd < 0)
        part->fd = open_nameless(folder);
    if (part->fd < 0)
        return fail_part(part, SORT_RUN_FAILED);
    if (part->run_count < part->run_cap)
        return true;
    size_t cap = part->run_cap == 0 ? 16 : 2 * part->run_cap;
    struct run *grown = realloc(part->runs, cap * sizeof *grown);
    if (grown == NULL) {
        errno = ENOMEM;
        return fail_part(part, SORT_RUN_FAILED);
    }
    part->runs = grown;
    part->run_cap = cap;
    return true;
}

/* Where a run comes from: a buffer that is sorted, or a merge. */
struct feed {
    struct sort_buffer *buffer; /* NULL: the merge */
    struct sort_merge *merge;
};

static enum sort_run_status feed_next(struct feed *feed, struct sort_entry *out)
{
    if (feed->buffer == NULL)
        return sort_merge_next(feed->merge, out);
    return sort_buffer_next(feed->buffer, out) ? SORT_RUN_OK : SORT_RUN_END;
}

static enum sort_run_status copy_entries(struct feed *feed, struct sort_run_writer *writer)
{
    struct sort_entry entry;
    enum sort_run_status status;
    while ((status = feed_next(feed, &entry)) == SORT_RUN_OK) {
        status = sort_run_write(writer, &entry);
        if (status != SORT_RUN_OK)
            return status;
    }
    return status == SORT_RUN_END ? sort_run_close(writer) : status;
}

/* Writes a run behind those that the part has. */
static bool write_run(struct part *part, const char *folder, struct feed *feed)
{
    struct sort_run_writer writer;
    if (!begin_run(part, folder))
        return false;
    uint64_t offset = part->run_count > 0 ? part->runs[part->run_count - 1].end : 0;
    enum sort_run_status status = sort_run_writer_init(&writer, part->fd, offset);
    if (status == SORT_RUN_OK)
        status = copy_entries(feed, &writer);
    if (status == SORT_RUN_OK)
        part->runs[part->run_count++] = (struct run){part->fd, offset, writer.end};
    else
        fail_part(part, status);
    sort_run_writer_fini(&writer);
    return status == SORT_RUN_OK;
}

static bool spill(struct part *part, const char *folder)
{
    struct feed feed = {&part->buffer, NULL};
    if (part->buffer.count == 0)
        return true;
    sort_buffer_sort(&part->buffer);
    bool spilled = write_run(part, folder, &feed);
    sort_buffer_clear(&part->buffer);
    return spilled;
}

bool sorter_add(struct sorter *sorter, unsigned index, const struct sort_entry *entry)
{
    struct part *part = &sorter->parts[index];
    size_t memory = part_memory(sorter);
    enum sort_buffer_status status = sort_buffer_add(&part->buffer, entry, memory);
    if (status == SORT_BUFFER_FULL) {
        if (!spill(part, sorter->options.folder))
            return false;
        status = sort_buffer_add(&part->buffer, entry, memory);
    }
    if (status == SORT_BUFFER_OK)
        return true;
    errno = ENOMEM;
    return fail_part(part, SORT_RUN_FAILED);
}

static int64_t read_file(void *context, uint8_t *buffer, size_t len, uint64_t offset)
{
    const int *fd = context;
    for (;;) {
        ssize_t got = pread(*fd, buffer, len, (off_t)offset);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

static bool fail(struct sorter *sorter, enum sort_run_status status)
{
    sorter->status = status;
    sorter->why = errno;
    return false;
}

static bool begin_sources(struct sorter *sorter, size_t count)
{
    sorter->sources = calloc(count + 1, sizeof *sorter->sources);
    sorter->source_count = sorter->sources != NULL ? count : 0;
    if (sorter->sources != NULL)
        return true;
    errno = ENOMEM;
    return fail(sorter, SORT_RUN_FAILED);
}

/* Starts the merge of the runs. */
static bool merge_runs(struct sorter *sorter, struct run *runs, size_t count)
{
    if (!begin_sources(sorter, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct sort_run_source source = {read_file, &runs[i].fd};
        enum sort_run_status status =
            sort_run_reader_init(&sorter->sources[i].run, source, runs[i].offset, runs[i].end);
        if (status != SORT_RUN_OK)
            return fail(sorter, status);
    }
    enum sort_run_status status = sort_merge_init(&sorter->merge, sorter->sources, count);
    return status == SORT_RUN_OK || fail(sorter, status);
}

static bool merge_buffers(struct sorter *sorter)
{
    if (!begin_sources(sorter, sorter->options.parts))
        return false;
    for (unsigned i = 0; i < sorter->options.parts; i++) {
        sort_buffer_sort(&sorter->parts[i].buffer);
        sorter->sources[i].buffer = &sorter->parts[i].buffer;
    }
    enum sort_run_status status =
        sort_merge_init(&sorter->merge, sorter->sources, sorter->options.parts);
    return status == SORT_RUN_OK || fail(sorter, status);
}

static size_t fan_of(const struct sorter *sorter)
{
    size_t fan = sorter->options.memory / SORT_RUN_MEMORY;
    return fan < FAN_MIN ? FAN_MIN : fan > FAN_MAX ? FAN_MAX : fan;
}

/* Merges the oldest runs into one, which is queued behind the others, until they are few. */
static bool merge_all(struct sorter *sorter, size_t count)
{
    struct run *queue = sorter->queue;
    struct part *merged = &sorter->parts[sorter->options.parts];
    size_t fan = fan_of(sorter), first = 0;
    while (count - first > fan) {
        struct feed feed = {NULL, &sorter->merge};
        if (!merge_runs(sorter, queue + first, fan) ||
            !write_run(merged, sorter->options.folder, &feed))
            return false;
        end_merge(sorter);
        first += fan;
        queue[count++] = merged->runs[merged->run_count - 1];
        sorter->runs++;
    }
    return merge_runs(sorter, queue + first, count - first);
}

/* All runs of all parts, with room for those that come from merging: each takes at least two away.
 */
static struct run *queue_of(const struct sorter *sorter, size_t *count)
{
    for (unsigned i = 0; i < sorter->options.parts; i++)
        *count += sorter->parts[i].run_count;
    struct run *queue = calloc(2 * *count + 1, sizeof *queue);
    size_t at = 0;
    for (unsigned i = 0; queue != NULL && i < sorter->options.parts; i++) {
        const struct part *part = &sorter->parts[i];
        if (part->run_count > 0)
            memcpy(queue + at, part->runs, part->run_count * sizeof *queue);
        at += part->run_count;
    }
    return queue;
}

static bool has_spilled(const struct sorter *sorter)
{
    for (unsigned i = 0; i < sorter->options.parts; i++) {
        if (sorter->parts[i].run_count > 0)
            return true;
    }
    return false;
}

bool sorter_finish(struct sorter *sorter)
{
    if (sorter_failed(sorter))
        return false;
    if (!has_spilled(sorter))
        return merge_buffers(sorter);
    for (unsigned i = 0; i < sorter->options.parts; i++) {
        if (!spill(&sorter->parts[i], sorter->options.folder))
            return false;
        sort_buffer_fini(&sorter->parts[i].buffer);
    }
    size_t count = 0;
    sorter->queue = queue_of(sorter, &count);
    if (sorter->queue == NULL) {
        errno = ENOMEM;
        return fail(sorter, SORT_RUN_FAILED);
    }
    sorter->runs += count;
    return merge_all(sorter, count);
}

bool sorter_next(struct sorter *sorter, struct sort_entry *out)
{
    enum sort_run_status status = sort_merge_next(&sorter->merge, out);
    if (status != SORT_RUN_OK && status != SORT_RUN_END)
        fail(sorter, status);
    return status == SORT_RUN_OK;
}

static const struct part *failed_part(const struct sorter *sorter)
{
    for (unsigned i = 0; i <= sorter->options.parts; i++) {
        if (sorter->parts[i].status != SORT_RUN_OK)
            return &sorter->parts[i];
    }
    return NULL;
}

bool sorter_failed(const struct sorter *sorter)
{
    return sorter->status != SORT_RUN_OK || failed_part(sorter) != NULL;
}

void sorter_say(const struct sorter *sorter)
{
    const struct part *part = failed_part(sorter);
    enum sort_run_status status = part != NULL ? part->status : sorter->status;
    int why = part != NULL ? part->why : sorter->why;
    if (status == SORT_RUN_BAD)
        say("temporary file in %s: does not hold what was written to it", sorter->options.folder);
    else if (why == ENOMEM)
        say("out of memory");
    else
        say("temporary file in %s: %s", sorter->options.folder, strerror(why));
}

uint64_t sorter_runs(const struct sorter *sorter)
{
    return sorter->runs;
}
