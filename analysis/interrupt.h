/* interrupt.h: the wish to stop, by SIGINT or SIGTERM, as a flag that long work looks at. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* From here on the two signals set the flag and end nothing; a second one ends the process.
 * One that is ignored, as in a job in the background, stays so. */
void interrupt_watch(void);

bool interrupt_came(void);

/* 128 and the number of the signal that came, as shells give it; after a message. */
int interrupt_exit(void);

#endif
