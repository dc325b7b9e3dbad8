/* Figures of what the sets hold: CAs, their number and combinations, policy, lints. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "figure_parts.h"
#include "figures.h"

#define STACK_CAS 6u

/* Both denominators of a table with rows for issue and issuewild, in words; one where they do not
 * depend on the property. */
static void put_bases(char out[FIGURE_LABEL_LEN], struct figure_rows rows)
{
    static const char *const properties[] = {"issue", "issuewild"};
    size_t property = grid_column(rows.grid, "property");
    size_t whole = grid_column(rows.grid, "denominator");
    if (!grid_is(rows.grid, rows.first, grid_column(rows.grid, "denominator_of"),
                 "found_with_property")) {
        figure_base(out, rows.grid, rows.first);
        return;
    }
    size_t len = (size_t)snprintf(out, FIGURE_LABEL_LEN, "names whose set has"), said = 0;
    for (size_t i = 0; i < 2; i++) {
        for (size_t row = rows.first; row < rows.end; row++) {
            if (!grid_is(rows.grid, row, property, properties[i]))
                continue;
            char count[PLOT_FORMAT_LEN];
            plot_format_count(count, (uint64_t)grid_number(rows.grid, row, whole));
            len += (size_t)snprintf(out + len, FIGURE_LABEL_LEN - len, "%s %s: %s",
                                    said++ > 0 ? "," : "", properties[i], count);
            break;
        }
    }
}

static const char *const property_names[2] = {"issue", "issuewild"};

/* Adds the value of a row to the bar of its label, as the series of its property. */
static void take_value(struct figure_bars *bars, struct figure_rows rows, size_t row,
                       const char *label, double value)
{
    size_t property = grid_column(rows.grid, "property");
    struct plot_bar *bar = figure_bar_find(bars, label);
    bool wild = grid_is(rows.grid, row, property, property_names[1]);
    if (!wild && !grid_is(rows.grid, row, property, property_names[0]))
        return;
    if (bar == NULL)
        bar = figure_bar_add(bars, label);
    if (bar != NULL)
        bar->values[wild ? 1 : 0] += value;
}

static bool draw_pairs(struct drawing *drawing, const struct figure_bars *bars,
                       struct plot_text text)
{
    struct plot_bars plot = {.text = text,
                             .series = {property_names[0], property_names[1]},
                             .series_count = 2,
                             .bars = bars->bars,
                             .count = bars->count,
                             .as_share = true};
    if (bars->count == 0)
        return false;
    plot_bars_draw(drawing, &plot);
    return true;
}

/* Does a series have a bar at all? */
static bool has_series(const struct figure_bars *bars, size_t series)
{
    for (size_t i = 0; i < bars->count; i++) {
        if (bars->bars[i].values[series] > 0)
            return true;
    }
    return false;
}

/* Where one property names no CA at all, the other one is drawn alone and a sentence says so: bars
 * of 0 % would look like a small share of many names. */
static bool draw_named(struct drawing *drawing, struct figure_bars *bars, const char *subtitle)
{
    static const char axis[] = "share of names with the property; a set may allow several";
    char text[FIGURE_SUBTITLE_LEN + FIGURE_LABEL_LEN];
    bool issue = has_series(bars, 0), wild = has_series(bars, 1);
    if (issue == wild)
        return issue && draw_pairs(drawing, bars,
                                   (struct plot_text){"CAs that CAA sets allow", subtitle, axis});
    for (size_t i = 0; wild && i < bars->count; i++)
        bars->bars[i].values[0] = bars->bars[i].values[1];
    snprintf(text, sizeof text, "%s. No set names a CA in %s.", subtitle,
             property_names[issue ? 1 : 0]);
    struct plot_bars plot = {.text = {issue ? "CAs that CAA sets allow in issue"
                                            : "CAs that CAA sets allow in issuewild",
                                      text, axis},
                             .series_count = 1,
                             .bars = bars->bars,
                             .count = bars->count,
                             .as_share = true};
    plot_bars_draw(drawing, &plot);
    return true;
}

bool figure_ca_share_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "ca_share.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN], what[FIGURE_LABEL_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t by = grid_column(rows.grid, "by"), name = grid_column(rows.grid, "operator");
    size_t share = grid_column(rows.grid, "share");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, by, "operator"))
            take_value(&bars, rows, row, grid_text(rows.grid, row, name),
                       grid_number(rows.grid, row, share));
    }
    put_bases(what, rows);
    figure_subtitle_of(subtitle, print, group, what);
    return draw_named(drawing, &bars, subtitle);
}

/* Numbers upwards, and behind them what is none. */
static unsigned long size_of(const struct plot_bar *bar)
{
    return *bar->label >= '0' && *bar->label <= '9' ? strtoul(bar->label, NULL, 10) : ULONG_MAX;
}

static void sort_by_size(struct figure_bars *bars)
{
    for (size_t i = 1; i < bars->count; i++) {
        struct plot_bar bar = bars->bars[i];
        size_t at = i;
        for (; at > 0 && size_of(&bars->bars[at - 1]) > size_of(&bar); at--)
            bars->bars[at] = bars->bars[at - 1];
        bars->bars[at] = bar;
    }
}

bool figure_ca_set_size_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "ca_set_size.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN], what[FIGURE_LABEL_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t size = grid_column(rows.grid, "k"), policy = grid_column(rows.grid, "policy");
    size_t names = grid_column(rows.grid, "names");
    size_t whole = grid_column(rows.grid, "denominator");
    for (size_t row = rows.first; row < rows.end; row++) {
        char label[FIGURE_LABEL_LEN];
        double denominator = grid_number(rows.grid, row, whole);
        if (grid_cell(rows.grid, row, size)->kind == CELL_COUNT)
            snprintf(label, sizeof label, "%u", (unsigned)grid_number(rows.grid, row, size));
        else
            snprintf(label, sizeof label, "%.60s", grid_text(rows.grid, row, policy));
        if (denominator > 0 && grid_number(rows.grid, row, names) > 0)
            take_value(&bars, rows, row, label, grid_number(rows.grid, row, names) / denominator);
    }
    sort_by_size(&bars);
    put_bases(what, rows);
    figure_subtitle_of(subtitle, print, group, what);
    return draw_pairs(drawing, &bars,
                      (struct plot_text){"Number of CAs that CAA sets allow", subtitle,
                                         "share of names with a CAA set, by the number of CAs"});
}

/* Column of a CA in the stack: its own, or that of all others. */
static size_t part_of(struct plot_stack *stack, const char *operator)
{
    for (size_t i = 0; i < stack->part_count; i++) {
        if (strcmp(stack->parts[i], operator) == 0)
            return i;
    }
    if (stack->part_count < STACK_CAS) {
        stack->parts[stack->part_count] = operator;
        return stack->part_count++;
    }
    return STACK_CAS;
}

/* Adds what a row's operator has alone. The place of the others is fixed behind the CAs. */
static void take_exclusive(struct plot_stack *stack, struct plot_stack_row stacked[2],
                           double wholes[2], struct figure_rows rows, size_t row)
{
    size_t property = grid_column(rows.grid, "property");
    bool wild = grid_is(rows.grid, row, property, property_names[1]);
    if (!wild && !grid_is(rows.grid, row, property, property_names[0]))
        return;
    const char *operator= grid_text(rows.grid, row, grid_column(rows.grid, "operator"));
    size_t index = wild ? 1 : 0;
    wholes[index] = grid_number(rows.grid, row, grid_column(rows.grid, "denominator"));
    stacked[index].parts[part_of(stack, operator)] +=
        grid_number(rows.grid, row, grid_column(rows.grid, "exclusive_names"));
}

/* Puts the others and what is left over behind the CAs that there are. */
static void close_stack(struct plot_stack *stack, struct plot_stack_row stacked[2],
                        const double wholes[2])
{
    size_t others = stack->part_count;
    stack->parts[others] = "another CA alone";
    stack->parts[others + 1] = "several CAs, unknown or none";
    stack->part_count = others + 2;
    for (size_t i = 0; i < 2; i++) {
        double *parts = stacked[i].parts;
        double other = parts[STACK_CAS], rest = wholes[i];
        if (others != STACK_CAS)
            parts[STACK_CAS] = 0;
        parts[others] = other;
        for (size_t part = 0; part <= others; part++)
            rest -= parts[part];
        parts[others + 1] = rest > 0 ? rest : 0;
    }
}

bool figure_ca_exclusive_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "ca_share.csv", group);
    struct plot_stack_row stacked[2] = {{.label = property_names[0]}, {.label = property_names[1]}};
    struct plot_stack stack = {.rest = true, .rows = stacked};
    double wholes[2] = {0, 0};
    char subtitle[FIGURE_SUBTITLE_LEN], what[FIGURE_LABEL_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t by = grid_column(rows.grid, "by");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_is(rows.grid, row, by, "operator"))
            take_exclusive(&stack, stacked, wholes, rows, row);
    }
    if (stack.part_count == 0)
        return false;
    close_stack(&stack, stacked, wholes);
    put_bases(what, rows);
    figure_subtitle_of(subtitle, print, group, what);
    stack.text = (struct plot_text){"CAs that CAA sets allow alone", subtitle,
                                    "share of names with the property"};
    stack.row_count = wholes[1] > 0 ? 2 : 1;
    plot_stack_draw(drawing, &stack);
    return true;
}

bool figure_policy_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    static const char *const columns[] = {"unrestricted", "allow_list", "deny_all",
                                          "deny_all_critical"};
    struct figure_rows rows = figure_rows_of(print, "policy.csv", group);
    struct plot_stack_row stacked[8] = {0};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end ||
        grid_number(rows.grid, rows.first, grid_column(rows.grid, "denominator")) <= 0)
        return false;
    size_t kind = grid_column(rows.grid, "kind");
    struct plot_stack stack = {
        .parts = {"unrestricted", "named CAs alone", "no CA", "no CA, by an unknown critical tag"},
        .part_count = 4,
        .rows = stacked};
    for (size_t row = rows.first; row < rows.end && stack.row_count < 8; row++) {
        struct plot_stack_row *into = &stacked[stack.row_count++];
        into->label = grid_text(rows.grid, row, kind);
        for (size_t i = 0; i < 4; i++)
            into->parts[i] = grid_number(rows.grid, row, grid_column(rows.grid, columns[i]));
    }
    figure_subtitle(subtitle, print, group, rows);
    stack.text = (struct plot_text){"What CAA sets mean, by kind of certificate", subtitle,
                                    "share of names with a CAA set"};
    plot_stack_draw(drawing, &stack);
    return true;
}

/* Takes the place of the shortest bar where that is shorter and there is no room. */
static void take_longer(struct figure_bars *bars, const char *label, double value)
{
    struct plot_bar *bar = figure_bar_add(bars, label);
    if (bar == NULL) {
        size_t shortest = 0;
        for (size_t i = 1; i < bars->count; i++) {
            if (bars->bars[i].values[0] < bars->bars[shortest].values[0])
                shortest = i;
        }
        if (bars->bars[shortest].values[0] >= value)
            return;
        bar = &bars->bars[shortest];
        snprintf(bars->labels[shortest], FIGURE_LABEL_LEN, "%s", label);
    }
    bar->values[0] = value;
}

bool figure_lints_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "lints.csv", group);
    struct figure_bars bars = {0};
    char subtitle[FIGURE_SUBTITLE_LEN], what[2 * FIGURE_LABEL_LEN], base[FIGURE_LABEL_LEN];
    size_t met = 0;
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t lint = grid_column(rows.grid, "lint"), names = grid_column(rows.grid, "names");
    size_t share = grid_column(rows.grid, "share_of_caa_names");
    for (size_t row = rows.first; row < rows.end; row++) {
        if (grid_number(rows.grid, row, names) <= 0)
            continue;
        met++;
        take_longer(&bars, grid_text(rows.grid, row, lint), grid_number(rows.grid, row, share));
    }
    figure_bars_sort(&bars);
    figure_base(base, rows.grid, rows.first);
    snprintf(what, sizeof what, "%s; the %zu most frequent of %zu lints met", base, bars.count,
             met);
    figure_subtitle_of(subtitle, print, group, what);
    struct plot_bars plot = {
        .text = {"Mistakes and oddities in CAA sets", subtitle, "share of names with a CAA set"},
        .series_count = 1,
        .bars = bars.bars,
        .count = bars.count,
        .as_share = true};
    if (bars.count == 0)
        return false;
    plot_bars_draw(drawing, &plot);
    return true;
}

/* The member of a combination; a new one where it is not there yet. PLOT_MEMBERS_MAX if full. */
static size_t member_of(struct plot_sets *plot, char names[][FIGURE_LABEL_LEN], const char *name,
                        size_t len)
{
    for (size_t i = 0; i < plot->member_count; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return i;
    }
    if (plot->member_count == PLOT_MEMBERS_MAX || len >= FIGURE_LABEL_LEN)
        return PLOT_MEMBERS_MAX;
    memcpy(names[plot->member_count], name, len);
    names[plot->member_count][len] = '\0';
    plot->members[plot->member_count] = names[plot->member_count];
    return plot->member_count++;
}

/* Reads a combination, names with plus signs between. False if a member has no place. */
static bool read_members(struct plot_sets *plot, char names[][FIGURE_LABEL_LEN], const char *text,
                         uint32_t *members)
{
    *members = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, "+");
        size_t trimmed = len;
        while (trimmed > 0 && text[trimmed - 1] == ' ')
            trimmed--;
        size_t member = member_of(plot, names, text, trimmed);
        if (member == PLOT_MEMBERS_MAX)
            return false;
        *members |= UINT32_C(1) << member;
        text += len + (text[len] == '+' ? 1 : 0);
        text += strspn(text, " ");
    }
    return true;
}

bool figure_combinations_draw(struct drawing *drawing, const struct print *print, size_t group)
{
    struct figure_rows rows = figure_rows_of(print, "ca_combinations.csv", group);
    char names[PLOT_MEMBERS_MAX][FIGURE_LABEL_LEN];
    struct plot_set sets[FIGURE_BARS_MAX];
    struct plot_sets plot = {.y_axis = "share of names", .sets = sets};
    char subtitle[FIGURE_SUBTITLE_LEN];
    if (rows.grid == NULL || rows.first == rows.end)
        return false;
    size_t property = grid_column(rows.grid, "property"),
           text = grid_column(rows.grid, "operators");
    size_t count = grid_column(rows.grid, "names"), share = grid_column(rows.grid, "share");
    for (size_t row = rows.first; row < rows.end && plot.set_count < FIGURE_BARS_MAX; row++) {
        struct plot_set set = {.count = grid_number(rows.grid, row, count),
                               .share = grid_number(rows.grid, row, share)};
        if (property != GRID_NONE && !grid_is(rows.grid, row, property, property_names[0]))
            continue;
        if (read_members(&plot, names, grid_text(rows.grid, row, text), &set.members))
            sets[plot.set_count++] = set;
    }
    figure_subtitle(subtitle, print, group, rows);
    plot.text = (struct plot_text){"Combinations of CAs in issue", subtitle,
                                   "each column is one combination, the largest first"};
    if (plot.set_count < 2 || plot.member_count == 0)
        return false;
    plot_sets_draw(drawing, &plot);
    return true;
}
