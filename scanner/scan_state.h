/* scan_state.h: what a scan is made of. Between scan.c and scan_report.c only. */
#ifndef CAASCAN_SCAN_STATE_H
#define CAASCAN_SCAN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anchors.h"
#include "feed.h"
#include "input.h"
#include "limit.h"
#include "options.h"
#include "output.h"
#include "record.h"
#include "resolvers.h"
#include "roots.h"
#include "stats.h"
#include "status.h"
#include "watch.h"
#include "worker.h"

/* So many rows at a time touch the tables of workers all over. Fewer touch a page here and there,
 * each of which would be 512 in memory. */
#define HUGE_PAGES_FROM 1024u
#define HUGE_PAGE_OCTETS (2u << 20)

struct scan {
    const struct options *options;
    const char *const *argv;
    size_t argc;
    unsigned threads;
    char scan_id[512];
    struct resolvers resolvers; /* none: the scan iterates */
    struct roots roots;
    struct trust_anchors anchors; /* none: nothing is verified */
    bool ipv4, ipv6;              /* families that iteration uses */
    size_t limit_count;           /* entries of the limit */
    struct input *input;
    struct output *output;
    struct limit *limit;
    struct stats *stats; /* one per worker */
    struct worker **workers;
    struct feed *feed;
    struct record_scan record_scan;
    struct watch watch;
    struct status status;
    uint64_t start_ns, start_ms;
    uint64_t seed;      /* of the hash tables */
    struct failure why; /* the first thing that stopped the scan */
    int interrupted;    /* the signal, 0: none */
    bool draining;
    int buffer_granted; /* least receive buffer of a socket, octets */
    bool warned;        /* that nobody answers */
    bool has_sidecar;   /* OUT.meta.json stands beside the output */
};

/* Names at a time: what was asked for, but no more than the rate can serve within seconds. Others
 * would only wait for leave, and be lost to whoever is killed. */
uint64_t scan_in_flight(const struct scan *s);

/* Files that a scan with engines like this one has open at most. */
uint64_t scan_files(const struct scan *s, const struct engine_config *engine);

/* scan_plan.c: reads the list and prints what the scan would do, with engines like this one. */
bool scan_plan(struct scan *s, const struct engine_config *engine, struct failure *why);

/* scan_report.c */

/* Writes OUT.meta.json; totals is NULL at the start. True where the output has no sidecar. */
bool scan_write_sidecar(const struct scan *s, const struct output_totals *totals,
                        struct failure *why);

/* The metadata as text, for the caller to free; NULL where memory is short. */
char *scan_metadata(const struct scan *s, const struct output_totals *totals);

/* The scan at this moment. */
struct status_snapshot scan_snapshot(const struct scan *s);

void scan_report_end(struct scan *s, const struct output_totals *totals);

#endif
