/* cmd_diff.h: `caareport diff`: what changed from one scan to the next. */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "command.h"

/* struct command's main. */
int cmd_diff_main(int argc, char **argv);

#endif
