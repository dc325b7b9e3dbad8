#include "scan_metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDECAR_PATH_MAX 4096u
#define SKIPPABLE_HEADER_LEN 8u

/* What is not there comes last. */
static int compare_texts(const json_t *a, const json_t *b, const char *key)
{
    const char *left = json_string_value(json_object_get(a, key));
    const char *right = json_string_value(json_object_get(b, key));
    if (left == NULL || right == NULL)
        return (left == NULL) - (right == NULL);
    return strcmp(left, right);
}

/* Of one scan, as seen in one mode from one vantage? 0: yes. Else in the order of the tables. */
static int compare_scans(const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"scan", "mode", "vantage"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        int order = compare_texts(a, b, keys[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

/* Among those of one scan the first to start comes first, and one that has an end before one that
 * was written at the start. */
static int compare(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    int order = compare_scans(a, b);
    if (order == 0)
        order = compare_texts(a, b, "start");
    return order != 0 ? order : compare_texts(a, b, "end");
}

/* Does a description say nothing beside the one before it? */
static bool is_covered(const json_t *before, const json_t *scan)
{
    return compare_scans(before, scan) == 0 ||
           (json_object_get(scan, "mode") == NULL && compare_texts(before, scan, "scan") == 0);
}

/* What methods say of a run. */
static json_t *run_of(const json_t *scan)
{
    static const char *const keys[] = {"shard", "host",     "version", "start",
                                       "end",   "complete", "input",   "limits"};
    json_t *run = json_object();
    for (size_t i = 0; run != NULL && i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(scan, keys[i]);
        if (value != NULL)
            json_object_set(run, keys[i], value);
    }
    return run;
}

/* Are two descriptions of one run: at its start, and at its end? */
static bool is_same_run(const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"start", "shard", "host"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (compare_texts(a, b, keys[i]) != 0)
            return false;
    }
    return true;
}

/* Adds a run to those of the scan, which come in the order of their start. A description that says
 * when nothing began, as one without a mode, is of no run. */
static void add_run(json_t *scan, const json_t *description)
{
    json_t *runs = json_object_get(scan, SCAN_METADATA_RUNS);
    if (runs == NULL || json_object_get(description, "start") == NULL ||
        json_array_size(runs) == SCAN_METADATA_RUNS_MAX)
        return;
    for (size_t i = json_array_size(runs); i > 0; i--) {
        if (is_same_run(json_array_get(runs, i - 1), description))
            return;
    }
    json_array_append_new(runs, run_of(description));
}

/* Takes the reference. */
static void add(json_t *scans, json_t *metadata)
{
    if (json_is_string(json_object_get(metadata, "scan")))
        json_array_append(scans, metadata);
    json_decref(metadata);
}

static void add_beside(json_t *scans, const char *path)
{
    char sidecar[SIDECAR_PATH_MAX];
    int len = snprintf(sidecar, sizeof sidecar, "%s.meta.json", path);
    if (len > 0 && (size_t)len < sizeof sidecar)
        add(scans, json_load_file(sidecar, 0, NULL));
}

/* The plan's metadata from *at on, as long as it is of one file. */
static void add_inside(json_t *scans, const struct record_files *input, size_t file, size_t *at)
{
    const struct read_plan *plan = &input->plan;
    for (; *at < plan->metadata_count && plan->metadata[*at].file == file; ++*at) {
        struct frame frame = plan->metadata[*at].frame;
        const char *text =
            (const char *)input->files[file].octets + frame.offset + SKIPPABLE_HEADER_LEN;
        add(scans, json_loadb(text, frame.len - SKIPPABLE_HEADER_LEN, 0, NULL));
        record_file_release(&input->files[file], frame.offset, frame.len);
    }
}

/* One of each scan, with all its runs, in order. NULL without memory. */
static json_t *sort(const json_t *all)
{
    size_t count = json_array_size(all);
    json_t *scans = json_array(), **list = calloc(count + 1, sizeof(json_t *));
    if (scans == NULL || list == NULL) {
        json_decref(scans);
        free(list);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        list[i] = json_array_get(all, i);
    if (count > 1)
        qsort(list, count, sizeof *list, compare);
    json_t *scan = NULL;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !is_covered(list[i - 1], list[i])) {
            scan = list[i];
            json_object_set_new(scan, SCAN_METADATA_RUNS, json_array());
            json_array_append(scans, scan);
        }
        add_run(scan, list[i]);
    }
    free(list);
    return scans;
}

json_t *scan_metadata_load(const struct record_files *input)
{
    json_t *all = json_array();
    size_t at = 0;
    for (size_t i = 0; all != NULL && i < input->count; i++) {
        add_beside(all, input->files[i].path);
        add_inside(all, input, i, &at);
    }
    json_t *scans = all != NULL ? sort(all) : NULL;
    json_decref(all);
    return scans;
}
