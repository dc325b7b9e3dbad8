/* cmd_dump.h: `caareport dump`: the records of record files as lines on standard output. */
#ifndef CMD_DUMP_H
#define CMD_DUMP_H

#include "report_options.h"

/* Returns an exit code (enum report_exit). */
int cmd_dump_run(const struct report_options *options);

#endif
