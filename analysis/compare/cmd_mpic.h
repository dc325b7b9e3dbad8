/* cmd_mpic.h: `caareport mpic`: the same list scanned from several vantages, and the rule of the
 * Baseline Requirements about them. */
#ifndef CMD_MPIC_H
#define CMD_MPIC_H

#include "command.h"

/* struct command's main. */
int cmd_mpic_main(int argc, char **argv);

#endif
