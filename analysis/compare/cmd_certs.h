/* cmd_certs.h: `caareport certs`: a list of certificates beside the sets that scans saw. */
#ifndef CMD_CERTS_H
#define CMD_CERTS_H

#include "command.h"

/* struct command's main. */
int cmd_certs_main(int argc, char **argv);

#endif
