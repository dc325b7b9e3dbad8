/* helvetica.h: how wide a text is in Helvetica. Pure. */
#ifndef HELVETICA_H
#define HELVETICA_H

#include <stdbool.h>

/* Width of ASCII text, in the unit of size; any other octet counts as a wide one. The widths are
 * those of Adobe's font metrics, which viewers' own fonts for Helvetica keep to. */
double helvetica_width(const char *text, double size, bool bold);

#endif
