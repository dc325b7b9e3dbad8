/* cert_print.h: certificates beside one scan, printed: the table, or each of them. */
#ifndef CERT_PRINT_H
#define CERT_PRINT_H

#include "command.h"
#include "command_line.h"

/* words: the list of certificates, then record files of one scan, mode and vantage. Returns an exit
 * code, after a message where it is not REPORT_EXIT_COMPLETE. */
int cert_print_run(const struct command_words *words, bool each);

#endif
