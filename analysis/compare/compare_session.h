/* compare_session.h: the files of a comparison, read and sorted, and the folder for its tables. */
#ifndef COMPARE_SESSION_H
#define COMPARE_SESSION_H

#include "compare_join.h"
#include "compare_options.h"
#include "csv_file.h"
#include "drawing.h"
#include "report_dir.h"

/* Files that a comparison has, and those of them that are printed too. */
#define COMPARE_TABLES_MAX 24u
#define COMPARE_GRIDS_MAX 6u
#define COMPARE_NAME_LEN 64u

struct compare_tables {
    const char *names[COMPARE_TABLES_MAX]; /* whole, and have no name yet; borrowed */
    size_t count;
    struct grid grids[COMPARE_GRIDS_MAX];
    const char *grid_names[COMPARE_GRIDS_MAX]; /* borrowed */
    size_t grid_count;
    char latex_names[COMPARE_GRIDS_MAX][COMPARE_NAME_LEN];
    bool made_latex; /* the folder of that name */
    struct drawing drawing;
    bool drawn; /* there is a drawing */
};

struct compare_about; /* compare_print.h */

struct compare_session {
    const struct compare_options *options;
    struct report_dir dir;
    struct suffix_list suffixes;
    struct sorter *sorter;
    struct compare_scan scans[COMPARE_SIDES_MAX];
    unsigned scan_count;
    const char *folder;            /* for temporary files */
    struct compare_tables *tables; /* owned */
};

/* What a command does with the names of its files; the functions get the context. */
struct compare_work {
    void *context;
    /* Goes through the names and writes the tables that have a row for each. Returns an exit code,
     * after a message. */
    int (*join)(void *context);
    /* Writes the other tables. False after a message. */
    bool (*write)(void *context);
    void (*print)(void *context, FILE *out); /* the summary */
    const struct compare_about *about;
};

/* Does it, gives all tables their names and prints the summary. Returns an exit code; *written: the
 * tables have their names, whatever came behind. */
int compare_session_run(struct compare_session *session, const struct compare_work *work,
                        bool *written);

/* Opens the folder and reads the files, each as a side, in order. Returns an exit code, after a
 * message where it is not REPORT_EXIT_COMPLETE. Call compare_session_close in any case. */
int compare_session_open(struct compare_session *session, const struct compare_options *options,
                         const struct command_words *files);

/* A sort of its own for what the comparison gives. Names have half of the memory, each of up to
 * three such sorts a third of the other half. NULL after a message. */
struct sorter *compare_session_sorter(const struct compare_session *session);

/* Opens a table in the folder; the name is borrowed until the session is closed. False after a
 * message. */
bool compare_session_table(const struct compare_session *session, struct csv_file *csv,
                           const char *name);

/* Begins the table that was opened with a line of its columns, and keeps what is put into it for
 * print. */
void compare_session_columns(const struct compare_session *session, struct csv_file *csv,
                             const char *columns);

/* Ends a table that was opened: with `whole` it waits for its name, else it is removed. False after
 * a message, and where it is not whole. */
bool compare_session_end_table(const struct compare_session *session, struct csv_file *csv,
                               bool whole);

/* The same for a table that was written while names were joined, which ended with an exit code.
 * Returns that, or the one of the table where it alone failed. */
int compare_session_end_joined(const struct compare_session *session, struct csv_file *csv,
                               int status);

/* Sorts what was added. False after a message. */
bool compare_session_sort(struct sorter *sorter);

/* Removes tables that have no name. Without `written`, a folder that was made is removed again. */
void compare_session_close(struct compare_session *session, bool written);

#endif
