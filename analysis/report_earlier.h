/* report_earlier.h: what a report leaves of an earlier one in the same folder. */
#ifndef REPORT_EARLIER_H
#define REPORT_EARLIER_H

#include <stdbool.h>
#include <stddef.h>

/* Removes figures and LaTeX files of the report whose SHA256SUMS is in the folder, but for those
 * with one of the names: figures whose table had something to show then, and has nothing now. Files
 * that were changed since, and those of others, stay. False with errno, and the name in `failed`,
 * where a file can't be removed. */
bool report_earlier_remove(int folder, char *const *names, size_t count, char failed[256]);

#endif
