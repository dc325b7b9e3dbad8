/* completeness.h: what the file beside a record file (FILE.meta.json) says about the scan's end. */
#ifndef COMPLETENESS_H
#define COMPLETENESS_H

#include "notices.h"
#include "read_plan.h"

/* Warns of each file whose scan did not record every row of its list, or had not ended when it last
 * said so, and of each that has not as many octets as the scan wrote. What the metadata says of the
 * list is added to the plan. A file without metadata beside it passes in silence: nothing is known.
 * False, after a message, without memory. */
bool completeness_check(struct read_plan *plan, struct notices *warnings);

#endif
