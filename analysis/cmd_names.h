/* cmd_names.h: `caareport names`: the names behind a cell of a table. */
#ifndef CMD_NAMES_H
#define CMD_NAMES_H

#include "command.h"

int cmd_names_main(int argc, char **argv);

#endif
