#define _POSIX_C_SOURCE 200809L /* open_memstream, mkdirat */
#include "compare_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "latex.h"
#include "page.h"
#include "say.h"

#define NAMED_MAX 4u /* scans in a caption; the methods have all */

static void put_day(FILE *out, unsigned day)
{
    fprintf(out, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
}

static void put_scan(FILE *out, const struct compare_scan *scan)
{
    fprintf(out, "\n\nScan %s, mode %s, vantage %s, ", scan->scan, mode_word(scan->mode),
            scan->vantage);
    put_day(out, scan->first_date);
    fputs(" to ", out);
    put_day(out, scan->last_date);
    fprintf(out, ": %" PRIu64 " records%s.", scan->records,
            scan->whole ? "" : ", of which some are left out or missing");
}

static int by_time(const void *left, const void *right)
{
    const struct compare_scan *a = *(const struct compare_scan *const *)left;
    const struct compare_scan *b = *(const struct compare_scan *const *)right;
    if (a->first_seen != b->first_seen)
        return a->first_seen < b->first_seen ? -1 : 1;
    return strcmp(a->scan, b->scan);
}

/* The scans in the order in which they are named. */
struct named {
    const struct compare_scan *scans[COMPARE_SIDES_MAX];
    unsigned count;
};

static struct named named_of(const struct compare_session *session,
                             const struct compare_about *about)
{
    struct named named = {.count = session->scan_count};
    for (unsigned i = 0; i < named.count; i++)
        named.scans[i] = &session->scans[i];
    if (about->by_time)
        qsort(named.scans, named.count, sizeof named.scans[0], by_time);
    return named;
}

/* How the tables came about. NULL without memory; the caller frees it. */
static char *methods_of(const struct named *named, const struct compare_about *about)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL)
        return NULL;
    fputs(about->methods, out);
    for (unsigned i = 0; i < named->count; i++)
        put_scan(out, named->scans[i]);
    fputs("\n\nMade by caareport " CAASCAN_VERSION ".\n", out);
    bool whole = !ferror(out);
    if (fclose(out) == 0 && whole)
        return text;
    free(text);
    return NULL;
}

/* The scans in one line. */
static char *label_of(const struct named *named)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL)
        return NULL;
    for (unsigned i = 0; i < named->count && i < NAMED_MAX; i++) {
        fprintf(out, i == 0 ? "Scan %s of " : "; %s of ", named->scans[i]->scan);
        put_day(out, named->scans[i]->first_date);
    }
    if (named->count > NAMED_MAX)
        fprintf(out, "; and %u more", named->count - NAMED_MAX);
    fputc('.', out);
    bool whole = !ferror(out);
    if (fclose(out) == 0 && whole)
        return text;
    free(text);
    return NULL;
}

/* The grids in the order of the texts. A table that is not there has none. */
static bool gather(const struct compare_session *session, const struct compare_about *about,
                   struct grid grids[COMPARE_GRIDS_MAX])
{
    const struct compare_tables *tables = session->tables;
    for (size_t i = 0; i < about->count; i++) {
        grids[i] = (struct grid){0};
        for (size_t k = 0; k < tables->grid_count; k++) {
            if (strcmp(tables->grid_names[k], about->texts[i].table) == 0)
                grids[i] = tables->grids[k];
        }
        if (grids[i].failed)
            return false;
    }
    return true;
}

static bool end(const struct compare_session *session, struct csv_file *file)
{
    return compare_session_end_table(session, file, true);
}

static bool write_latex_table(const struct compare_session *session, const struct print *print,
                              size_t table)
{
    struct csv_file file;
    const char *name = session->tables->latex_names[table];
    if (!compare_session_table(session, &file, name))
        return false;
    latex_table_put(file.file, print, table, 0);
    return end(session, &file);
}

static bool write_latex(const struct compare_session *session, const struct print *print)
{
    if (mkdirat(session->dir.fd, "latex", 0777) == 0) {
        session->tables->made_latex = true;
    } else if (errno != EEXIST) {
        say("%s/latex: %s", session->dir.path, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < print->tables->count; i++) {
        const char *table = print->tables->texts[i].table;
        snprintf(session->tables->latex_names[i], COMPARE_NAME_LEN, "latex/%.*s.tex",
                 (int)strcspn(table, "."), table);
        if (!write_latex_table(session, print, i))
            return false;
    }
    return true;
}

static bool write_texts(const struct compare_session *session, const struct print *print)
{
    static const struct {
        const char *name;
        void (*put)(FILE *out, const struct print *print);
    } texts[] = {{"latex/methods.tex", latex_methods_put},
                 {"index.html", page_put},
                 {"latex/figures.tex", latex_figures_put}};
    size_t count = print->tables->drawing != NULL ? 3 : 2;
    for (size_t i = 0; i < count; i++) {
        struct csv_file file;
        if (!compare_session_table(session, &file, texts[i].name))
            return false;
        texts[i].put(file.file, print);
        if (!end(session, &file))
            return false;
    }
    return true;
}

bool compare_print_write(const struct compare_session *session, const struct compare_about *about)
{
    struct grid grids[COMPARE_GRIDS_MAX];
    struct named named = named_of(session, about);
    char *label = label_of(&named), *methods = methods_of(&named, about);
    struct print_tables tables = {.title = about->title,
                                  .label = about->label,
                                  .texts = about->texts,
                                  .count = about->count,
                                  .drawing =
                                      session->tables->drawn ? &session->tables->drawing : NULL,
                                  .caption = about->caption};
    struct print print = {.grids = grids,
                          .tables = &tables,
                          .groups = &label,
                          .group_count = 1,
                          .methods = methods,
                          .version = CAASCAN_VERSION};
    bool gathered = label != NULL && methods != NULL && gather(session, about, grids);
    if (!gathered)
        say("out of memory");
    bool written = gathered && write_latex(session, &print) && write_texts(session, &print);
    free(label);
    free(methods);
    return written;
}
