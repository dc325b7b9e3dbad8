#include "job.h"

#include <string.h>

#include "octets.h"

/* Everything but what holds only later: the levels, controls and what they show, context. */
static void begin(struct job *j, const struct target *t, uint64_t now_ns)
{
    struct job_census *census = j->census;
    if (census != NULL) {
        census->level = census->finding_count = 0;
        census->has_servers = false;
        census->own_ns = 0;
        census->cut = CENSUS_WHOLE;
    }
    j->row = t->row;
    j->rank = t->rank;
    j->admitted_ns = now_ns;
    j->done_ns = 0;
    j->prefix = t->prefix;
    j->more = j->controls = j->evidence = j->queries = j->retries = 0;
    j->input_len = t->input_len;
    j->extra_len = t->extra_len;
    j->name_len = t->name.len;
    j->extra_count = t->extra_count;
    j->level_count = 0;
    j->phase = JOB_CLIMB;
    j->outcome = OUTCOME_FOUND;
    j->error_class = CLASS_NONE;
    j->wildcard = t->wildcard;
    j->control_count = 0;
    j->has_context = false;
    j->climb = (struct climb){0};
}

bool job_take(struct job *j, struct store *s, const struct target *t, uint64_t now_ns)
{
    size_t len = (size_t)t->name.len + t->input_len + t->extra_len;
    void *text = NULL;
    uint32_t blob = store_new(s, len, &text);
    if (blob == 0)
        return false;
    uint8_t *out = text;
    octets_copy(out, t->name.wire, t->name.len);
    octets_copy(out + t->name.len, t->input, t->input_len);
    octets_copy(out + t->name.len + t->input_len, t->extra, t->extra_len);
    begin(j, t, now_ns);
    j->text = blob;
    return true;
}

static struct job_level *more_levels(const struct job *j, const struct store *s)
{
    return store_octets(s, j->more);
}

const struct job_level *job_level_at(const struct job *j, const struct store *s, size_t i)
{
    return i < JOB_LEVELS_INLINE ? &j->levels[i] : &more_levels(j, s)[i - JOB_LEVELS_INLINE];
}

void job_drop(struct job *j, struct store *s)
{
    for (size_t i = 0; i < j->level_count; i++)
        store_drop(s, job_level_at(j, s, i)->blob);
    for (size_t i = 0; i < j->control_count; i++)
        store_drop(s, job_control_at(j, s, i)->blob);
    for (size_t i = 0; j->census != NULL && i < j->census->finding_count; i++)
        store_drop(s, j->census->findings[i].text);
    if (j->census != NULL)
        store_drop(s, j->census->own_ns);
    for (size_t i = 0; j->has_context && i < CONTEXT_PARTS; i++)
        store_drop(s, j->zone_ns[i]);
    store_drop(s, j->more);
    store_drop(s, j->controls);
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

bool job_reserve_controls(struct job *j, struct store *s)
{
    void *octets = NULL;
    if (j->controls == 0)
        j->controls = store_new(s, JOB_CONTROLS_MAX * sizeof(struct job_control), &octets);
    return j->controls != 0;
}

const struct job_control *job_control_at(const struct job *j, const struct store *s, size_t i)
{
    return (const struct job_control *)store_octets(s, j->controls) + i;
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

static void put_level(struct job *j, struct store *s, size_t at, const struct job_level *level,
                      uint32_t blob)
{
    struct job_level *to =
        at < JOB_LEVELS_INLINE ? &j->levels[at] : &more_levels(j, s)[at - JOB_LEVELS_INLINE];
    *to = job_level_of(blob, level->age_s, (enum answer_source)level->source);
}

bool job_keep_level(struct job *j, struct store *s, const struct job_level *level)
{
    if (!job_reserve_level(j, s)) {
        store_drop(s, level->blob);
        return false;
    }
    uint32_t blob = job_take_evidence(j, s, level->blob);
    put_level(j, s, j->level_count++, level, blob);
    return blob != 0;
}

bool job_replace_level(struct job *j, struct store *s, const struct job_level *level)
{
    size_t at = j->level_count - 1u;
    uint32_t old = job_level_at(j, s, at)->blob;
    uint32_t blob = job_take_evidence(j, s, level->blob);
    if (blob == 0)
        return false;
    store_drop(s, old);
    put_level(j, s, at, level, blob);
    return true;
}

void job_keep_control(struct job *j, struct store *s, unsigned kind, uint32_t blob)
{
    if (j->control_count == JOB_CONTROLS_MAX) {
        store_drop(s, blob);
        return;
    }
    struct job_control *controls = store_octets(s, j->controls);
    controls[j->control_count++] = (struct job_control){.blob = job_take_evidence(j, s, blob),
                                                        .level = (uint8_t)(j->level_count - 1u),
                                                        .kind = (uint8_t)kind};
}

void job_cut_census(struct job *j, enum job_census_cut why)
{
    struct job_census *jc = j->census;
    if (jc->cut != CENSUS_WHOLE)
        return;
    jc->cut = (uint8_t)why;
    jc->cut_level = jc->level;
}

void job_keep_census(struct job *j, struct store *s)
{
    struct job_census *jc = j->census;
    char text[CENSUS_TEXT_MAX];
    if (jc->census.too_many)
        job_cut_census(j, CENSUS_CUT_ADDRESSES);
    for (unsigned kind = 0; kind < CENSUS_KINDS; kind++) {
        if (!census_differs(jc->census.seen, jc->census.seen_count, kind))
            continue;
        size_t len = census_text(jc->census.seen, jc->census.seen_count, kind, text) + 1;
        void *kept = NULL;
        uint32_t blob = jc->finding_count < JOB_FINDINGS_MAX ? store_new(s, len, &kept) : 0;
        if (blob == 0) {
            job_cut_census(j, CENSUS_CUT_NOTES);
            return;
        }
        memcpy(kept, text, len);
        jc->findings[jc->finding_count++] = (struct job_finding){.text = blob, .level = jc->level};
    }
}
