/* cmd_report.h: `caareport report`: record files in, tables and a summary out. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "command.h"

/* struct command's main. */
int cmd_report_main(int argc, char **argv);

#endif
