#include "job.h"

#include <string.h>

bool job_take(struct job *j, struct store *s, const struct target *t, uint64_t now_ns)
{
    size_t len = (size_t)t->name.len + t->input_len + t->extra_len;
    void *text = NULL;
    uint32_t blob = store_new(s, len, &text);
    if (blob == 0)
        return false;
    struct job_alt *alt = j->alt;
    struct job_census *census = j->census;
    if (census != NULL) {
        census->level = census->finding_count = 0;
        census->has_servers = false;
        census->own_ns = 0;
    }
    *j = (struct job){.row = t->row,
                      .rank = t->rank,
                      .admitted_ns = now_ns,
                      .prefix = t->prefix,
                      .alt = alt,
                      .census = census,
                      .text = blob,
                      .input_len = t->input_len,
                      .extra_len = t->extra_len,
                      .name_len = t->name.len,
                      .extra_count = t->extra_count,
                      .wildcard = t->wildcard};
    struct writer w = writer_over(text, len);
    writer_octets(&w, t->name.wire, t->name.len);
    writer_octets(&w, t->input, t->input_len);
    writer_octets(&w, t->extra, t->extra_len);
    return true;
}

static struct job_level *more_levels(const struct job *j, const struct store *s)
{
    return store_octets(s, j->more);
}

struct job_level job_level_at(const struct job *j, const struct store *s, size_t i)
{
    return i < JOB_LEVELS_INLINE ? j->levels[i] : more_levels(j, s)[i - JOB_LEVELS_INLINE];
}

void job_drop(struct job *j, struct store *s)
{
    for (size_t i = 0; i < j->level_count; i++)
        store_drop(s, job_level_at(j, s, i).blob);
    for (size_t i = 0; i < j->control_count; i++)
        store_drop(s, j->controls[i].blob);
    for (size_t i = 0; j->census != NULL && i < j->census->finding_count; i++)
        store_drop(s, j->census->findings[i].text);
    if (j->census != NULL)
        store_drop(s, j->census->own_ns);
    for (size_t i = 0; i < CONTEXT_PARTS; i++)
        store_drop(s, j->zone_ns[i]);
    store_drop(s, j->more);
    store_drop(s, j->text);
}

struct name job_name(const struct job *j, const struct store *s)
{
    return (struct name){.wire = store_octets(s, j->text), .len = j->name_len};
}

bool job_reserve_level(struct job *j, struct store *s)
{
    if (j->level_count < JOB_LEVELS_INLINE || j->more != 0)
        return true;
    void *octets = NULL;
    size_t len = (NAME_LABELS_MAX - JOB_LEVELS_INLINE) * sizeof(struct job_level);
    j->more = store_new(s, len, &octets);
    return j->more != 0;
}

uint32_t job_take_evidence(struct job *j, struct store *s, uint32_t blob)
{
    if (blob == 0)
        return 0;
    uint32_t len = ((const struct answer *)store_octets(s, blob))->len;
    if (len > RECORD_EVIDENCE_MAX - j->evidence) {
        store_drop(s, blob);
        return 0;
    }
    j->evidence += len;
    return blob;
}

static void put_level(struct job *j, struct store *s, size_t at, struct job_level level)
{
    if (at < JOB_LEVELS_INLINE)
        j->levels[at] = level;
    else
        more_levels(j, s)[at - JOB_LEVELS_INLINE] = level;
}

bool job_keep_level(struct job *j, struct store *s, struct job_level level)
{
    if (!job_reserve_level(j, s)) {
        store_drop(s, level.blob);
        return false;
    }
    level.blob = job_take_evidence(j, s, level.blob);
    put_level(j, s, j->level_count++, level);
    return level.blob != 0;
}

bool job_replace_level(struct job *j, struct store *s, struct job_level level)
{
    size_t at = j->level_count - 1u;
    struct job_level old = job_level_at(j, s, at);
    level.blob = job_take_evidence(j, s, level.blob);
    if (level.blob == 0)
        return false;
    store_drop(s, old.blob);
    put_level(j, s, at, level);
    return true;
}

void job_keep_control(struct job *j, struct store *s, unsigned kind, uint32_t blob)
{
    if (j->control_count == JOB_CONTROLS_MAX) {
        store_drop(s, blob);
        return;
    }
    j->controls[j->control_count++] = (struct job_control){.blob = job_take_evidence(j, s, blob),
                                                           .level = (uint8_t)(j->level_count - 1u),
                                                           .kind = (uint8_t)kind};
}

void job_keep_census(struct job *j, struct store *s)
{
    struct job_census *jc = j->census;
    char text[CENSUS_TEXT_MAX];
    for (unsigned kind = 0; kind < CENSUS_KINDS; kind++) {
        if (jc->finding_count == JOB_FINDINGS_MAX ||
            !census_differs(jc->census.seen, jc->census.seen_count, kind))
            continue;
        size_t len = census_text(jc->census.seen, jc->census.seen_count, kind, text) + 1;
        void *kept = NULL;
        uint32_t blob = store_new(s, len, &kept);
        if (blob == 0)
            return;
        memcpy(kept, text, len);
        jc->findings[jc->finding_count++] = (struct job_finding){.text = blob, .level = jc->level};
    }
}
