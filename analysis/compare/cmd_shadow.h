/* cmd_shadow.h: `caareport shadow`: sets that hide a set above them. */
#ifndef CMD_SHADOW_H
#define CMD_SHADOW_H

#include "command.h"

/* struct command's main. */
int cmd_shadow_main(int argc, char **argv);

#endif
