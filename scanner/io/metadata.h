/* metadata.h: what there is to know about a scan beside its records, as one JSON object: in the
 * first frame of the record file, and with the totals in OUT.meta.json (sidecar.h).
 */
#ifndef CAASCAN_METADATA_H
#define CAASCAN_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caascan/term.h"
#include "output.h"

struct metadata_limits {
    uint64_t rate_qps; /* 0: none */
    uint64_t server_rate_qps;
    uint64_t in_flight;
    uint64_t timeout_ns; /* of the first attempt */
    uint64_t attempts;
    uint64_t threads;
};

/* Text is NUL-terminated and borrowed; octets that are not UTF-8 are written as \DDD. */
struct metadata {
    const char *const *argv;
    size_t argc;
    const char *version; /* of caascan */
    const char *scan;
    const char *vantage;
    const char *input;        /* "-": standard input */
    const char *input_format; /* as given: auto, csv, list */
    const char *input_sha256; /* hexadecimal; NULL while not known */
    const char *output;
    const char *const *prefixes; /* "" among them where the bare name is asked for */
    size_t prefix_count;
    const char *const *resolvers; /* as text with port */
    size_t resolver_count;
    struct metadata_limits limits;
    uint64_t seed;
    uint64_t start_ms;                  /* since 1970-01-01T00:00:00Z */
    uint64_t end_ms;                    /* 0 while the scan runs */
    int64_t input_rows;                 /* -1 while not known */
    uint64_t peak_memory;               /* octets; 0: not known */
    const uint64_t *counters;           /* COUNTER_COUNT sums (stats.h); NULL at the start */
    const struct output_totals *totals; /* NULL at the start */
    enum scan_mode mode;
    bool rfc6844;
    bool erratum5065;
    bool complete; /* every row of the input has its record in the output */
};

/* The object as text, on one line. The caller frees it. NULL where memory is short. */
char *metadata_text(const struct metadata *metadata);

#endif
