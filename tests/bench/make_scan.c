/* make_scan.c: a record file as large as wanted, for benchmarks of the analysis.
 *
 *   make_scan iterate|resolver ROWS > FILE
 *
 * Writes records as caascan does, in frames of about 768 KiB behind pzstd headers. All names
 * differ; 80 % have no set, 15 % have one (one in ten of them by an alias, one in ten from above),
 * 5 % failed. 2,000 operators run the zones, the larger the rarer. The same arguments give the same
 * octets.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define FRAME_LEN (768u * 1024u)
#define LINE_LEN_MAX 8192u
#define COUNT(array) (sizeof(array) / sizeof *(array))

struct frame {
    char octets[FRAME_LEN + LINE_LEN_MAX];
    size_t len;
};

/* What one row is. */
struct row {
    uint64_t number, draw; /* draw: pseudo-random bits of the row */
    const char *outcome;
    char name[64], top[16]; /* top: the name without its first label */
    const char *failed;     /* class of the failure, or NULL */
    unsigned operator;
    bool found, aliased, above, iterate;
};

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* Some of the row's bits as a number below `end`; each use has its own salt. */
static unsigned pick(const struct row *row, unsigned salt, size_t end)
{
    return (unsigned)(mix(row->draw + salt) % end);
}

__attribute__((format(printf, 2, 3))) static void put(struct frame *frame, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(frame->octets + frame->len, LINE_LEN_MAX, format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= LINE_LEN_MAX)
        abort();
    frame->len += (size_t)len;
}

static struct row row_of(uint64_t number, bool iterate)
{
    static const char *const tops[] = {"com", "com", "com", "com",   "com",    "net", "org",
                                       "de",  "nl",  "fr",  "co.uk", "com.br", "xyz", "info"};
    static const char *const failures[] = {"timeout", "timeout", "servfail", "refused", "lame"};
    struct row row = {.number = number, .draw = mix(number), .iterate = iterate};
    char label[16];
    size_t len = 4 + pick(&row, 1, 9);
    for (size_t i = 0; i < len; i++)
        label[i] = (char)('a' + pick(&row, 100 + (unsigned)i, 26));
    label[len] = '\0';
    snprintf(row.top, sizeof row.top, "%s", tops[pick(&row, 2, COUNT(tops))]);
    snprintf(row.name, sizeof row.name, "%s%" PRIx64 ".%s", label, number, row.top);
    unsigned kind = pick(&row, 3, 100);
    row.found = kind < 15;
    row.failed = kind >= 95 ? failures[pick(&row, 4, COUNT(failures))] : NULL;
    row.outcome = row.found ? "found" : row.failed != NULL ? "indeterminate" : "empty";
    unsigned how = pick(&row, 5, 10);
    row.aliased = row.found && how == 0;
    row.above = row.found && how == 1;
    unsigned spread = 1 + pick(&row, 6, 2000);
    row.operator= pick(&row, 7, spread);
    return row;
}

static void put_set(struct frame *frame, const struct row *row)
{
    static const char *const issuers[] = {"letsencrypt.org", "letsencrypt.org", "digicert.com",
                                          "sectigo.com",     "comodoca.com",    "pki.goog",
                                          "globalsign.com",  "amazon.com"};
    unsigned count = 1 + pick(row, 10, 4);
    for (unsigned i = 0; i < count; i++)
        put(frame,
            "%s{\"flags\":0,\"tag\":\"%s\",\"value\":\"%s\",\"ttl\":%u,\"rdata_error\":null,"
            "\"rdata\":null}",
            i > 0 ? "," : "", i == 3 ? "issuewild" : "issue",
            issuers[pick(row, 11 + i, COUNT(issuers))], 300 * (1 + pick(row, 20, 48)));
    if (pick(row, 21, 8) == 0)
        put(frame,
            ",{\"flags\":0,\"tag\":\"iodef\",\"value\":\"mailto:security@%s\",\"ttl\":3600,"
            "\"rdata_error\":null,\"rdata\":null}",
            row->name);
}

static void put_verdict(struct frame *frame, const struct row *row)
{
    const char *own = row->above ? "empty" : row->outcome;
    put(frame, "\"outcome\":\"%s\",", row->outcome);
    if (row->failed != NULL)
        put(frame, "\"error_class\":\"%s\",\"error_at\":\"%s\",\"error_name\":\"%s\",", row->failed,
            row->name, row->name);
    else
        put(frame, "\"error_class\":null,\"error_at\":null,\"error_name\":null,");
    put(frame, "\"exists\":\"%s\",\"own\":\"%s\",", row->failed != NULL ? "unknown" : "yes", own);
    if (!row->found) {
        put(frame, "\"found_at\":null,\"depth\":null,\"rrset_owner\":null,\"chain\":[],\"caa\":[]");
        return;
    }
    const char *at = row->above ? row->top : row->name;
    put(frame, "\"found_at\":\"%s\",\"depth\":%d,", at, row->above);
    if (row->aliased)
        put(frame,
            "\"rrset_owner\":\"edge%u.cdn.example\",\"chain\":[{\"owner\":\"%s\",\"kind\":"
            "\"CNAME\",\"target\":\"edge%u.cdn.example\",\"ttl\":300}],\"caa\":[",
            row->operator, row->name, row->operator);
    else
        put(frame, "\"rrset_owner\":\"%s\",\"chain\":[],\"caa\":[", at);
    put_set(frame, row);
    put(frame, "]");
}

static void put_servers(struct frame *frame, const char *key, const struct row *row)
{
    put(frame, ",\"%s\":[", key);
    for (unsigned i = 1; i <= 2 + row->operator% 3; i++)
        put(frame, "%s\"ns%u.hoster%u-dns.net\"", i > 1 ? "," : "", i, row->operator);
    put(frame, "]");
}

static void put_zone(struct frame *frame, const struct row *row)
{
    if (!row->iterate) {
        put(frame, ",\"zone\":null,\"ns\":[],\"set_zone\":null,\"set_ns\":[]");
        return;
    }
    put(frame, ",\"zone\":\"%s\"", row->name);
    put_servers(frame, "ns", row);
    put(frame, row->found ? ",\"set_zone\":\"%s\"" : ",\"set_zone\":null", row->name);
    if (row->found)
        put_servers(frame, "set_ns", row);
    else
        put(frame, ",\"set_ns\":[]");
}

static void put_level(struct frame *frame, const struct row *row, const char *name,
                      const char *outcome, unsigned salt)
{
    bool failed = row->failed != NULL;
    bool cached = salt > 0 && pick(row, 29, 10) > 0;
    const char *ad = row->iterate ? "null" : "false";
    put(frame,
        "{\"name\":\"%s\",\"outcome\":\"%s\",\"rcode\":%s,\"chain\":[],\"source\":\"%s\",\"age\":%"
        "u,"
        "\"server\":\"%u.%u.%u.53\",\"protocol\":\"udp\",\"rtt\":0.%06u,\"attempts\":%u,"
        "\"ad\":%s,\"ede\":[],\"dnssec\":\"unchecked\",\"tried\":[",
        name, outcome, failed ? "null" : "0", cached ? "cached" : "asked",
        cached ? pick(row, 28, 3600) : 0, 11 + row->operator% 180, row->operator% 250, salt,
        pick(row, 30 + salt, 200000), failed ? 3 : 1, ad);
    for (unsigned i = 0; failed && i < 3; i++)
        put(frame, "%s{\"server\":\"11.2.%u.53\",\"result\":\"%s\"}", i > 0 ? "," : "", i,
            row->failed);
    put(frame, "]}");
}

static void put_levels(struct frame *frame, const struct row *row)
{
    put(frame, ",\"levels\":[");
    const char *outcome = row->failed;
    if (outcome == NULL)
        outcome = row->found && !row->above ? "records" : "nodata";
    put_level(frame, row, row->name, outcome, 0);
    const char *above = row->top;
    bool more = row->failed == NULL && (!row->found || row->above);
    for (unsigned salt = 1; more; salt++) {
        put(frame, ",");
        put_level(frame, row, above, row->found ? "records" : "nodata", salt);
        const char *dot = strchr(above, '.');
        more = dot != NULL && !row->found;
        above = dot != NULL ? dot + 1 : above;
    }
    put(frame, "],\"notes\":[],\"control\":[");
    if (row->failed != NULL)
        put(frame,
            "{\"at\":\"%s\",\"server\":\"11.2.0.53\",\"type\":\"A\",\"cd\":false,\"rcode\":0,"
            "\"answered\":true,\"caa\":[]}",
            row->name);
    put(frame, "]");
}

static void put_row(struct frame *frame, uint64_t number, bool iterate)
{
    struct row row = row_of(number, iterate);
    put(frame,
        "{\"v\":1,\"scan\":\"list.csv-20260301T100000Z\",\"mode\":\"%s\",\"vantage\":\"\",\"row\":"
        "%" PRIu64 ",\"prefix\":\"\",\"pass\":1,\"rank\":%" PRIu64
        ",\"input\":\"%s\",\"extra\":[],\"name\":\"%s\",\"wildcard\":false,",
        iterate ? "iterate" : "resolver", number, number, row.name, row.name);
    put_verdict(frame, &row);
    put_zone(frame, &row);
    put_levels(frame, &row);
    const char *ad = iterate ? "null" : "false";
    put(frame,
        ",\"alt\":null,\"dnssec\":\"unchecked\",\"ds\":\"%s\",\"ad\":%s,\"queries\":%u,"
        "\"retries\":%u,\"duration\":0.%06u,\"timestamp\":\"2026-03-01T10:%02u:%02u.%03uZ\"}\n",
        !iterate                  ? "unknown"
        : pick(&row, 40, 12) == 0 ? "present"
                                  : "absent",
        ad, row.failed != NULL ? 4 : 1 + pick(&row, 41, 3), row.failed != NULL ? 2 : 0,
        pick(&row, 42, 900000), (unsigned)(number / 60000 % 60), (unsigned)(number / 1000 % 60),
        (unsigned)(number % 1000));
}

static bool write_frame(ZSTD_CCtx *zstd, struct frame *frame, uint8_t *out, size_t cap)
{
    size_t len = ZSTD_compress2(zstd, out, cap, frame->octets, frame->len);
    if (ZSTD_isError(len))
        return false;
    uint8_t header[12] = {0x50, 0x2A, 0x4D, 0x18, 4};
    for (unsigned i = 0; i < 4; i++)
        header[8 + i] = (uint8_t)(len >> 8 * i);
    frame->len = 0;
    return fwrite(header, sizeof header, 1, stdout) == 1 && fwrite(out, len, 1, stdout) == 1;
}

int main(int argc, char **argv)
{
    static struct frame frame;
    if (argc != 3 || (strcmp(argv[1], "iterate") != 0 && strcmp(argv[1], "resolver") != 0)) {
        fputs("usage: make_scan iterate|resolver ROWS > FILE\n", stderr);
        return 64;
    }
    uint64_t rows = strtoull(argv[2], NULL, 10);
    size_t cap = ZSTD_compressBound(sizeof frame.octets);
    uint8_t *out = malloc(cap);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    bool written = out != NULL && zstd != NULL;
    if (written) {
        ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, 1);
        ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    }
    for (uint64_t number = 1; written && number <= rows; number++) {
        put_row(&frame, number, argv[1][0] == 'i');
        if (frame.len >= FRAME_LEN || number == rows)
            written = write_frame(zstd, &frame, out, cap);
    }
    ZSTD_freeCCtx(zstd);
    free(out);
    return written && fflush(stdout) == 0 ? 0 : 1;
}
