/* The questions about a row's zones: asked where the row does not tell by itself, and kept as far
 * as its record needs them. */
#include "control.h"
#include "job.h"
#include "message.h"

static const struct answer *level_answer(const struct job *j, const struct store *s, size_t i)
{
    const struct job_level *level = job_level_at(j, s, i);
    return level->blob != 0 ? store_octets(s, level->blob) : NULL;
}

static struct context_names names_of(const struct job *j, const struct store *s)
{
    struct context_names names = {.part = {job_name(j, s)}};
    if (j->outcome == OUTCOME_FOUND)
        names.part[CONTEXT_SET] = answer_owner(level_answer(j, s, j->level_count - 1u));
    return names;
}

/* The climb may have passed this name, and been shown its zone or an alias. */
static const struct answer *told_by_level(const struct job *j, const struct store *s,
                                          struct name asked)
{
    struct name name = job_name(j, s);
    size_t i = name_label_count(name) - name_label_count(asked);
    if (!name_within(name, asked) || i >= j->level_count)
        return NULL;
    const struct answer *a = level_answer(j, s, i);
    return a != NULL && context_is_told(a) ? a : NULL;
}

static const struct answer *probe_answer(const struct job *j, const struct store *s,
                                         enum control_kind kind, struct name level)
{
    for (size_t i = 0; i < j->control_count; i++) {
        const struct job_control *kept = job_control_at(j, s, i);
        if (kept->kind != kind || kept->blob == 0)
            continue;
        const struct answer *a = store_octets(s, kept->blob);
        if (name_equal(answer_qname(a), level))
            return a;
    }
    return NULL;
}

/* Control probes may have asked the same. Where they failed to the last, without validation too,
 * there is no use in asking on. */
static const struct answer *told_by_control(const struct job *j, const struct store *s,
                                            struct name asked)
{
    const struct answer *soa = probe_answer(j, s, CONTROL_SOA, asked);
    const struct answer *unchecked = probe_answer(j, s, CONTROL_CD, asked);
    if (soa != NULL && soa->failure == CLASS_NONE)
        return soa;
    if (unchecked == NULL)
        return NULL;
    bool failed = unchecked->failure != CLASS_NONE;
    return failed || context_is_told(unchecked) ? unchecked : NULL;
}

/* Goes on for as long as the row has the answer already. Returns false at the end. */
static bool go_on(struct job *j, const struct store *s, const struct context_names *names,
                  enum context_step step)
{
    while (step == CONTEXT_ASK && j->context.type == TYPE_SOA) {
        struct name asked = context_question(&j->context, names).name;
        const struct answer *told = told_by_level(j, s, asked);
        if (told == NULL)
            told = told_by_control(j, s, asked);
        if (told == NULL)
            return true;
        step = context_next(&j->context, names, told);
    }
    return step == CONTEXT_ASK;
}

bool job_context_begin(struct job *j, const struct store *s)
{
    if (j->level_count == 0)
        return false;
    struct context_names names = names_of(j, s);
    j->has_context = true;
    j->zone_ns[CONTEXT_OWN] = j->zone_ns[CONTEXT_SET] = 0;
    return go_on(j, s, &names, context_begin(&j->context, &names));
}

bool job_context_lacks(const struct job *j, const struct store *s)
{
    const struct answer *a = j->level_count > 0 ? level_answer(j, s, 0) : NULL;
    return a != NULL && (a->flags & ANSWER_UNREFERRED) != 0;
}

struct context_question job_context_question(const struct job *j, const struct store *s)
{
    struct context_names names = names_of(j, s);
    return context_question(&j->context, &names);
}

bool job_context_on(struct job *j, struct store *s, uint32_t blob)
{
    struct context_names names = names_of(j, s);
    const struct answer *a = blob != 0 ? store_octets(s, blob) : NULL;
    bool tells_servers = j->context.type == TYPE_NS;
    unsigned part = j->context.part;
    enum context_step step = context_next(&j->context, &names, a);
    if (tells_servers)
        j->zone_ns[part] = job_take_evidence(j, s, blob);
    else
        store_drop(s, blob);
    return go_on(j, s, &names, step);
}

static size_t servers_in(const struct store *s, uint32_t blob, struct name into[ANSWER_NS_MAX])
{
    const struct answer *a = blob != 0 ? store_octets(s, blob) : NULL;
    if (a == NULL || a->chain_count > 0)
        return 0;
    struct answer_rr rr;
    uint32_t cursor = 0;
    size_t count = 0;
    while (count < ANSWER_NS_MAX && answer_next_rr(a, &cursor, &rr))
        into[count++] = (struct name){.wire = rr.rdata, .len = (uint8_t)rr.rdlen};
    return count;
}

void job_context_record(const struct job *j, const struct store *s, struct record_context *out)
{
    struct context_names names = names_of(j, s);
    const struct context *c = &j->context;
    out->ds = c->ds;
    out->zone.zone = context_zone(c, &names, CONTEXT_OWN);
    out->ns_count = servers_in(s, j->zone_ns[CONTEXT_OWN], out->zone.ns);
    out->set_zone.zone = context_zone(c, &names, CONTEXT_SET);
    bool one_zone = name_equal(out->zone.zone, out->set_zone.zone);
    uint32_t blob = j->zone_ns[one_zone ? CONTEXT_OWN : CONTEXT_SET];
    out->set_ns_count = servers_in(s, blob, out->set_zone.ns);
    if (out->set_zone.zone.len == 0 && j->outcome == OUTCOME_FOUND)
        out->set_ns_count =
            answer_set_zone(level_answer(j, s, j->level_count - 1u), &out->set_zone);
}
