/* reflector.c: a DNS responder for load, that answers from a synthetic world (synth.h).
 *
 * Prints "ready" once it listens. On SIGTERM or SIGINT it prints what it counted, as one JSON
 * object, and ends.
 */
#define _GNU_SOURCE
#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "reflect_tcp.h"
#include "reflector_options.h"

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

int main(int argc, char **argv)
{
    static struct reflector_options options;
    bool run;
    int code = reflector_options_parse(argc, argv, &options, &run);
    struct event_base *base = run ? event_base_new() : NULL;
    if (base != NULL) {
        code = serve(base, &options.reflect);
        event_base_free(base);
    }
    reflector_options_fini(&options);
    return code;
}
