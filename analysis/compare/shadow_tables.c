#include "shadow_tables.h"

#include <inttypes.h>
#include <stdlib.h>

#include "say.h"

#define LEAD "scan_id,date,mode,vantage,unit,denominator_of,denominator"

void shadow_counts_init(struct shadow_counts *counts)
{
    *counts = (struct shadow_counts){0};
    for (unsigned i = 0; i < SHADOW_CONTENT_COUNT * SHADOW_KINDS; i++)
        count_map_init(&counts->operators[i / SHADOW_KINDS][i % SHADOW_KINDS]);
}

void shadow_counts_fini(struct shadow_counts *counts)
{
    for (unsigned i = 0; i < SHADOW_CONTENT_COUNT * SHADOW_KINDS; i++)
        count_map_fini(&counts->operators[i / SHADOW_KINDS][i % SHADOW_KINDS]);
}

uint64_t shadow_counts_below(const struct shadow_counts *counts)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < SHADOW_RELATION_COUNT; i++)
        sum += counts->relations[i];
    return sum;
}

static bool permits_more(enum shadow_effect effect)
{
    return effect == SHADOW_UNDOES || effect == SHADOW_WIDENS;
}

bool shadow_name_is_told(const struct shadow_name *name)
{
    return permits_more(name->effects[CAA_KIND_ISSUE]) ||
           permits_more(name->effects[CAA_KIND_WILD]);
}

static bool by_alias(const struct compare_entry *entry)
{
    return !caa_text_equal_folded(entry->rrset_owner, entry->found_at);
}

bool shadow_counts_take(struct shadow_counts *counts, const struct shadow_name *name)
{
    counts->by_alias += by_alias(name->entry);
    counts->inconsistent += name->entry->inconsistent || name->ancestor->inconsistent;
    for (unsigned kind = 0; kind < SHADOW_KINDS; kind++) {
        enum shadow_effect effect = name->effects[kind];
        counts->effects[name->content][kind][effect]++;
        if (!permits_more(effect) || name->entry->operator.len == 0)
            continue;
        struct count_entry *operator=
            count_map_at(&counts->operators[name->content][kind], name->entry->operator);
        if (operator== NULL)
            return false;
        operator->counts[0]++;
    }
    return true;
}

static void put_lead(struct csv_file *csv, const struct compare_session *session,
                     const char *denominator_of, uint64_t denominator)
{
    const struct compare_scan *scan = &session->scans[0];
    char day[40];
    snprintf(day, sizeof day, "%04u-%02u-%02u", scan->first_date / 10000,
             scan->first_date / 100 % 100, scan->first_date % 100);
    csv_file_word(csv, scan->scan);
    csv_file_word(csv, scan->first_date != 0 ? day : "");
    csv_file_word(csv, mode_word(scan->mode));
    csv_file_word(csv, scan->vantage);
    csv_file_word(csv, "name");
    csv_file_word(csv, denominator_of);
    csv_file_count(csv, denominator);
}

void shadow_tables_begin_names(struct csv_file *csv)
{
    fputs("scan_id,name,ancestor,content,issue_effect,wild_effect,set,hidden_set,found_at,owner,"
          "hidden_found_at,by_alias,inconsistent,operator\n",
          csv->file);
}

static void put_set(struct csv_file *csv, const struct caa_set *set)
{
    struct octet_buffer text = {0};
    set_form_put_text(set, false, &text);
    csv_file_text(csv, octet_buffer_text(&text));
    csv->row.no_memory |= text.no_memory;
    octet_buffer_fini(&text);
}

void shadow_tables_name(struct csv_file *csv, const struct compare_session *session,
                        const struct shadow_name *name)
{
    csv_file_word(csv, session->scans[0].scan);
    csv_file_text(csv, name->entry->name);
    csv_file_text(csv, name->ancestor->name);
    csv_file_word(csv, shadow_content_word(name->content));
    csv_file_word(csv, shadow_effect_word(name->effects[CAA_KIND_ISSUE]));
    csv_file_word(csv, shadow_effect_word(name->effects[CAA_KIND_WILD]));
    put_set(csv, name->set);
    put_set(csv, name->hidden);
    csv_file_text(csv, name->entry->found_at);
    csv_file_text(csv, name->entry->rrset_owner);
    csv_file_text(csv, name->ancestor->found_at);
    csv_file_count(csv, by_alias(name->entry));
    csv_file_count(csv, name->entry->inconsistent || name->ancestor->inconsistent);
    csv_file_text(csv, name->entry->operator);
    csv_file_end_row(csv);
}

/* The operator with most of the names that permit more; empty cells where none is known. False
 * without memory. */
static bool put_operator(struct csv_file *csv, const struct count_map *operators)
{
    size_t count;
    const struct count_entry **sorted = count_map_sorted(operators, &count);
    if (sorted == NULL)
        return false;
    if (count > 0) {
        csv_file_text(csv, sorted[0]->key);
        csv_file_count(csv, sorted[0]->counts[0]);
    } else {
        csv_file_empty(csv);
        csv_file_empty(csv);
    }
    free(sorted);
    return true;
}

static bool put_effects(struct csv_file *csv, const struct compare_session *session,
                        const struct shadow_counts *counts, unsigned content, unsigned kind)
{
    const uint64_t *effects = counts->effects[content][kind];
    uint64_t hiding = counts->relations[SHADOW_HIDES], names = 0;
    for (unsigned i = 0; i < SHADOW_EFFECT_COUNT; i++)
        names += effects[i];
    put_lead(csv, session, "hides", hiding);
    csv_file_word(csv, shadow_content_word(content));
    csv_file_word(csv, caa_kind_word(kind));
    csv_file_count(csv, names);
    for (unsigned i = 0; i < SHADOW_EFFECT_COUNT; i++)
        csv_file_count(csv, effects[i]);
    csv_file_share(csv, effects[SHADOW_UNDOES] + effects[SHADOW_WIDENS], hiding);
    bool put = put_operator(csv, &counts->operators[content][kind]);
    csv_file_end_row(csv);
    return put;
}

static bool write_effects(const struct compare_session *session, const struct shadow_counts *counts)
{
    struct csv_file csv;
    bool put = true;
    if (!compare_session_table(session, &csv, "shadowing.csv"))
        return false;
#define EFFECT_COLUMN(name, word) "," word
    compare_session_columns(
        session, &csv,
        LEAD ",content,kind,names" SHADOW_EFFECTS(
            EFFECT_COLUMN) ",share_permitting_more,top_operator,top_operator_names");
    for (unsigned i = 0; put && i < SHADOW_CONTENT_COUNT * SHADOW_KINDS; i++)
        put = put_effects(&csv, session, counts, i / SHADOW_KINDS, i % SHADOW_KINDS);
    if (!put)
        say("out of memory");
    return compare_session_end_table(session, &csv, put);
}

static void put_metric(struct csv_file *csv, const struct compare_session *session,
                       const char *metric, uint64_t count, uint64_t whole)
{
    put_lead(csv, session, "ancestor_in_scan", whole);
    csv_file_word(csv, metric);
    csv_file_count(csv, count);
    csv_file_share(csv, count, whole);
    csv_file_end_row(csv);
}

static bool write_summary(const struct compare_session *session, const struct shadow_counts *counts)
{
    struct csv_file csv;
    uint64_t below = shadow_counts_below(counts);
    if (!compare_session_table(session, &csv, "summary.csv"))
        return false;
    compare_session_columns(session, &csv, LEAD ",metric,names,share");
    put_lead(&csv, session, "asked", counts->names);
    csv_file_word(&csv, "ancestor_in_scan");
    csv_file_count(&csv, below);
    csv_file_share(&csv, below, counts->names);
    csv_file_end_row(&csv);
    for (unsigned i = 0; i < SHADOW_RELATION_COUNT; i++)
        put_metric(&csv, session, shadow_relation_word(i), counts->relations[i], below);
    put_metric(&csv, session, "hides_by_alias", counts->by_alias, below);
    put_metric(&csv, session, "hides_and_servers_disagree", counts->inconsistent, below);
    put_lead(&csv, session, "asked", counts->names);
    csv_file_word(&csv, "repeated");
    csv_file_count(&csv, counts->repeated);
    csv_file_empty(&csv);
    csv_file_end_row(&csv);
    return compare_session_end_table(session, &csv, true);
}

bool shadow_tables_write(const struct compare_session *session, const struct shadow_counts *counts)
{
    return write_effects(session, counts) && write_summary(session, counts);
}

static void put_line(FILE *out, const char *what, uint64_t count)
{
    fprintf(out, "  %-46s %12" PRIu64 "\n", what, count);
}

void shadow_tables_print(FILE *out, const struct compare_session *session,
                         const struct shadow_counts *counts)
{
    uint64_t undone[SHADOW_KINDS] = {0}, widened[SHADOW_KINDS] = {0};
    for (unsigned i = 0; i < SHADOW_CONTENT_COUNT * SHADOW_KINDS; i++) {
        const uint64_t *effects = counts->effects[i / SHADOW_KINDS][i % SHADOW_KINDS];
        undone[i % SHADOW_KINDS] += effects[SHADOW_UNDOES];
        widened[i % SHADOW_KINDS] += effects[SHADOW_WIDENS];
    }
    fprintf(out, "Sets that hide others in %s\n\n", session->scans[0].path);
    put_line(out, "names asked", counts->names);
    put_line(out, "with a name above them in the scan", shadow_counts_below(counts));
    put_line(out, "whose set hides that of the name above", counts->relations[SHADOW_HIDES]);
    put_line(out, "and lets everybody issue, who could not", undone[CAA_KIND_ISSUE]);
    put_line(out, "and lets more CAs issue", widened[CAA_KIND_ISSUE]);
    put_line(out, "and lets everybody issue wildcards", undone[CAA_KIND_WILD]);
    put_line(out, "and lets more CAs issue wildcards", widened[CAA_KIND_WILD]);
}
