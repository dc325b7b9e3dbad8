/* cert_join.h: a list of certificates joined by name with scans of several times. */
#ifndef CERT_JOIN_H
#define CERT_JOIN_H

#include "compare_options.h"

struct cert_join_options {
    struct compare_options compare;
    uint64_t until; /* end of the list of certificates; 0: its latest notBefore */
};

/* words: the list, then record files of one scan each. Returns an exit code, after a message where
 * it is not REPORT_EXIT_COMPLETE. */
int cert_join_run(const struct cert_join_options *options, const struct command_words *words);

#endif
