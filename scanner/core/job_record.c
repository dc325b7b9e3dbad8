/* From a finished job to the views of its record: what the levels say about the row as a whole. */
#include "caascan/caa_rdata.h"
#include "control.h"
#include "job.h"
#include "message.h"
#include "trust.h"

static void add_note(struct job_view *v, enum note_kind kind, struct name at, const char *detail)
{
    if (v->record.note_count == RECORD_NOTES_MAX)
        return;
    v->notes[v->record.note_count++] =
        (struct record_note){.kind = (uint8_t)kind, .at = at, .detail = detail};
}

/* Does the name itself exist? An NXDOMAIN behind a CNAME speaks of the target, and the owner of the
 * CNAME is there; behind a DNAME there is no such owner. */
static enum existence exists_by(const struct answer *a)
{
    if (a->failure != CLASS_NONE)
        return EXISTS_UNKNOWN;
    if (a->level != LEVEL_NXDOMAIN)
        return EXISTS_YES;
    bool own_alias = a->chain_count > 0 && answer_chain(a, 0).kind == ALIAS_CNAME;
    return own_alias ? EXISTS_YES : EXISTS_NO;
}

static void note_malformed(struct job_view *v, const struct record_level *level)
{
    struct answer_rr rr;
    uint32_t cursor = 0;
    while (answer_next_rr(level->answer, &cursor, &rr)) {
        struct caa_rdata split;
        enum rdata_error why = caa_rdata_split(rr.rdata, rr.rdlen, &split);
        if (why == RDATA_NONE)
            continue;
        add_note(v, NOTE_RDATA_MALFORMED, level->name, rdata_error_word(why));
        return;
    }
}

/* The class of failure that the level recovered from; CLASS_NONE for any other level. */
static enum error_class recovered_from(const struct job *j, size_t level)
{
    for (size_t i = 0; j->control_count > 0 && i < 2; i++) {
        if (j->recovered[i] == level + 1)
            return (enum error_class)j->recovered_from[i];
    }
    return CLASS_NONE;
}

/* A denial as most are, of which there is nothing to note. */
static bool is_plain_denial(const struct answer *a)
{
    const unsigned noted =
        ANSWER_FORMERR_ON_EDNS | ANSWER_CNAME_AND_OTHER | ANSWER_UNEXPECTED_RRTYPE;
    return a->failure == CLASS_NONE && a->level == LEVEL_NODATA && a->rr_count == 0 &&
           (a->flags & (noted | ANSWER_SOA)) == ANSWER_SOA;
}

static void note_level(struct job_view *v, size_t i)
{
    const struct record_level *level = &v->levels[i];
    const struct answer *a = level->answer;
    if (is_plain_denial(a))
        return;
    if ((a->flags & ANSWER_FORMERR_ON_EDNS) != 0)
        add_note(v, NOTE_FORMERR_ON_EDNS, level->name, NULL);
    if (a->failure != CLASS_NONE)
        return;
    note_malformed(v, level);
    if ((a->flags & ANSWER_CNAME_AND_OTHER) != 0)
        add_note(v, NOTE_CNAME_AND_OTHER_DATA, level->name, NULL);
    if ((a->flags & ANSWER_UNEXPECTED_RRTYPE) != 0)
        add_note(v, NOTE_UNEXPECTED_RRTYPE_IN_ANSWER, level->name, NULL);
    if (a->level != LEVEL_RECORDS && (a->flags & ANSWER_SOA) == 0)
        add_note(v, NOTE_NODATA_WITHOUT_SOA, level->name, level_outcome_word(a->level));
    if (exists_by(a) != EXISTS_NO)
        return;
    if (name_label_count(level->name) == 1)
        add_note(v, NOTE_NXDOMAIN_TLD, level->name, NULL);
    if (i > 0 && exists_by(v->levels[i - 1].answer) == EXISTS_YES)
        add_note(v, NOTE_NXDOMAIN_ON_ENT, level->name, "a name below it exists");
}

/* An answer that says only: there was no room to keep the answer. */
static const struct answer *no_answer(struct job_view *v, struct name name, enum error_class why)
{
    struct answer_parts parts = {.qname = name};
    parts.head = (struct answer){
        .rcode = -1, .qtype = TYPE_CAA, .failure = (uint8_t)why, .dnssec = DNSSEC_UNCHECKED};
    answer_build(&parts, v->no_answer, sizeof v->no_answer);
    return (const struct answer *)v->no_answer;
}

static void fill_levels(const struct job *j, const struct store *s, struct job_view *v)
{
    struct name name = job_name(j, s);
    for (size_t i = 0; i < j->level_count; i++) {
        const struct job_level *level = job_level_at(j, s, i);
        struct record_level *out = &v->levels[i];
        out->name = name;
        name_parent(&name);
        out->age_s = level->age_s;
        out->source = level->source;
        out->answer = level->blob != 0 ? store_octets(s, level->blob)
                                       : no_answer(v, out->name, j->error_class);
    }
}

static void fill_controls(const struct job *j, const struct store *s, struct job_view *v)
{
    v->record.controls = v->controls;
    for (size_t i = 0; i < j->control_count; i++) {
        const struct job_control *kept = job_control_at(j, s, i);
        if (kept->blob == 0)
            continue;
        const struct answer *a = store_octets(s, kept->blob);
        v->controls[v->record.control_count++] =
            (struct record_control){.at = answer_qname(a),
                                    .server = a->server,
                                    .answer = a,
                                    .type = a->qtype,
                                    .rcode = a->rcode,
                                    .cd = kept->kind == CONTROL_CD,
                                    .answered = a->failure == CLASS_NONE};
    }
}

static const struct answer *control_at(const struct job *j, const struct store *s,
                                       enum control_kind kind)
{
    for (size_t i = 0; i < j->control_count; i++) {
        const struct job_control *kept = job_control_at(j, s, i);
        if (kept->kind == kind && kept->level + 1 == j->level_count && kept->blob != 0)
            return store_octets(s, kept->blob);
    }
    return NULL;
}

/* What the probes of the level that decided the row say about its failure. */
static void read_controls(const struct job *j, const struct store *s, struct job_view *v)
{
    struct record *r = &v->record;
    if (r->outcome != OUTCOME_INDETERMINATE || r->level_count == 0)
        return;
    const struct answer *address = control_at(j, s, CONTROL_A);
    const struct answer *unchecked = control_at(j, s, CONTROL_CD);
    bool bogus =
        r->error_class == CLASS_DNSSEC_BOGUS || r->error_class == CLASS_DNSSEC_INDETERMINATE;
    if (address != NULL && address->failure == CLASS_NONE && !bogus)
        add_note(v, NOTE_RCODE_DIFFERS_BY_TYPE, v->levels[r->level_count - 1].name,
                 class_word(r->error_class));
    if (unchecked != NULL && unchecked->failure == CLASS_NONE && r->error_class == CLASS_SERVFAIL)
        r->dnssec = DNSSEC_BOGUS;
}

/* The resolver's word on DNSSEC for the row: of the set where there is one, of the zone that
 * failed, else of all denials together (RFC 4035 section 3.2.3). */
static void fill_dnssec(struct record *r)
{
    bool all_ad = r->level_count > 0;
    for (size_t i = 0; i < r->level_count; i++)
        all_ad = all_ad && (r->levels[i].answer->flags & ANSWER_AD) != 0;
    r->ad = r->level_count > 0 ? (int8_t)all_ad : -1;
    r->dnssec = DNSSEC_UNCHECKED;
    if (r->level_count == 0)
        return;
    if (r->outcome == OUTCOME_EMPTY)
        r->dnssec = all_ad ? DNSSEC_SECURE : DNSSEC_UNCHECKED;
    else
        r->dnssec = r->levels[r->level_count - 1].answer->dnssec;
}

enum dnssec_status job_dnssec(const struct record *r)
{
    if (r->level_count == 0)
        return DNSSEC_UNCHECKED;
    enum dnssec_status last = (enum dnssec_status)r->levels[r->level_count - 1].answer->dnssec;
    if (r->outcome == OUTCOME_INDETERMINATE)
        return last;
    for (size_t i = 0; i + 1 < r->level_count; i++)
        last = trust_weaker((enum dnssec_status)r->levels[i].answer->dnssec, last);
    return last;
}

static uint8_t own_outcome(const struct record *r)
{
    if (r->level_count == 0)
        return r->outcome;
    const struct answer *a = r->levels[0].answer;
    if (a->failure != CLASS_NONE)
        return OUTCOME_INDETERMINATE;
    return a->rr_count > 0 ? OUTCOME_FOUND : OUTCOME_EMPTY;
}

static void fill_target(const struct job *j, const struct store *s, struct target *t)
{
    const uint8_t *text = store_octets(s, j->text);
    *t = (struct target){.row = j->row,
                         .rank = j->rank,
                         .input = text + j->name_len,
                         .extra = text + j->name_len + j->input_len,
                         .prefix = j->prefix,
                         .input_len = j->input_len,
                         .extra_len = j->extra_len,
                         .extra_count = j->extra_count,
                         .wildcard = j->wildcard,
                         .name = {.wire = text, .len = j->name_len}};
}

static void note_census(const struct job *j, const struct store *s, struct job_view *v)
{
    static const char *const cuts[] = {NULL, "queries", "addresses", "notes"};
    const struct job_census *jc = j->census;
    if (jc == NULL)
        return;
    if (jc->cut != CENSUS_WHOLE)
        add_note(v, NOTE_CENSUS_INCOMPLETE, v->levels[jc->cut_level].name, cuts[jc->cut]);
    for (size_t i = 0; i < jc->finding_count; i++)
        add_note(v, NOTE_NS_INCONSISTENT, v->levels[jc->findings[i].level].name,
                 store_octets(s, jc->findings[i].text));
}

void job_record(const struct job *j, const struct store *s, struct job_view *view)
{
    struct record *r = &view->record;
    *r = (struct record){.target = &view->target,
                         .levels = view->levels,
                         .level_count = j->level_count,
                         .notes = view->notes,
                         .outcome = j->outcome,
                         .error_class = j->error_class,
                         .exists = EXISTS_UNKNOWN,
                         .queries = j->queries,
                         .retries = j->retries,
                         .duration_ns = j->done_ns - j->admitted_ns};
    fill_target(j, s, &view->target);
    fill_levels(j, s, view);
    fill_controls(j, s, view);
    for (size_t i = 0; i < r->level_count; i++) {
        enum error_class failed = recovered_from(j, i);
        if (failed != CLASS_NONE)
            add_note(view, NOTE_RECOVERED, view->levels[i].name, class_word(failed));
        note_level(view, i);
    }
    note_census(j, s, view);
    if (r->level_count > 0) {
        r->exists = (uint8_t)exists_by(view->levels[0].answer);
        if (j->outcome == OUTCOME_INDETERMINATE)
            r->error_name = answer_error_name(view->levels[r->level_count - 1].answer);
    }
    if (j->has_context) {
        job_context_record(j, s, &view->context);
        r->context = &view->context;
    }
    fill_dnssec(r);
    read_controls(j, s, view);
    r->own = own_outcome(r);
    if (j->alt != NULL && j->name_len > 0) {
        r->rfc6844 = &j->alt->verdict[RECURSION_RFC6844];
        r->erratum5065 = &j->alt->verdict[RECURSION_ERRATUM5065];
    }
}
