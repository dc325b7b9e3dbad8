/* report_parts.h: files that a run which was killed has left in the folder of a report. */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include <stdbool.h>

/* Is there nothing else in the folder, and in those of figures and LaTeX files below it? */
bool report_parts_alone(int folder);

/* Removes them: regular files with the name of a table, a figure or a text of a report and ".part"
 * behind it. What can't be removed stays. Nobody else may be writing into the folder. */
void report_parts_remove(int folder);

#endif
