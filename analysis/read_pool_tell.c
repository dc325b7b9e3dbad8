/* What is said of the files that were read: bad lines, damage, totals. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read_pool_parts.h"
#include "say.h"

static int compare_findings(const void *left, const void *right)
{
    const struct read_pool_finding *a = left, *b = right;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

void read_pool_find(struct read_pool_findings *findings, size_t unit, uint64_t line,
                    const char *what)
{
    struct read_pool_finding found = {.unit = unit, .line = line};
    snprintf(found.what, sizeof found.what, "%s", what);
    size_t at = findings->count;
    while (at > 0 && compare_findings(&findings->list[at - 1], &found) > 0)
        at--;
    if (at == READ_POOL_TOLD_MAX)
        return;
    if (findings->count < READ_POOL_TOLD_MAX)
        findings->count++;
    memmove(&findings->list[at + 1], &findings->list[at],
            (findings->count - 1 - at) * sizeof found);
    findings->list[at] = found;
}

static void tell_finding(const struct read_pool *pool, const struct read_pool_finding *f)
{
    const struct read_unit *unit = &pool->plan->units[f->unit];
    const struct record_file *file = &pool->plan->files[unit->file];
    uint64_t line = f->line;
    if (file->compressed) {
        say("%s: frame at offset %zu, line %" PRIu64 ": %s", file->path, unit->frame.offset, line,
            f->what);
        return;
    }
    for (size_t i = f->unit; i > 0 && pool->plan->units[i - 1].file == unit->file; i--)
        line += pool->results[i - 1].newlines;
    say("%s: line %" PRIu64 ": %s", file->path, line, f->what);
}

/* The first findings of every worker hold the first of all. */
void read_pool_tell(const struct read_pool *pool, const struct read_pool_worker *workers,
                    uint64_t bad_lines)
{
    size_t worker_count = pool->sink->context_count + 1;
    struct read_pool_finding *all = calloc(worker_count * READ_POOL_TOLD_MAX, sizeof *all);
    size_t count = 0;
    for (size_t i = 0; all != NULL && i < worker_count; i++) {
        memcpy(all + count, workers[i].findings.list, workers[i].findings.count * sizeof *all);
        count += workers[i].findings.count;
    }
    if (count > 1)
        qsort(all, count, sizeof *all, compare_findings);
    for (size_t i = 0; i < count && i < READ_POOL_TOLD_MAX; i++)
        tell_finding(pool, &all[i]);
    if (bad_lines > READ_POOL_TOLD_MAX)
        say("%" PRIu64 " bad lines in all", bad_lines);
    free(all);
}

static void tell_damage(const struct read_plan *plan, size_t index, const char *damage)
{
    const struct read_unit *unit = &plan->units[index];
    say("%s: %s frame at offset %zu: %s; %zu octets left out", plan->files[unit->file].path,
        unit->frame.kind == FRAME_TORN ? "torn" : "damaged", unit->frame.offset, damage,
        unit->frame.len);
}

void read_pool_sum_up(const struct read_pool *pool, struct read_totals *totals)
{
    *totals = (struct read_totals){0};
    for (size_t i = 0; i < pool->plan->unit_count; i++) {
        const struct read_pool_unit *result = &pool->results[i];
        totals->records += result->records;
        totals->bad_lines += result->bad_lines;
        if (result->damage == NULL)
            continue;
        bool torn = pool->plan->units[i].frame.kind == FRAME_TORN;
        totals->torn_frames += torn;
        totals->damaged_frames += !torn;
        totals->octets_left_out += pool->plan->units[i].frame.len;
        if (totals->torn_frames + totals->damaged_frames <= READ_POOL_TOLD_MAX)
            tell_damage(pool->plan, i, result->damage);
    }
    if (totals->torn_frames + totals->damaged_frames > READ_POOL_TOLD_MAX)
        say("%" PRIu64 " torn and damaged frames in all",
            totals->torn_frames + totals->damaged_frames);
}

enum read_status read_pool_check(const struct read_pool *pool)
{
    for (size_t i = 0; i < pool->plan->unit_count;) {
        size_t file = pool->plan->units[i].file;
        uint64_t records = 0, bad_lines = 0;
        for (; i < pool->plan->unit_count && pool->plan->units[i].file == file; i++) {
            records += pool->results[i].records;
            bad_lines += pool->results[i].bad_lines;
        }
        if (records > 0 || bad_lines == 0)
            continue;
        say("%s: is no record file: not one line is a record", pool->plan->files[file].path);
        return READ_UNUSABLE;
    }
    return READ_OK;
}
