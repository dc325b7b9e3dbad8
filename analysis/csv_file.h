/* csv_file.h: writes one CSV file that is whole or not there at all.
 *
 * Cells and rows have the form of csv_buffer.h. Errors stick: rows may be written without a check,
 * and csv_file_close says how it went.
 */
#ifndef CSV_FILE_H
#define CSV_FILE_H

#include <stdio.h>

#include "csv_buffer.h"
#include "grid.h"
#include "noted_file.h"

struct csv_file {
    FILE *file;
    struct noted_file noted; /* what file writes to; once it is open the struct stays where it is */
    int folder;              /* descriptor, borrowed */
    const char *name;
    struct csv_buffer row; /* begun and not ended */
    int error;             /* errno of the first row that could not be written */
    struct grid *copy;     /* takes the same cells; borrowed; NULL for none */
};

/* Starts a file in the folder, under another name until it is closed. False with errno. */
bool csv_file_open(struct csv_file *csv, int folder, const char *name);

/* Ends the file and gives it its name, or removes it. False with errno if anything failed. */
bool csv_file_close(struct csv_file *csv);

/* Ends the file, on disk, and leaves it without its name: for several that get their names
 * together. False with errno if anything failed; it is removed then. */
bool csv_file_end(struct csv_file *csv);

/* Gives files that were ended their names. False with errno, and with the one that failed; where
 * that is because a folder stands in its place, none has got its name. */
bool csv_file_publish(int folder, const char *const *names, size_t count, const char **failed);

/* Removes files that were ended and not published. */
void csv_file_discard(int folder, const char *const *names, size_t count);

/* Ends and removes it. Leaves errno alone and returns false. */
bool csv_file_abandon(struct csv_file *csv);

/* Cells, as in csv_buffer.h. A number is written like a fraction and is no share (an odds ratio).
 */
void csv_file_text(struct csv_file *csv, struct caa_text text);
void csv_file_octets(struct csv_file *csv, struct caa_text octets); /* not into the copy */
void csv_file_word(struct csv_file *csv, const char *word);
void csv_file_count(struct csv_file *csv, uint64_t count);
void csv_file_change(struct csv_file *csv, uint64_t before, uint64_t now);
void csv_file_share(struct csv_file *csv, uint64_t count, uint64_t whole);
void csv_file_fraction(struct csv_file *csv, double fraction);
void csv_file_number(struct csv_file *csv, double number);
void csv_file_empty(struct csv_file *csv);

void csv_file_end_row(struct csv_file *csv);

#endif
