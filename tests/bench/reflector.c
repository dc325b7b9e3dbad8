/* reflector.c: a DNS responder for load, that answers from a synthetic world (synth.h).
 *
 * Beside that it prints what a survey of that world must find.
 */
#define _GNU_SOURCE
#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "reflect_tcp.h"
#include "reflector_options.h"
#include "synth_truth.h"

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void print_counts(const struct reflect_counts *c, uint64_t tcp)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"received\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"silent\":%" PRIu64
           ",\"crowded\":%" PRIu64 ",\"unsent\":%" PRIu64 ",\"overflow\":%" PRIu64
           ",\"tcp\":%" PRIu64 ",\"user\":%.3f,\"system\":%.3f}\n",
           c->received, c->sent, c->lost, c->silent, c->crowded, c->unsent, c->overflow, tcp,
           seconds(used.ru_utime), seconds(used.ru_stime));
}

static void on_signal(evutil_socket_t number, short what, void *base)
{
    (void)number, (void)what;
    event_base_loopbreak(base);
}

static int serve(struct event_base *base, const struct reflect_options *options)
{
    struct event *term = evsignal_new(base, SIGTERM, on_signal, base);
    struct event *interrupt = evsignal_new(base, SIGINT, on_signal, base);
    struct reflect_counts counts = {0};
    if (term == NULL || interrupt == NULL)
        return 1;
    evsignal_add(term, NULL);
    evsignal_add(interrupt, NULL);
    struct reflect_tcp *tcp = reflect_tcp_new(base, options);
    struct reflect_udp *udp = tcp != NULL ? reflect_udp_new(options) : NULL;
    if (udp != NULL) {
        puts("ready");
        fflush(stdout);
        event_base_dispatch(base);
        reflect_udp_free(udp, &counts);
    }
    uint64_t answered = tcp != NULL ? reflect_tcp_free(tcp) : 0;
    event_free(term);
    event_free(interrupt);
    if (udp != NULL)
        print_counts(&counts, answered);
    return udp != NULL ? 0 : 1;
}

static bool print_truth(const struct synth *world, const char *line, size_t len)
{
    struct name_buffer name;
    struct synth_truth truth;
    char row[SYNTH_TRUTH_ROW_MAX];
    if (!name_from_text(&name, (const uint8_t *)line, len))
        return false;
    synth_truth(world, name_of(&name), &truth);
    size_t row_len = synth_truth_row(&truth, name_of(&name), row);
    row[row_len++] = '\n';
    return fwrite(row, row_len, 1, stdout) == 1;
}

static int print_truths(const struct synth *world, const char *path)
{
    FILE *list = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool fine = list != NULL && puts(SYNTH_TRUTH_HEADER) >= 0;
    while (fine && (len = getline(&line, &cap, list)) > 0) {
        len -= line[len - 1] == '\n';
        fine = print_truth(world, line, (size_t)len);
    }
    fine = fine && ferror(list) == 0 && fflush(stdout) == 0;
    if (!fine)
        fprintf(stderr, "reflector: %s: can't be read, or holds what is no name\n", path);
    free(line);
    if (list != NULL)
        fclose(list);
    return fine ? 0 : 1;
}

static int serve_with_loop(const struct reflect_options *options)
{
    struct event_base *base = event_base_new();
    if (base == NULL)
        return 1;
    int code = serve(base, options);
    event_base_free(base);
    return code;
}

int main(int argc, char **argv)
{
    static struct reflector_options options;
    int code = 0;
    switch (reflector_options_parse(argc, argv, &options)) {
    case REFLECTOR_SERVE:
        code = serve_with_loop(&options.reflect);
        break;
    case REFLECTOR_TRUTH:
        code = print_truths(&options.reflect.world, options.truth);
        break;
    case REFLECTOR_REFUSE:
        code = 1;
        break;
    case REFLECTOR_DONE:
        break;
    }
    reflector_options_fini(&options);
    return code;
}
