#include "figure_parts.h"

#include <stdio.h>

struct figure_rows figure_rows_of(const struct print *print, const char *table, size_t group)
{
    const struct grid *grid = print_grid(print, table);
    if (grid == NULL || group >= grid->span_count)
        return (struct figure_rows){0};
    return (struct figure_rows){grid, grid->spans[group].first, grid->spans[group].end};
}

static const char *words_of_unit(const char *unit)
{
    static const char *const words[][2] = {
        {"name", "names"},
        {"registrable_domain", "registrable domains"},
        {"record", "records"},
        {"caa_record", "CAA records"},
        {"certificate", "certificates"},
        {"removal", "removals"},
        {"pair", "pairs"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(unit, words[i][0]) == 0)
            return words[i][1];
    }
    return unit;
}

static const char *words_of_denominator(const char *word)
{
    static const char *const words[][2] = {
        {"asked", "asked"},
        {"answered", "that answered"},
        {"own_level_answered", "whose own level answered"},
        {"found", "with a CAA set"},
        {"found_with_property", "whose set has the property"},
        {"in_both", "in both lists"},
        {"any_scan", "in any of the scans"},
        {"ancestor_in_scan", "below another name of the scan"},
        {"hides", "that hide a set"},
        {"certificates", "in the list"},
        {"removals", "in all"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i][0]) == 0)
            return words[i][1];
    }
    return word;
}

void figure_base(char out[FIGURE_LABEL_LEN], const struct grid *grid, size_t row)
{
    char count[PLOT_FORMAT_LEN];
    const char *unit = grid_text(grid, row, grid_column(grid, "unit"));
    const char *whole = grid_text(grid, row, grid_column(grid, "denominator_of"));
    double denominator = grid_number(grid, row, grid_column(grid, "denominator"));
    plot_format_count(count, (uint64_t)denominator);
    snprintf(out, FIGURE_LABEL_LEN, "%s %.40s %.40s", count, words_of_unit(unit),
             words_of_denominator(whole));
    for (char *at = out; *at != '\0'; at++) {
        if (*at == '_')
            *at = ' ';
    }
}

void figure_subtitle_of(char out[FIGURE_SUBTITLE_LEN], const struct print *print, size_t group,
                        const char *what)
{
    snprintf(out, FIGURE_SUBTITLE_LEN, "n = %.150s. %.200s", what, print->groups[group]);
}

void figure_subtitle(char out[FIGURE_SUBTITLE_LEN], const struct print *print, size_t group,
                     struct figure_rows rows)
{
    char base[FIGURE_LABEL_LEN];
    figure_base(base, rows.grid, rows.first);
    figure_subtitle_of(out, print, group, base);
}

struct plot_bar *figure_bar_add(struct figure_bars *bars, const char *label)
{
    if (bars->count == FIGURE_BARS_MAX)
        return NULL;
    snprintf(bars->labels[bars->count], FIGURE_LABEL_LEN, "%s", label);
    struct plot_bar *bar = &bars->bars[bars->count];
    *bar = (struct plot_bar){.label = bars->labels[bars->count]};
    bars->count++;
    return bar;
}

struct plot_bar *figure_bar_find(struct figure_bars *bars, const char *label)
{
    for (size_t i = 0; i < bars->count; i++) {
        if (strncmp(bars->labels[i], label, FIGURE_LABEL_LEN - 1) == 0)
            return &bars->bars[i];
    }
    return NULL;
}

bool figure_bars_known(const struct figure_bars *bars)
{
    for (size_t i = 0; i < bars->count; i++) {
        if (!bars->bars[i].unknown)
            return true;
    }
    return false;
}

/* Insertion sort: there are few, and equal ones must not change places. */
void figure_bars_sort(struct figure_bars *bars)
{
    for (size_t i = 1; i < bars->count; i++) {
        struct plot_bar bar = bars->bars[i];
        size_t at = i;
        for (; at > 0 && bars->bars[at - 1].values[0] < bar.values[0]; at--)
            bars->bars[at] = bars->bars[at - 1];
        bars->bars[at] = bar;
    }
}
