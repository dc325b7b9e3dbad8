/* cmd_report.h: `caareport report`: record files in, tables and a summary out. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "report_options.h"

/* Returns an exit code (enum report_exit). */
int cmd_report_run(const struct report_options *options);

#endif
