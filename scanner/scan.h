/* scan.h: a whole scan: puts input, workers and output together, watches over them, and says how it
 * ended. Runs in the main thread. */
#ifndef CAASCAN_SCAN_H
#define CAASCAN_SCAN_H

#include "options.h"

/* Runs the scan that the options ask for and reports on standard error. Returns the exit code of
 * caascan(1). argv is kept in the metadata. */
int scan_run(const struct options *options, int argc, char **argv);

#endif
