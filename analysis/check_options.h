/* check_options.h: the command line of `caareport check`. */
#ifndef CHECK_OPTIONS_H
#define CHECK_OPTIONS_H

#include "caa_policy.h"
#include "command.h"
#include "command_line.h"

/* A CA that is asked about. */
struct check_ca {
    const char *word;             /* as given */
    struct caa_text *identifiers; /* owned */
    struct caa_ca ca;
};

struct check_options {
    struct check_ca *cas;
    size_t ca_count;
    unsigned kinds; /* bit n: kind n; 0: wild for rows that began with "*.", issue for others */
    const char *account, *method; /* NULL: parameters are ignored */
    const char **sets;            /* records in text form */
    size_t set_count;
    const char *zone;
    unsigned threads;
    bool minimal;
    const char *const *files;
    size_t file_count;
};

/* Reads the words behind the command's name, argv[0]. The options borrow argv. Call
 * check_options_fini whatever it returns. */
enum command_parse check_options_parse(int argc, char **argv, struct check_options *out);
void check_options_fini(struct check_options *options);

#endif
