/* reflector_options.h: the command line of the reflector. */
#ifndef CAASCAN_TESTS_REFLECTOR_OPTIONS_H
#define CAASCAN_TESTS_REFLECTOR_OPTIONS_H

#include "reflect_udp.h"
#include "resolvers.h"

struct reflector_options {
    struct reflect_options reflect;
    struct resolvers listen; /* storage of reflect.listen */
};

/* Reads the command line. 0: run; else the exit code, once help or a complaint is printed. */
int reflector_options_parse(int argc, char **argv, struct reflector_options *options, bool *run);
void reflector_options_fini(struct reflector_options *options);

#endif
