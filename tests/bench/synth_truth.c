#include "synth_truth.h"

#include <stdio.h>

static void find_set(const struct synth *world, struct name owner, struct synth_truth *out)
{
    out->outcome = OUTCOME_FOUND;
    name_copy(&out->owner, owner);
    out->set_count = synth_caa(world, owner, out->set);
}

static void fail(enum error_class class, struct synth_truth *out)
{
    out->outcome = OUTCOME_INDETERMINATE;
    out->error_class = class;
}

/* The name that an alias at n leads to. */
static struct name alias_target(const struct synth *world, struct name n, struct name_buffer *into)
{
    struct name tld = name_suffix(n, 1);
    synth_edge(world, n, into->wire);
    memcpy(into->wire + SYNTH_EDGE_LEN, tld.wire, tld.len);
    into->len = (uint8_t)(SYNTH_EDGE_LEN + tld.len);
    return name_of(into);
}

static void look_at(const struct synth *world, struct name n, struct synth_truth *out)
{
    struct name_buffer target;
    switch (synth_kind(world, n)) {
    case SYNTH_CAA:
        find_set(world, n, out);
        break;
    case SYNTH_ALIAS:
        if (synth_kind(world, alias_target(world, n, &target)) == SYNTH_CAA)
            find_set(world, name_of(&target), out);
        break;
    case SYNTH_SERVFAIL:
        fail(CLASS_SERVFAIL, out);
        break;
    case SYNTH_REFUSED:
        fail(CLASS_REFUSED, out);
        break;
    case SYNTH_NXDOMAIN:
    case SYNTH_PLAIN:
    case SYNTH_KINDS:
        break;
    }
}

void synth_truth(const struct synth *world, struct name n, struct synth_truth *out)
{
    *out = (struct synth_truth){.outcome = OUTCOME_EMPTY};
    for (out->at = n; out->at.len > 1; name_parent(&out->at), out->depth++) {
        look_at(world, out->at, out);
        if (out->outcome != OUTCOME_EMPTY)
            return;
    }
}

struct row {
    char *out;
    size_t len;
};

static void put_text(struct row *row, const char *text)
{
    size_t len = strlen(text);
    memcpy(row->out + row->len, text, len);
    row->len += len;
}

static void put_name(struct row *row, struct name n)
{
    row->len += name_text(n, row->out + row->len);
}

static void put_set(struct row *row, const struct synth_truth *truth)
{
    for (size_t i = 0; i < truth->set_count; i++) {
        const struct synth_caa *caa = &truth->set[i];
        char text[64];
        snprintf(text, sizeof text, "%s%u %s %s", i > 0 ? "|" : "", caa->flags, caa->tag,
                 caa->value);
        put_text(row, text);
    }
}

size_t synth_truth_row(const struct synth_truth *truth, struct name n, char *out)
{
    struct row row = {.out = out};
    bool found = truth->outcome == OUTCOME_FOUND;
    char text[64] = ",";
    put_name(&row, n);
    put_text(&row, ",");
    put_text(&row, outcome_word(truth->outcome));
    put_text(&row, ",");
    put_text(&row, class_word(truth->error_class));
    put_text(&row, ",");
    if (truth->outcome == OUTCOME_INDETERMINATE)
        put_name(&row, truth->at);
    put_text(&row, ",");
    if (found) {
        put_name(&row, truth->at);
        snprintf(text, sizeof text, ",%zu", truth->depth);
    }
    put_text(&row, text);
    put_text(&row, ",");
    if (found)
        put_name(&row, name_of(&truth->owner));
    snprintf(text, sizeof text, ",%zu,", truth->set_count);
    put_text(&row, text);
    put_set(&row, truth);
    return row.len;
}
