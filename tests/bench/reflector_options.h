/* reflector_options.h: the command line of the reflector. */
#ifndef CAASCAN_TESTS_REFLECTOR_OPTIONS_H
#define CAASCAN_TESTS_REFLECTOR_OPTIONS_H

#include "reflect_udp.h"
#include "resolvers.h"

struct reflector_options {
    struct reflect_options reflect;
    const char *truth;       /* the list; borrowed from the command line */
    struct resolvers listen; /* storage of reflect.listen */
    struct address any;      /* likewise */
};

enum reflector_task {
    REFLECTOR_SERVE,
    REFLECTOR_TRUTH,
    REFLECTOR_DONE,  /* help is printed */
    REFLECTOR_REFUSE /* a complaint is printed */
};

/* Reads the command line. Call reflector_options_fini whatever the result; do not copy *options. */
enum reflector_task reflector_options_parse(int argc, char **argv,
                                            struct reflector_options *options);
void reflector_options_fini(struct reflector_options *options);

#endif
