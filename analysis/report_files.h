/* report_files.h: the files of a report, which get their names together.
 *
 * Each is written under its name with ".part" behind it. When all are whole and on disk, their
 * SHA-256 sums are written and all are renamed, SHA256SUMS last; until then nothing that was in the
 * folder has changed. Names are relative to the folder and may be in folders below it.
 */
#ifndef REPORT_FILES_H
#define REPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "noted_file.h"

#define REPORT_FILES_FOLDERS 4u
#define REPORT_FILES_TROUBLE_MAX 400u

struct finished;
struct file_finish;

struct report_files {
    int folder;                 /* descriptor, borrowed */
    const char *path;           /* of the folder, for messages; borrowed */
    char **names;               /* owned */
    struct finished **finished; /* owned: what became of each file that was closed; else NULL */
    size_t count;
    FILE *file;                             /* the one that is open */
    struct noted_file noted;                /* what it writes to */
    struct file_finish *finish;             /* owned, but by a part; NULL without memory */
    const char *made[REPORT_FILES_FOLDERS]; /* folders that were not there before; borrowed */
    size_t made_count;
    bool is_part;
    char trouble[REPORT_FILES_TROUBLE_MAX]; /* of a part: what went wrong first; "": nothing has */
    bool told; /* one part went wrong and was told of: those that do so beside it are not */
};

void report_files_init(struct report_files *files, int folder, const char *path);

/* Begins a part of the files, for who writes beside others. It is ended by report_files_join, until
 * which the whole stays where it is, and messages of the part wait. */
void report_files_begin_part(struct report_files *part, const struct report_files *whole);

/* Puts the files of a part behind those of the whole; one that is still open is given up. Of all
 * parts in which something went wrong the first to be joined tells it. False after a message,
 * without memory. */
bool report_files_join(struct report_files *whole, struct report_files *part);

/* Makes a folder below, if it is not there; the name is borrowed. At most REPORT_FILES_FOLDERS.
 * False after a message. */
bool report_files_folder(struct report_files *files, const char *name);

/* Begins a file; the stream is the caller's to write to, and ended by report_files_close. NULL
 * after a message, or where interrupt_came. */
FILE *report_files_open(struct report_files *files, const char *name);

/* Ends the file that is open. False after a message if any of it could not be written; whether it
 * came onto the disk report_files_publish says. */
bool report_files_close(struct report_files *files);

/* Writes SHA256SUMS, gives all files their names, and removes what an earlier report made and this
 * one does not (report_earlier). False after a message, or where interrupt_came. */
bool report_files_publish(struct report_files *files);

/* Frees all, and removes what has no name yet, and folders that were made and are empty. */
void report_files_fini(struct report_files *files);

#endif
