#include "report_write.h"

#include <errno.h>
#include <stdlib.h>

#include "drawing_pdf.h"
#include "drawing_svg.h"
#include "figures.h"
#include "job_pool.h"
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

static bool write_table(struct writing *writing, struct report_files *files, size_t index)
{
    char columns[2048];
    const struct table *table = &tables[index];
    snprintf(columns, sizeof columns, TABLES_LEAD ",%s", table->columns);
    if (!grid_init(&writing->grids[index], columns))
        return out_of_memory();
    struct csv_file csv = {.file = report_files_open(files, table->name),
                           .copy = &writing->grids[index]};
    if (csv.file == NULL)
        return false;
    fprintf(csv.file, "%s\n", columns);
    bool put = put_rows(writing, index, &csv);
    csv_buffer_fini(&csv.row);
    if (!put || csv.error == ENOMEM)
        return out_of_memory();
    return report_files_close(files);
}

static bool write_drawing(struct report_files *files, const struct drawing *drawing)
{
    char name[NAME_LEN_MAX];
    snprintf(name, sizeof name, "figures/%s.svg", drawing->name);
    FILE *svg = report_files_open(files, name);
    if (svg == NULL)
        return false;
    drawing_svg_write(svg, drawing, true);
    if (!report_files_close(files))
        return false;
    snprintf(name, sizeof name, "figures/%s.pdf", drawing->name);
    FILE *pdf = report_files_open(files, name);
    if (pdf == NULL)
        return false;
    bool drawn = drawing_pdf_write(pdf, drawing);
    if (!drawn && !ferror(pdf))
        return out_of_memory();
    return report_files_close(files) && drawn;
}

/* Of each group all figures: by number. */
static bool write_figure(const struct print *print, struct report_files *files, size_t index)
{
    size_t group = index / figure_count, figure = index % figure_count;
    char name[FIGURE_NAME_LEN];
    struct drawing drawing;
    figures_name(name, print, figure, group);
    if (!figures_draw(&drawing, print, figure, group, name))
        return true;
    bool written = drawing.failed ? out_of_memory() : write_drawing(files, &drawing);
    drawing_fini(&drawing);
    return written;
}

/* Of each group all tables. */
static bool write_latex_table(const struct print *print, struct report_files *files, size_t index)
{
    size_t group = index / table_count, table = index % table_count;
    char name[NAME_LEN_MAX];
    int stem = (int)strcspn(tables[table].name, ".");
    if (print->group_count > 1)
        snprintf(name, sizeof name, "latex/%.*s_%zu.tex", stem, tables[table].name, group + 1);
    else
        snprintf(name, sizeof name, "latex/%.*s.tex", stem, tables[table].name);
    FILE *out = report_files_open(files, name);
    if (out == NULL)
        return false;
    latex_table_put(out, print, table, group);
    return report_files_close(files);
}

static void put_methods(FILE *out, const struct print *print)
{
    methods_put_wrapped(out, print->methods);
}

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

#define TEXT_COUNT (sizeof texts / sizeof *texts)

static bool write_text(const struct print *print, struct report_files *files, size_t index)
{
    FILE *out = report_files_open(files, texts[index].name);
    if (out == NULL)
        return false;
    texts[index].put(out, print);
    return report_files_close(files);
}

/* What is made from the tables, in the order of the sums: figures, LaTeX, texts. */
static bool write_print(struct writing *writing, struct report_files *files, size_t index)
{
    const struct print *print = &writing->print;
    size_t figures_end = print_group_count(print) * figure_count;
    size_t latex_end = figures_end + print_group_count(print) * table_count;
    if (index < figures_end)
        return write_figure(print, files, index);
    if (index < latex_end)
        return write_latex_table(print, files, index - figures_end);
    return write_text(print, files, index - latex_end);
}

static size_t print_count(const struct writing *writing)
{
    return print_group_count(&writing->print) * (figure_count + table_count) + TEXT_COUNT;
}

/* Files that don't depend on each other. */
struct stage {
    struct writing *writing;
    bool (*write)(struct writing *writing, struct report_files *files, size_t index);
    size_t count;
    struct report_files *parts; /* one for each */
};

/* The page takes longest and stands last, so the last ones come first. */
static bool write_part(void *context, size_t index)
{
    struct stage *stage = context;
    size_t at = stage->count - 1 - index;
    return stage->write(stage->writing, &stage->parts[at], at);
}

/* The sums have the order of the parts, whichever was written first. */
static bool write_stage(struct stage *stage)
{
    struct report_files *files = &stage->writing->files;
    stage->parts = calloc(stage->count, sizeof *stage->parts);
    if (stage->parts == NULL)
        return out_of_memory();
    for (size_t i = 0; i < stage->count; i++)
        report_files_begin_part(&stage->parts[i], files);
    bool written = job_pool_run(write_part, stage, stage->count, stage->writing->content->threads);
    for (size_t i = 0; i < stage->count; i++)
        written = report_files_join(files, &stage->parts[i]) && written;
    free(stage->parts);
    return written;
}

static bool write_all(struct writing *writing)
{
    struct stage of_tables = {writing, write_table, table_count, NULL};
    struct stage of_print = {writing, write_print, print_count(writing), NULL};
    return write_stage(&of_tables) && write_stage(&of_print);
}

bool report_write(const struct report_content *content, const struct report_dir *dir)
{
    struct writing writing = {.content = content};
    report_files_init(&writing.files, dir->fd, dir->path);
    bool written = init(&writing) && report_files_folder(&writing.files, "figures") &&
                   report_files_folder(&writing.files, "latex") && write_all(&writing) &&
                   report_files_publish(&writing.files);
    fini(&writing);
    return written;
}
