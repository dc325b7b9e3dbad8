#include "input_audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

#define SHARD_COUNT_MAX (1 << 20)

/* All that the metadata of one scan says together. */
struct promise {
    bool known;
    uint64_t rows; /* 0: not known */
    uint64_t shard_count;
    bool *present; /* shards; NULL: the rows are not divided, or not in one way */
};

/* Marks the shards that are there. Files that divide the list differently are as good as undivided:
 * which rows they should have together is the whole list. */
static bool mark_shards(const struct read_plan *plan, struct caa_text scan, struct promise *promise)
{
    promise->present = calloc(promise->shard_count, sizeof *promise->present);
    if (promise->present == NULL)
        return false;
    for (size_t i = 0; i < plan->scan_count; i++) {
        const struct read_scan *file = &plan->scans[i];
        if (caa_text_equal(scan, caa_text_from(file->scan)))
            promise->present[file->shard] = true;
    }
    return true;
}

/* False without memory. Free promise->present. */
static bool promise_of(const struct read_plan *plan, struct caa_text scan, struct promise *promise)
{
    bool divided = true;
    *promise = (struct promise){0};
    for (size_t i = 0; i < plan->scan_count; i++) {
        const struct read_scan *file = &plan->scans[i];
        if (!caa_text_equal(scan, caa_text_from(file->scan)))
            continue;
        uint64_t count = (uint64_t)file->shard_count;
        divided = divided && count > 0 && (!promise->known || count == promise->shard_count);
        promise->known = true;
        promise->shard_count = count;
        if (file->rows > 0 && (uint64_t)file->rows > promise->rows)
            promise->rows = (uint64_t)file->rows;
    }
    if (!promise->known || !divided || promise->shard_count > SHARD_COUNT_MAX)
        return true;
    return mark_shards(plan, scan, promise);
}

/* How many of the rows 1 to end belong to shards that are there. */
static uint64_t rows_of_present(const struct promise *promise, uint64_t end)
{
    uint64_t rows = 0;
    for (uint64_t shard = 0; shard < promise->shard_count; shard++) {
        if (promise->present[shard] && end > shard)
            rows += (end - 1 - shard) / promise->shard_count + 1;
    }
    return rows;
}

static void count_missing(const struct row_census_group *group, const struct promise *promise,
                          struct input_rows *out)
{
    uint64_t end = promise->rows != 0 ? promise->rows : row_census_highest(group);
    const bool *wanted = promise->rows != 0 ? NULL : promise->present;
    out->expected_known = promise->known;
    out->expected = wanted != NULL ? rows_of_present(promise, end) : end;
    uint64_t seen = row_census_seen(group, end, wanted, promise->shard_count);
    out->missing = promise->known && out->expected > seen ? out->expected - seen : 0;
}

static bool is_same(const struct row_census_key *a, const struct row_census_key *b)
{
    return a->mode == b->mode && caa_text_equal(a->scan, b->scan) &&
           caa_text_equal(a->vantage, b->vantage) && caa_text_equal(a->prefix, b->prefix);
}

bool input_audit_rows(const struct row_census *census, const struct read_plan *plan,
                      const struct row_census_key *key, struct input_rows *out)
{
    struct promise promise;
    *out = (struct input_rows){0};
    bool known = promise_of(plan, key->scan, &promise);
    const struct row_census_group *group;
    for (size_t i = 0; known && (group = row_census_at(census, i)) != NULL; i++) {
        const struct row_census_key *other = row_census_key_of(group);
        if (!is_same(key, other))
            continue;
        out->repeated += row_census_repeated_in(group);
        if (other->pass == 1)
            count_missing(group, &promise, out);
    }
    free(promise.present);
    return known;
}

/* "scan S", with what else tells it from others. */
static void describe(const struct row_census_key *key, char *out, size_t cap)
{
    int len = snprintf(out, cap, "scan %.*s", key->scan.len > 200 ? 200 : (int)key->scan.len,
                       (const char *)key->scan.octets);
    if (key->prefix.len > 0 && len > 0 && (size_t)len < cap)
        snprintf(out + len, cap - (size_t)len, ", prefix %.*s",
                 key->prefix.len > 80 ? 80 : (int)key->prefix.len,
                 (const char *)key->prefix.octets);
}

/* Lists the shards that are not there, as far as a line goes. */
static void tell_shards(const struct promise *promise, const char *what, struct notices *warnings)
{
    char list[200] = "";
    size_t len = 0;
    uint64_t missing = 0;
    for (uint64_t shard = 0; promise->present != NULL && shard < promise->shard_count; shard++) {
        if (promise->present[shard])
            continue;
        missing++;
        if (len + 24 < sizeof list)
            len += (size_t)snprintf(list + len, sizeof list - len, " %" PRIu64, shard);
    }
    if (missing > 0)
        notices_warn(warnings, "%s: %" PRIu64 " of %" PRIu64 " shards are missing:%s%s", what,
                     missing, promise->shard_count, list, len + 24 >= sizeof list ? " ..." : "");
}

static void tell_rows(const struct input_rows *rows, const char *what, struct notices *warnings)
{
    if (rows->missing > 0)
        notices_warn(warnings, "%s: %" PRIu64 " of %" PRIu64 " rows are missing", what,
                     rows->missing, rows->expected);
    if (rows->repeated > 0)
        notices_warn(warnings,
                     "%s: %" PRIu64 " records repeat a row that stands there already; all count",
                     what, rows->repeated);
}

/* Is it the first group of its scan, or of its scan, mode, vantage and prefix? */
static bool is_first(const struct row_census *census, size_t index, bool by_scan)
{
    const struct row_census_key *key = row_census_key_of(row_census_at(census, index));
    for (size_t i = 0; i < index; i++) {
        const struct row_census_key *other = row_census_key_of(row_census_at(census, i));
        if (by_scan ? caa_text_equal(key->scan, other->scan) : is_same(key, other))
            return false;
    }
    return true;
}

static bool tell_group(const struct row_census *census, const struct read_plan *plan, size_t index,
                       struct notices *warnings)
{
    const struct row_census_key *key = row_census_key_of(row_census_at(census, index));
    char what[320];
    struct input_rows rows;
    struct promise promise = {0};
    describe(key, what, sizeof what);
    bool known = !is_first(census, index, true) || promise_of(plan, key->scan, &promise);
    if (known)
        tell_shards(&promise, what, warnings);
    free(promise.present);
    if (!known || !is_first(census, index, false))
        return known;
    known = input_audit_rows(census, plan, key, &rows);
    if (known)
        tell_rows(&rows, what, warnings);
    return known;
}

/* Scans of which there is metadata and no record. */
static void tell_absent(const struct row_census *census, const struct read_plan *plan,
                        struct notices *warnings)
{
    for (size_t i = 0; i < plan->scan_count; i++) {
        const struct read_scan *scan = &plan->scans[i];
        struct caa_text name = caa_text_from(scan->scan);
        bool told = scan->rows <= 0;
        for (size_t j = 0; !told && j < i; j++)
            told = caa_text_equal(name, caa_text_from(plan->scans[j].scan));
        for (size_t j = 0; !told && row_census_at(census, j) != NULL; j++)
            told = caa_text_equal(name, row_census_key_of(row_census_at(census, j))->scan);
        if (told)
            continue;
        notices_warn(warnings, "scan %.200s: all %" PRId64 " rows are missing", scan->scan,
                     scan->rows);
    }
}

bool input_audit_tell(struct row_census *census, const struct read_plan *plan,
                      struct notices *warnings)
{
    row_census_sort(census);
    for (size_t i = 0; row_census_at(census, i) != NULL; i++) {
        if (!tell_group(census, plan, i, warnings)) {
            say("out of memory");
            return false;
        }
    }
    tell_absent(census, plan, warnings);
    uint64_t unchecked = row_census_unchecked(census);
    if (unchecked > 0)
        notices_warn(warnings,
                     "whether %" PRIu64 " records repeat others was not looked at: too many rows",
                     unchecked);
    return true;
}
