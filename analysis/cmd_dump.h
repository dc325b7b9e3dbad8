/* cmd_dump.h: `caareport dump`: the records of record files as lines on standard output. */
#ifndef CMD_DUMP_H
#define CMD_DUMP_H

#include "command.h"

/* struct command's main. */
int cmd_dump_main(int argc, char **argv);

#endif
