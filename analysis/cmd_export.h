/* cmd_export.h: `caareport export`: records as flat tables. */
#ifndef CMD_EXPORT_H
#define CMD_EXPORT_H

#include "command.h"

int cmd_export_main(int argc, char **argv);

#endif
