#include "report_write.h"

#include <errno.h>
#include <stdlib.h>

#include "drawing_pdf.h"
#include "drawing_svg.h"
#include "figures.h"
#include "latex.h"
#include "methods.h"
#include "page.h"
#include "report_files.h"
#include "say.h"
#include "scan_metadata.h"

#define GROUP_LEN_MAX 300u
#define NAME_LEN_MAX 128u

/* A report under way. */
struct writing {
    const struct report_content *content;
    struct report_files files;
    struct grid *grids; /* one for each table */
    char **groups;      /* labels, as in struct print */
    struct print print;
    char *methods;
};

static bool out_of_memory(void)
{
    say("out of memory");
    return false;
}

static int shown_len(struct caa_text text)
{
    return text.len > 80 ? 80 : (int)text.len;
}

static void put_part(char *label, const char *word, struct caa_text text)
{
    size_t len = strlen(label);
    if (text.len > 0)
        snprintf(label + len, GROUP_LEN_MAX - len, ", %s %.*s", word, shown_len(text),
                 (const char *)text.octets);
}

/* Whose figures: "Scan top1m, 2026-11-22, mode iterate". */
static char *label_of(const struct table_group *group)
{
    const struct tally *tally = group->tally;
    char *label = calloc(1, GROUP_LEN_MAX);
    if (label == NULL)
        return NULL;
    unsigned date = tally->first_date;
    snprintf(label, GROUP_LEN_MAX, "Scan %.*s, %04u-%02u-%02u, mode %s", shown_len(tally->key.scan),
             (const char *)tally->key.scan.octets, date / 10000, date / 100 % 100, date % 100,
             mode_word(tally->key.mode));
    put_part(label, "vantage", tally->key.vantage);
    put_part(label, "prefix", tally->key.prefix);
    return label;
}

static bool init_labels(struct writing *writing)
{
    size_t count = writing->content->group_count;
    writing->groups = calloc(count + 1, sizeof *writing->groups);
    for (size_t i = 0; writing->groups != NULL && i < count; i++) {
        writing->groups[i] = label_of(&writing->content->groups[i]);
        if (writing->groups[i] == NULL)
            return false;
    }
    return writing->groups != NULL;
}

static bool init_methods(struct writing *writing)
{
    json_t *scans = scan_metadata_load(writing->content->input);
    struct methods methods = {.scans = scans,
                              .groups = writing->content->groups,
                              .group_count = writing->content->group_count,
                              .most = PRINT_GROUPS_MAX,
                              .suffixes = writing->content->suffixes,
                              .version = CAASCAN_VERSION};
    writing->methods = scans != NULL ? methods_text(&methods) : NULL;
    json_decref(scans);
    return writing->methods != NULL;
}

static bool init(struct writing *writing)
{
    writing->grids = calloc(table_count, sizeof *writing->grids);
    if (writing->grids == NULL || !init_labels(writing) || !init_methods(writing))
        return out_of_memory();
    writing->print =
        (struct print){.grids = writing->grids,
                       .groups = writing->groups,
                       .group_count = writing->content->group_count,
                       .warnings = (const char *const *)writing->content->notices->lines,
                       .warning_count = writing->content->notices->count,
                       .methods = writing->methods,
                       .version = CAASCAN_VERSION};
    return true;
}

static void fini(struct writing *writing)
{
    for (size_t i = 0; writing->grids != NULL && i < table_count; i++)
        grid_fini(&writing->grids[i]);
    for (size_t i = 0; writing->groups != NULL && i < writing->content->group_count; i++)
        free(writing->groups[i]);
    free(writing->grids);
    free(writing->groups);
    free(writing->methods);
    report_files_fini(&writing->files);
}

static bool put_rows(struct writing *writing, size_t index, struct csv_file *csv)
{
    struct grid *grid = &writing->grids[index];
    for (size_t i = 0; i < writing->content->group_count; i++) {
        grid_begin_span(grid);
        if (grid->failed || !tables[index].write(csv, &writing->content->groups[i]))
            return false;
    }
    return !grid->failed;
}

static bool write_table(struct writing *writing, size_t index)
{
    char columns[2048];
    const struct table *table = &tables[index];
    snprintf(columns, sizeof columns, TABLES_LEAD ",%s", table->columns);
    if (!grid_init(&writing->grids[index], columns))
        return out_of_memory();
    struct csv_file csv = {.file = report_files_open(&writing->files, table->name),
                           .copy = &writing->grids[index]};
    if (csv.file == NULL)
        return false;
    fprintf(csv.file, "%s\n", columns);
    bool put = put_rows(writing, index, &csv);
    csv_buffer_fini(&csv.row);
    if (!put || csv.error == ENOMEM)
        return out_of_memory();
    return report_files_close(&writing->files);
}

static bool write_tables(struct writing *writing)
{
    for (size_t i = 0; i < table_count; i++) {
        if (!write_table(writing, i))
            return false;
    }
    return true;
}

static bool write_drawing(struct writing *writing, const struct drawing *drawing)
{
    char name[NAME_LEN_MAX];
    snprintf(name, sizeof name, "figures/%s.svg", drawing->name);
    FILE *svg = report_files_open(&writing->files, name);
    if (svg == NULL)
        return false;
    drawing_svg_write(svg, drawing, true);
    if (!report_files_close(&writing->files))
        return false;
    snprintf(name, sizeof name, "figures/%s.pdf", drawing->name);
    FILE *pdf = report_files_open(&writing->files, name);
    if (pdf == NULL)
        return false;
    bool drawn = drawing_pdf_write(pdf, drawing);
    if (!drawn && !ferror(pdf))
        return out_of_memory();
    return report_files_close(&writing->files) && drawn;
}

static bool write_figure(struct writing *writing, size_t figure, size_t group)
{
    char name[FIGURE_NAME_LEN];
    struct drawing drawing;
    figures_name(name, &writing->print, figure, group);
    if (!figures_draw(&drawing, &writing->print, figure, group, name))
        return true;
    bool written = drawing.failed ? out_of_memory() : write_drawing(writing, &drawing);
    drawing_fini(&drawing);
    return written;
}

static bool write_figures(struct writing *writing)
{
    for (size_t group = 0; group < print_group_count(&writing->print); group++) {
        for (size_t figure = 0; figure < figure_count; figure++) {
            if (!write_figure(writing, figure, group))
                return false;
        }
    }
    return true;
}

static bool write_latex_table(struct writing *writing, size_t table, size_t group)
{
    char name[NAME_LEN_MAX];
    int stem = (int)strcspn(tables[table].name, ".");
    if (writing->print.group_count > 1)
        snprintf(name, sizeof name, "latex/%.*s_%zu.tex", stem, tables[table].name, group + 1);
    else
        snprintf(name, sizeof name, "latex/%.*s.tex", stem, tables[table].name);
    FILE *out = report_files_open(&writing->files, name);
    if (out == NULL)
        return false;
    latex_table_put(out, &writing->print, table, group);
    return report_files_close(&writing->files);
}

static bool write_latex_tables(struct writing *writing)
{
    for (size_t group = 0; group < print_group_count(&writing->print); group++) {
        for (size_t table = 0; table < table_count; table++) {
            if (!write_latex_table(writing, table, group))
                return false;
        }
    }
    return true;
}

static void put_methods(FILE *out, const struct print *print)
{
    methods_put_wrapped(out, print->methods);
}

static bool write_texts(struct writing *writing)
{
    static const struct {
        const char *name;
        void (*put)(FILE *out, const struct print *print);
    } texts[] = {
        {"latex/macros.tex", latex_macros_put},
        {"latex/figures.tex", latex_figures_put},
        {"latex/methods.tex", latex_methods_put},
        {"methods.txt", put_methods},
        {"index.html", page_put},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        FILE *out = report_files_open(&writing->files, texts[i].name);
        if (out == NULL)
            return false;
        texts[i].put(out, &writing->print);
        if (!report_files_close(&writing->files))
            return false;
    }
    return true;
}

bool report_write(const struct report_content *content, const struct report_dir *dir)
{
    struct writing writing = {.content = content};
    report_files_init(&writing.files, dir->fd, dir->path);
    bool written = init(&writing) && report_files_folder(&writing.files, "figures") &&
                   report_files_folder(&writing.files, "latex") && write_tables(&writing) &&
                   write_figures(&writing) && write_latex_tables(&writing) &&
                   write_texts(&writing) && report_files_publish(&writing.files);
    fini(&writing);
    return written;
}
