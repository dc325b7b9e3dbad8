#define _POSIX_C_SOURCE 200809L /* unlinkat */
#include "compare_session.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare_print.h"
#include "interrupt.h"
#include "say.h"

static const char *temporary_folder(const struct compare_options *options)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && *folder != '\0' ? folder : options->output;
}

static int read_files(struct compare_session *session, const struct command_words *files)
{
    struct compare_input input = {session->sorter, &session->suffixes, session->options->threads};
    for (unsigned i = 0; i < files->count; i++) {
        session->scan_count = i + 1;
        int status = compare_input_read(&input, i, files->list[i], &session->scans[i]);
        if (status != REPORT_EXIT_COMPLETE)
            return status;
    }
    return REPORT_EXIT_COMPLETE;
}

int compare_session_open(struct compare_session *session, const struct compare_options *options,
                         const struct command_words *files)
{
    *session = (struct compare_session){.options = options, .dir = {.fd = -1}};
    interrupt_watch();
    if (!report_dir_open(&session->dir, options->output, options->force))
        return REPORT_EXIT_OUTPUT;
    session->folder = temporary_folder(options);
    if (!command_line_suffixes(&session->suffixes, options->psl))
        return REPORT_EXIT_INPUT;
    struct sorter_options sort = {(size_t)options->memory / 2, session->folder, options->threads};
    session->sorter = sorter_new(&sort);
    session->tables = calloc(1, sizeof *session->tables);
    if (session->sorter != NULL && session->tables != NULL)
        return read_files(session, files);
    say("out of memory");
    return REPORT_EXIT_OUTPUT;
}

struct sorter *compare_session_sorter(const struct compare_session *session)
{
    struct sorter_options sort = {(size_t)session->options->memory / 6, session->folder, 1};
    struct sorter *sorter = sorter_new(&sort);
    if (sorter == NULL)
        say("out of memory");
    return sorter;
}

static bool tell(const struct compare_session *session, const char *name)
{
    say("%s/%s: %s", session->dir.path, name, strerror(errno));
    return false;
}

bool compare_session_table(const struct compare_session *session, struct csv_file *csv,
                           const char *name)
{
    return csv_file_open(csv, session->dir.fd, name) || tell(session, name);
}

void compare_session_columns(const struct compare_session *session, struct csv_file *csv,
                             const char *columns)
{
    struct compare_tables *tables = session->tables;
    assert(tables->grid_count < COMPARE_GRIDS_MAX);
    struct grid *grid = &tables->grids[tables->grid_count];
    tables->grid_names[tables->grid_count++] = csv->name;
    fprintf(csv->file, "%s\n", columns);
    if (!grid_init(grid, columns))
        return;
    grid_begin_span(grid);
    csv->copy = grid;
}

bool compare_session_end_table(const struct compare_session *session, struct csv_file *csv,
                               bool whole)
{
    if (csv->file == NULL)
        return false;
    if (!whole)
        return csv_file_abandon(csv);
    if (!csv_file_end(csv))
        return tell(session, csv->name);
    assert(session->tables->count < COMPARE_TABLES_MAX);
    session->tables->names[session->tables->count++] = csv->name;
    return true;
}

int compare_session_end_joined(const struct compare_session *session, struct csv_file *csv,
                               int status)
{
    bool ended = compare_session_end_table(session, csv, status == REPORT_EXIT_COMPLETE);
    return status == REPORT_EXIT_COMPLETE && !ended ? REPORT_EXIT_OUTPUT : status;
}

bool compare_session_sort(struct sorter *sorter)
{
    if (sorter_finish(sorter))
        return true;
    sorter_say(sorter);
    return false;
}

/* Gives all tables their names. Until then nothing that was in the folder has changed. False after
 * a message. */
static bool publish(const struct compare_session *session)
{
    struct compare_tables *tables = session->tables;
    const char *failed;
    if (!csv_file_publish(session->dir.fd, tables->names, tables->count, &failed))
        return tell(session, failed);
    tables->count = 0;
    return true;
}

/* False after a message. A reader that has seen enough is no failure. */
static bool print_summary(const struct compare_session *session, const struct compare_work *work)
{
    if (session->options->quiet)
        return true;
    work->print(work->context, stdout);
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return true;
    say("standard output: %s", strerror(errno));
    return false;
}

int compare_session_run(struct compare_session *session, const struct compare_work *work,
                        bool *written)
{
    int status = work->join(work->context);
    if (status != REPORT_EXIT_COMPLETE)
        return status;
    *written =
        work->write(work->context) && compare_print_write(session, work->about) && publish(session);
    if (!*written || !print_summary(session, work))
        return REPORT_EXIT_OUTPUT;
    for (unsigned i = 0; i < session->scan_count; i++) {
        if (!session->scans[i].whole)
            return REPORT_EXIT_DAMAGED;
    }
    return REPORT_EXIT_COMPLETE;
}

static void end_tables(const struct compare_session *session, bool written)
{
    struct compare_tables *tables = session->tables;
    csv_file_discard(session->dir.fd, tables->names, tables->count);
    if (!written && tables->made_latex)
        unlinkat(session->dir.fd, "latex", AT_REMOVEDIR);
    for (size_t i = 0; i < tables->grid_count; i++)
        grid_fini(&tables->grids[i]);
    if (tables->drawn)
        drawing_fini(&tables->drawing);
    free(tables);
}

void compare_session_close(struct compare_session *session, bool written)
{
    sorter_free(session->sorter);
    for (unsigned i = 0; i < session->scan_count; i++)
        compare_scan_fini(&session->scans[i]);
    suffix_list_fini(&session->suffixes);
    if (session->tables != NULL)
        end_tables(session, written);
    report_dir_close(&session->dir, written);
}
