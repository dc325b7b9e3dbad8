/* cmd_check.h: `caareport check`: may a CA issue, by the records of a scan or by a set in text? */
#ifndef CMD_CHECK_H
#define CMD_CHECK_H

#include "command.h"

/* struct command's main. */
int cmd_check_main(int argc, char **argv);

#endif
