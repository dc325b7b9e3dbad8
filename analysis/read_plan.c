#define _POSIX_C_SOURCE 200809L
#include "read_plan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "caascan/schema.h"
#include "say.h"

#define SKIPPABLE_HEADER_LEN 8u

static bool add(struct read_plan *plan, size_t file, struct frame frame)
{
    if (plan->unit_count == plan->unit_cap) {
        size_t cap = plan->unit_cap == 0 ? 256 : plan->unit_cap * 2;
        struct read_unit *grown = realloc(plan->units, cap * sizeof *grown);
        if (grown == NULL) {
            say("out of memory");
            return false;
        }
        plan->units = grown;
        plan->unit_cap = cap;
    }
    plan->units[plan->unit_count++] = (struct read_unit){file, frame};
    return true;
}

#define WORDS_MAX 16u

/* Puts a word at the end of `at`, behind a comma where it is not the first. Returns its end. */
static char *put_word(char *at, const char *word, bool first)
{
    size_t len = strlen(word);
    if (!first)
        *at++ = ',';
    memcpy(at, word, len + 1);
    return at + len;
}

/* The first words of a list with commas between. NULL without memory. */
static char *join_words(const json_t *list)
{
    size_t len = 1;
    size_t count = json_array_size(list) < WORDS_MAX ? json_array_size(list) : WORDS_MAX;
    for (size_t i = 0; i < count; i++)
        len += json_string_length(json_array_get(list, i)) + 1;
    char *words = calloc(len, 1), *at = words;
    for (size_t i = 0; words != NULL && i < count; i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (word != NULL)
            at = put_word(at, word, at == words);
    }
    return words;
}

/* Shards are "K/N", with 0 <= K < N. */
static void read_shard(const char *text, struct read_scan *scan)
{
    char *end;
    if (text == NULL || !caa_text_is_digit((uint8_t)*text))
        return;
    long shard = strtol(text, &end, 10);
    if (*end != '/' || !caa_text_is_digit((uint8_t)end[1]))
        return;
    long count = strtol(end + 1, &end, 10);
    if (*end != '\0' || shard >= count)
        return;
    scan->shard = shard;
    scan->shard_count = count;
}

/* Was the option given, whole or shortened as getopt_long(3) lets one do? */
static bool has_option(const json_t *argv, const char *option, size_t least_len)
{
    size_t i;
    const json_t *word;
    json_array_foreach (argv, i, word) {
        size_t len = json_string_length(word);
        if (len >= least_len && len <= strlen(option) &&
            memcmp(json_string_value(word), option, len) == 0)
            return true;
    }
    return false;
}

bool read_plan_learn(struct read_plan *plan, const json_t *metadata)
{
    const json_t *input = json_object_get(metadata, "input");
    const json_t *rows = json_object_get(input, "rows");
    const char *scan = json_string_value(json_object_get(metadata, "scan"));
    const char *list = json_string_value(json_object_get(input, "path"));
    if (scan == NULL || list == NULL)
        return true;
    struct read_scan *grown = realloc(plan->scans, (plan->scan_count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    plan->scans = grown;
    struct read_scan *added = &plan->scans[plan->scan_count++];
    *added = (struct read_scan){.scan = strdup(scan),
                                .list = strdup(list),
                                .semantics = join_words(json_object_get(metadata, "semantics")),
                                .all_servers = has_option(json_object_get(metadata, "argv"),
                                                          "--all-nameservers", strlen("--al")),
                                .rows = -1};
    if (json_is_integer(rows))
        added->rows = json_integer_value(rows);
    read_shard(json_string_value(json_object_get(metadata, "shard")), added);
    return added->scan != NULL && added->list != NULL && added->semantics != NULL;
}

/* Metadata that is no JSON, or says nothing of a schema, is no reason to refuse the records. */
static bool read_metadata(struct read_plan *plan, size_t index, struct frame frame)
{
    const struct record_file *file = &plan->files[index];
    json_t *metadata = json_loadb((const char *)file->octets + frame.offset + SKIPPABLE_HEADER_LEN,
                                  frame.len - SKIPPABLE_HEADER_LEN, 0, NULL);
    const char *schema = json_string_value(json_object_get(metadata, "schema"));
    bool ours = schema == NULL || strcmp(schema, CAASCAN_SCHEMA) == 0;
    if (!ours)
        say("%s: frame at offset %zu: schema \"%.40s\", this program reads \"" CAASCAN_SCHEMA "\"",
            file->path, frame.offset, schema);
    bool kept = ours && read_plan_learn(plan, metadata);
    if (ours && !kept)
        say("out of memory");
    json_decref(metadata);
    return kept;
}

/* Keeps where it stands, for who wants to know more of it. */
static bool keep_metadata(struct read_plan *plan, size_t index, struct frame frame)
{
    size_t count = plan->metadata_count + 1;
    struct read_unit *grown = realloc(plan->metadata, count * sizeof *grown);
    if (grown == NULL) {
        say("out of memory");
        return false;
    }
    plan->metadata = grown;
    plan->metadata[plan->metadata_count++] = (struct read_unit){index, frame};
    return true;
}

/* A walk along a file, and the head that was read last. */
struct file_walk {
    const struct record_file *file;
    struct frame_walk frames;
    struct frame_head head;
    size_t head_at;
};

static bool read_head(struct file_walk *walk, size_t at)
{
    size_t left = walk->file->len - at;
    walk->head.len = left < FRAME_WALK_HEAD_LEN ? left : FRAME_WALK_HEAD_LEN;
    walk->head_at = at;
    return record_file_read(walk->file, at, walk->head.octets, walk->head.len);
}

/* Frames as the scanner writes them are found without their octets being mapped. */
static bool next_announced(struct file_walk *walk, struct frame *frame)
{
    if (walk->head_at != walk->frames.at && !read_head(walk, walk->frames.at))
        return false;
    size_t end = frame_walk_announced(&walk->frames, &walk->head);
    return end != 0 && read_head(walk, end) &&
           frame_walk_take(&walk->frames, end, &walk->head, frame);
}

static bool next_frame(struct file_walk *walk, struct frame *frame)
{
    if (next_announced(walk, frame))
        return true;
    bool more = frame_walk_next(&walk->frames, frame);
    if (more)
        record_file_release(walk->file, frame->offset, frame->len);
    return more;
}

static bool add_frames(struct read_plan *plan, size_t index)
{
    const struct record_file *file = &plan->files[index];
    struct file_walk walk = {
        .file = file, .frames = frame_walk_start(file->octets, file->len), .head_at = SIZE_MAX};
    struct frame frame;
    while (next_frame(&walk, &frame)) {
        bool ok = frame.kind == FRAME_METADATA
                      ? keep_metadata(plan, index, frame) && read_metadata(plan, index, frame)
                      : add(plan, index, frame);
        if (!ok)
            return false;
        if (frame.kind == FRAME_METADATA)
            record_file_release(file, frame.offset, frame.len);
    }
    return true;
}

static bool add_slices(struct read_plan *plan, size_t index)
{
    size_t len = plan->files[index].len;
    for (size_t offset = 0; offset < len; offset += READ_PLAN_SLICE) {
        size_t left = len - offset;
        struct frame slice = {offset, left < READ_PLAN_SLICE ? left : READ_PLAN_SLICE,
                              FRAME_RECORDS};
        if (!add(plan, index, slice))
            return false;
    }
    return true;
}

bool read_plan_init(struct read_plan *plan, const struct record_file *files, size_t file_count)
{
    *plan = (struct read_plan){.files = files, .file_count = file_count};
    for (size_t i = 0; i < file_count; i++) {
        if (!(files[i].compressed ? add_frames(plan, i) : add_slices(plan, i)))
            return false;
    }
    return true;
}

/* The first that is about the scan, or NULL. */
static const struct read_scan *find_scan(const struct read_plan *plan, struct caa_text scan)
{
    for (size_t i = 0; i < plan->scan_count; i++) {
        if (caa_text_equal(scan, caa_text_from(plan->scans[i].scan)))
            return &plan->scans[i];
    }
    return NULL;
}

bool read_plan_all_servers(const struct read_plan *plan, struct caa_text scan)
{
    const struct read_scan *found = find_scan(plan, scan);
    return found != NULL && found->all_servers;
}

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

const char *read_plan_list(const struct read_plan *plan, struct caa_text scan)
{
    const char *first = "";
    for (size_t i = 0; i < plan->scan_count; i++) {
        const struct read_scan *found = &plan->scans[i];
        if (!caa_text_equal(caa_text_from(found->scan), scan))
            continue;
        const char *list = file_of(found->list);
        if (*first == '\0' || (*list != '\0' && strcmp(list, first) < 0))
            first = list;
    }
    return first;
}

const char *read_plan_semantics(const struct read_plan *plan, struct caa_text scan)
{
    const struct read_scan *found = find_scan(plan, scan);
    return found != NULL ? found->semantics : "";
}

void read_plan_fini(struct read_plan *plan)
{
    for (size_t i = 0; i < plan->scan_count; i++) {
        free(plan->scans[i].scan);
        free(plan->scans[i].list);
        free(plan->scans[i].semantics);
    }
    free(plan->scans);
    free(plan->metadata);
    free(plan->units);
    *plan = (struct read_plan){0};
}
