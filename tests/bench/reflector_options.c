#define _GNU_SOURCE
#include "reflector_options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
};

enum text { T_LISTEN = NUMBERS, T_SHAPE, T_HELP, OPTIONS };

static const char *const shapes[] = {"fixed", "exponential", "lognormal"};
#define SHAPES (sizeof shapes / sizeof *shapes)

struct given {
    double values[NUMBERS];
    const char *listen;
    size_t shape;
};

static void print_help(void)
{
    printf(
        "usage: reflector flat [OPTION…]\n\n"
        "Answers as a recursive resolver that knows a synthetic world. Ends on SIGTERM or SIGINT\n"
        "and prints then what it counted, as one JSON object.\n\n"
        "  --listen ADDR,…      addresses and ports (default: 127.0.0.1:53)\n"
        "  --shape WORD         of the delay: fixed, exponential, lognormal (default: fixed)\n");
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
    out->world.ttl_s = out->world.negative_ttl_s = (uint32_t)v[N_TTL];
    out->loss = v[N_LOSS];
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
    table[T_HELP] = (struct option){"help", no_argument, &chosen, T_HELP};
    table[OPTIONS] = (struct option){0};
}

int reflector_options_parse(int argc, char **argv, struct reflector_options *options, bool *run)
{
    struct option table[OPTIONS + 1];
    struct given given = {.listen = "127.0.0.1:53"};
    int index = 0, found;
    *options = (struct reflector_options){0};
    *run = false;
    make_table(table);
    for (size_t i = 0; i < NUMBERS; i++)
        given.values[i] = numbers[i].initial;
    while ((found = getopt_long(argc, argv, "", table, &index)) != -1) {
        if (found == 0 && index == T_HELP) {
            print_help();
            return 0;
        }
        if (found != 0 || !take_option(&given, (size_t)index, optarg))
            return 1;
    }
    if (argc - optind != 1 || strcmp(argv[optind], "flat") != 0) {
        fprintf(stderr, "reflector: say what to play: flat (see --help)\n");
        return 1;
    }
    struct failure why;
    if (!resolvers_from_argument(&options->listen, given.listen, &why)) {
        fprintf(stderr, "reflector: --listen: %s\n", why.text);
        return 1;
    }
    fill(&given, &options->reflect);
    options->reflect.listen = options->listen.list;
    options->reflect.listen_count = options->listen.count;
    *run = true;
    return 0;
}

void reflector_options_fini(struct reflector_options *options)
{
    resolvers_fini(&options->listen);
}
