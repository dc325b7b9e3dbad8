#include "cert_history.h"

#include <stdlib.h>

void cert_history_fini(struct cert_history *history)
{
    for (size_t i = 0; i < COMPARE_SIDES_MAX; i++)
        set_records_fini(&history->records[i]);
}

static int by_time(const void *left, const void *right)
{
    const struct cert_look *a = left, *b = right;
    if (a->seen_at != b->seen_at)
        return a->seen_at < b->seen_at ? -1 : 1;
    return a->entry->side < b->entry->side ? -1 : a->entry->side > b->entry->side;
}

bool cert_history_read(struct cert_history *history, const struct compare_row *row)
{
    history->count = 0;
    for (size_t i = 0; row != NULL && i < COMPARE_SIDES_MAX; i++) {
        const struct compare_entry *entry = &row->entries[i];
        if (!row->present[i] || entry->outcome == OUTCOME_SKIPPED || entry->seen_at == 0)
            continue;
        if (!set_records_read(&history->records[i], entry->set))
            return false;
        history->looks[history->count++] = (struct cert_look){
            entry->seen_at, entry, history->records[i].set, &history->records[i]};
    }
    if (history->count > 1)
        qsort(history->looks, history->count, sizeof *history->looks, by_time);
    return true;
}

bool cert_look_answered(const struct cert_look *look)
{
    return look->entry->outcome == OUTCOME_FOUND || look->entry->outcome == OUTCOME_EMPTY;
}

bool cert_look_is_clear(const struct cert_look *look)
{
    return cert_look_answered(look) && !look->entry->inconsistent;
}

struct check_verdict cert_look_verdict(const struct cert_look *look, const struct caa_ca *ca,
                                       enum caa_kind kind)
{
    struct caa_request request = {.kind = kind};
    if (cert_look_answered(look))
        return check_verdict_of_set(&look->set, ca, &request);
    return (struct check_verdict){.result = CHECK_UNKNOWN, .reason = CHECK_BY_LOOKUP_FAILED};
}

static enum cert_change change_of(const struct cert_look *from, const struct cert_look *to)
{
    if (!cert_look_answered(from) || !cert_look_answered(to))
        return CERT_CHANGE_UNKNOWN;
    if (caa_text_equal(from->entry->set, to->entry->set))
        return CERT_UNCHANGED;
    return from->entry->inconsistent || to->entry->inconsistent ? CERT_CHANGE_UNKNOWN
                                                                : CERT_CHANGED;
}

/* From the look at an index on: a change is known from any two looks; that there was none, from
 * looks before and after the certificate, and no doubt between. */
static enum cert_change change_since(const struct cert_history *history, size_t first,
                                     uint64_t not_before)
{
    const struct cert_look *last = NULL, *clear = NULL;
    bool covered = false, doubt = false;
    for (size_t i = first; i < history->count; i++) {
        const struct cert_look *look = &history->looks[i];
        if (!cert_look_answered(look))
            continue;
        if (clear != NULL && change_of(clear, look) == CERT_CHANGED)
            return CERT_CHANGED;
        doubt |= last != NULL && change_of(last, look) != CERT_UNCHANGED;
        covered |= last != NULL && history->looks[first].seen_at <= not_before &&
                   cert_look_answered(&history->looks[first]) && look->seen_at > not_before;
        last = look;
        if (cert_look_is_clear(look))
            clear = look;
    }
    return covered && !doubt ? CERT_UNCHANGED : CERT_CHANGE_UNKNOWN;
}

static void judge_side(struct cert_judgement *out, unsigned side, const struct cert_look *look,
                       const struct cert_entry *cert, const struct caa_ca *ca)
{
    out->looks[side] = look;
    out->verdicts[side] = CERT_NOT_IN_SCAN;
    if (look != NULL)
        out->checks[side] =
            cert_look_verdict(look, ca, cert->wildcard ? CAA_KIND_WILD : CAA_KIND_ISSUE);
}

struct cert_judgement cert_history_judge(const struct cert_history *history,
                                         const struct cert_entry *cert, const struct caa_ca *ca,
                                         bool known)
{
    struct cert_judgement out = {.between = CERT_CHANGE_UNKNOWN, .since = CERT_CHANGE_UNKNOWN};
    size_t later = 0;
    while (later < history->count && history->looks[later].seen_at <= cert->not_before)
        later++;
    judge_side(&out, CERT_BEFORE, later > 0 ? &history->looks[later - 1] : NULL, cert, ca);
    judge_side(&out, CERT_AFTER, later < history->count ? &history->looks[later] : NULL, cert, ca);
    for (unsigned side = 0; side < CERT_SIDES; side++) {
        if (out.looks[side] != NULL)
            out.verdicts[side] = cert_list_verdict(&out.checks[side], known);
    }
    unsigned side = out.looks[CERT_BEFORE] != NULL ? CERT_BEFORE : CERT_AFTER;
    out.deciding = out.looks[side];
    out.verdict = out.verdicts[side];
    if (out.looks[CERT_BEFORE] != NULL && out.looks[CERT_AFTER] != NULL)
        out.between = change_of(out.looks[CERT_BEFORE], out.looks[CERT_AFTER]);
    if (out.deciding != NULL)
        out.since = change_since(history, later > 0 ? later - 1 : 0, cert->not_before);
    return out;
}
