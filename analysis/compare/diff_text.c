#include "diff_text.h"

#include <inttypes.h>

static void put_scan(FILE *out, const char *what, const struct compare_scan *scan)
{
    fprintf(out, "%s  %s, mode %s, vantage %s, %04u-%02u-%02u to %04u-%02u-%02u\n", what,
            scan->scan, mode_word(scan->mode), *scan->vantage != '\0' ? scan->vantage : "not named",
            scan->first_date / 10000, scan->first_date / 100 % 100, scan->first_date % 100,
            scan->last_date / 10000, scan->last_date / 100 % 100, scan->last_date % 100);
}

static void put_count(FILE *out, const char *what, uint64_t count, uint64_t whole)
{
    fprintf(out, "  %-42s %12" PRIu64, what, count);
    if (whole > 0)
        fprintf(out, "  %6.2f %%", 100 * (double)count / (double)whole);
}

static void put_classes(FILE *out, const struct diff_counts *counts,
                        const struct diff_changes *changes)
{
    uint64_t both = diff_counts_both(counts);
    bool events = diff_counts_has_operators(counts);
    fprintf(out, "\nof these%s\n",
            events ? ", and how many events: one change of set at one operator" : "");
    for (unsigned i = 0; i < DIFF_BOTH_END; i++) {
        put_count(out, diff_class_text(i), counts->names[i], both);
        if (events && i < DIFF_TOLD_END)
            fprintf(out, "  %8" PRIu64, changes->events_of[i]);
        fputc('\n', out);
    }
}

void diff_text_put(FILE *out, const struct compare_session *session,
                   const struct diff_counts *counts, const struct diff_changes *changes)
{
    put_scan(out, "OLD", &session->scans[DIFF_SIDE_OLD]);
    put_scan(out, "NEW", &session->scans[DIFF_SIDE_NEW]);
    fprintf(out, "\nnames\n");
    put_count(out, "in both lists", diff_counts_both(counts), 0);
    fputc('\n', out);
    put_count(out, diff_class_text(DIFF_ONLY_OLD), counts->names[DIFF_ONLY_OLD], 0);
    fputc('\n', out);
    put_count(out, diff_class_text(DIFF_ONLY_NEW), counts->names[DIFF_ONLY_NEW], 0);
    fputc('\n', out);
    put_classes(out, counts, changes);
    if (changes->top_events.len > 0)
        fprintf(out, "\nlargest events\n%.*s", (int)changes->top_events.len,
                (const char *)changes->top_events.octets);
    if (counts->no_operator > 0)
        fprintf(out, "\nof %" PRIu64 " of these names the operator is not known\n",
                counts->no_operator);
    fprintf(out, "\ntables: %s\n", session->dir.path);
}
