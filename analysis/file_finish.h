/* file_finish.h: brings files that are written onto the disk and sums them up, several at a time,
 * while the next ones are written: who writes need not wait for the disk. */
#ifndef FILE_FINISH_H
#define FILE_FINISH_H

#include <stddef.h>

#include "file_sum.h"

/* One file. */
struct finished {
    int fd;                 /* open to read; closed when the file is finished */
    int error;              /* errno where it could not be brought onto the disk or read; else 0 */
    char sum[FILE_SUM_LEN]; /* where there was no error */
    struct finished *next;
};

struct file_finish;

/* NULL without memory. */
struct file_finish *file_finish_new(void);

/* Hands over a file, which lives until file_finish_wait has returned. Waits while too many files
 * are open. Where no thread can be started the file is finished at once. */
void file_finish_add(struct file_finish *finish, struct finished *file);

/* Returns when all files are finished. NULL is passed over. */
void file_finish_wait(struct file_finish *finish);

/* Waits, and frees. NULL is passed over. */
void file_finish_free(struct file_finish *finish);

#endif
