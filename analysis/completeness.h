/* completeness.h: what the file beside a record file (FILE.meta.json) says about the scan's end. */
#ifndef COMPLETENESS_H
#define COMPLETENESS_H

#include <stddef.h>

/* Warns of each file whose scan did not record every row of its list, or had not ended when it last
 * said so. A file without metadata beside it passes in silence: nothing is known. */
void completeness_warn(const char *const *paths, size_t count);

#endif
