/* cmd_as.h: `caareport --as STUDY`: a scan recounted by the definitions of an earlier study. */
#ifndef CMD_AS_H
#define CMD_AS_H

#include "report_options.h"

/* Writes as_STUDY.csv into the folder of the options. Returns an exit code. */
int cmd_as_run(const struct report_options *options);

#endif
