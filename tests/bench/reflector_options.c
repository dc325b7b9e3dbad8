#define _GNU_SOURCE
#include "reflector_options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "roots.h"

enum number {
    N_SEED,
    N_THREADS,
    N_CAA,
    N_ALIAS,
    N_NXDOMAIN,
    N_SERVFAIL,
    N_REFUSED,
    N_TRUNCATED,
    N_LOSS,
    N_DELAY,
    N_SIGMA,
    N_WAITING,
    N_TTL,
    N_SERVERS,
    N_GLUELESS,
    N_RATE,
    N_QUEUE,
    NUMBERS
};

static const struct {
    const char *name;
    double initial, least, most;
    const char *help;
} numbers[NUMBERS] = {
    [N_SEED] = {"seed", 1, 0, 0x1p53, "another seed, another world"},
    [N_THREADS] = {"threads", 2, 1, 64, "threads for each address"},
    [N_CAA] = {"caa", 0.05, 0, 1, "share of names with a CAA set"},
    [N_ALIAS] = {"alias", 0, 0, 1, "share of names that are aliases"},
    [N_NXDOMAIN] = {"nxdomain", 0, 0, 1, "share of names that do not exist"},
    [N_SERVFAIL] = {"servfail", 0, 0, 1, "share of names that end in SERVFAIL"},
    [N_REFUSED] = {"refused", 0, 0, 1, "share of names that are refused"},
    [N_TRUNCATED] = {"truncated", 0, 0, 1, "share of names whose answer needs TCP"},
    [N_LOSS] = {"loss", 0, 0, 1, "share of datagrams that are not answered"},
    [N_DELAY] = {"delay", 0, 0, 4000, "mean delay of replies over UDP, in ms"},
    [N_SIGMA] = {"sigma", 1, 0, 4, "spread of the lognormal delay"},
    [N_WAITING] = {"waiting", 1000000, 1, 1e8, "replies that a thread holds back at most"},
    [N_TTL] = {"ttl", 3600, 0, 86400, "TTL of all records and denials, in s"},
    [N_SERVERS] = {"servers", 20000, 2, 0x1p24, "addresses of servers, from 11.0.0.0 on"},
    [N_GLUELESS] = {"glueless", 0, 0, 1, "share of zones with an operator's servers, without glue"},
    [N_RATE] = {"rate", 0, 0, 1e9, "queries a second that get here; 0: all"},
    [N_QUEUE] = {"queue", 20, 0, 4000, "how many ms of --rate wait before the rest is dropped"},
};

enum text { T_LISTEN = NUMBERS, T_SHAPE, T_TRUTH, T_TRAINS, T_HELP, OPTIONS };

static const char *const shapes[] = {"fixed", "exponential", "lognormal"};
#define SHAPES (sizeof shapes / sizeof *shapes)

struct given {
    double values[NUMBERS];
    const char *listen, *truth;
    size_t shape;
    bool trains;
};

static void print_help(void)
{
    printf("usage: reflector flat|internet [OPTION…]\n"
           "       reflector --truth LIST [OPTION…]\n\n"
           "Answers for a synthetic world: as a recursive resolver (flat), or as all its\n"
           "authorities, the root's with their real addresses (internet; these and the servers'\n"
           "must be local, and port 53 of any address is listened on). Prints \"ready\" when it\n"
           "listens. On SIGTERM or SIGINT it ends and prints what it counted, as one JSON object.\n"
           "With --truth it prints what a survey must find for the names in LIST, one a line, as\n"
           "CSV.\n\n"
           "  --listen ADDR,…      flat: addresses and ports (default: 127.0.0.1:53)\n"
           "  --shape WORD         of the delay: fixed, exponential, lognormal (default: fixed)\n"
           "  --trains             take queries and send replies several at a time (UDP_GRO,\n"
           "                       UDP_SEGMENT)\n");
    for (size_t i = 0; i < NUMBERS; i++)
        printf("  --%-10s N       %s (default: %g)\n", numbers[i].name, numbers[i].help,
               numbers[i].initial);
}

static bool complain(const char *option, const char *value)
{
    fprintf(stderr, "reflector: --%s: \"%s\" can't be used (see --help)\n", option, value);
    return false;
}

static bool take_option(struct given *given, size_t option, const char *value)
{
    if (option == T_LISTEN) {
        given->listen = value;
        return true;
    }
    if (option == T_TRUTH) {
        given->truth = value;
        return true;
    }
    if (option == T_TRAINS) {
        given->trains = true;
        return true;
    }
    if (option == T_SHAPE) {
        for (given->shape = 0; given->shape < SHAPES; given->shape++) {
            if (strcmp(value, shapes[given->shape]) == 0)
                return true;
        }
        return complain("shape", value);
    }
    char *end;
    double number = strtod(value, &end);
    bool fits = number >= numbers[option].least && number <= numbers[option].most;
    if (end == value || *end != '\0' || !fits)
        return complain(numbers[option].name, value);
    given->values[option] = number;
    return true;
}

static void fill(const struct given *given, struct reflect_options *out)
{
    const double *v = given->values;
    out->world = synth_default();
    out->world.seed = (uint64_t)v[N_SEED];
    out->world.share[SYNTH_CAA] = v[N_CAA];
    out->world.share[SYNTH_ALIAS] = v[N_ALIAS];
    out->world.share[SYNTH_NXDOMAIN] = v[N_NXDOMAIN];
    out->world.share[SYNTH_SERVFAIL] = v[N_SERVFAIL];
    out->world.share[SYNTH_REFUSED] = v[N_REFUSED];
    out->world.truncated = v[N_TRUNCATED];
    out->world.glueless = v[N_GLUELESS];
    out->world.ttl_s = out->world.negative_ttl_s = (uint32_t)v[N_TTL];
    out->world.servers_count = (uint32_t)v[N_SERVERS];
    out->loss = v[N_LOSS];
    out->rate_qps = v[N_RATE];
    out->queue_ns = (uint64_t)(v[N_QUEUE] * 1e6);
    out->trains = given->trains;
    out->threads = (unsigned)v[N_THREADS];
    out->waiting_max = (uint32_t)v[N_WAITING];
    delay_init(&out->delay, (enum delay_shape)given->shape, v[N_DELAY] * 1e6 / REFLECT_TICK_NS,
               v[N_SIGMA]);
}

static void make_table(struct option table[OPTIONS + 1])
{
    static int chosen;
    for (int i = 0; i < NUMBERS; i++)
        table[i] = (struct option){numbers[i].name, required_argument, &chosen, i};
    table[T_LISTEN] = (struct option){"listen", required_argument, &chosen, T_LISTEN};
    table[T_SHAPE] = (struct option){"shape", required_argument, &chosen, T_SHAPE};
    table[T_TRUTH] = (struct option){"truth", required_argument, &chosen, T_TRUTH};
    table[T_TRAINS] = (struct option){"trains", no_argument, &chosen, T_TRAINS};
    table[T_HELP] = (struct option){"help", no_argument, &chosen, T_HELP};
    table[OPTIONS] = (struct option){0};
}

/* The root's servers have the addresses of the hints that caascan has built in. */
static bool find_roots(struct synth *world, struct failure *why)
{
    static struct roots roots;
    if (!roots_read(&roots, NULL, why))
        return false;
    for (size_t i = 0; i < roots.servers.glue_count; i++) {
        const struct address *address = &roots.servers.glue[i].address;
        const uint8_t *o = address->octets;
        if (address->family == ADDRESS_IPV4 && world->root_count < SYNTH_ROOTS_MAX)
            world->roots[world->root_count++] =
                (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    }
    return true;
}

static bool choose_part(const struct given *given, const char *part,
                        struct reflector_options *options, struct failure *why)
{
    struct reflect_options *reflect = &options->reflect;
    options->any = (struct address){.port = 53, .family = ADDRESS_IPV4};
    reflect->listen = &options->any;
    reflect->listen_count = 1;
    if (strcmp(part, "internet") == 0) {
        reflect->authority = true;
        return find_roots(&reflect->world, why);
    }
    if (strcmp(part, "flat") != 0) {
        failure_set(why, FAILURE_USAGE, "\"%s\" is no part to play (see --help)", part);
        return false;
    }
    if (!resolvers_from_argument(&options->listen, given->listen, why))
        return false;
    reflect->listen = options->listen.list;
    reflect->listen_count = options->listen.count;
    return true;
}

static bool read_options(int argc, char **argv, struct given *given, bool *help)
{
    struct option table[OPTIONS + 1];
    int index = 0, found;
    make_table(table);
    while ((found = getopt_long(argc, argv, "", table, &index)) != -1) {
        if (found == 0 && index == T_HELP)
            *help = true;
        else if (found != 0 || !take_option(given, (size_t)index, optarg))
            return false;
    }
    return true;
}

enum reflector_task reflector_options_parse(int argc, char **argv,
                                            struct reflector_options *options)
{
    struct given given = {.listen = "127.0.0.1:53"};
    struct failure why;
    bool help = false;
    *options = (struct reflector_options){0};
    for (size_t i = 0; i < NUMBERS; i++)
        given.values[i] = numbers[i].initial;
    if (!read_options(argc, argv, &given, &help))
        return REFLECTOR_REFUSE;
    if (help) {
        print_help();
        return REFLECTOR_DONE;
    }
    fill(&given, &options->reflect);
    options->truth = given.truth;
    if (argc - optind != (given.truth == NULL)) {
        fprintf(stderr, "reflector: say what to play: flat or internet (see --help)\n");
        return REFLECTOR_REFUSE;
    }
    if (given.truth != NULL)
        return REFLECTOR_TRUTH;
    if (choose_part(&given, argv[optind], options, &why))
        return REFLECTOR_SERVE;
    fprintf(stderr, "reflector: %s\n", why.text);
    return REFLECTOR_REFUSE;
}

void reflector_options_fini(struct reflector_options *options)
{
    resolvers_fini(&options->listen);
}
