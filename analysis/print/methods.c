#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "methods.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plot_format.h"
#include "scan_metadata.h"

#define LINE_LEN 80u
#define VALUES_MAX 12u /* hosts, shards or versions that are named */

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* The part behind the last slash: paths are nobody's business. */
static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void put_count(FILE *out, uint64_t count)
{
    char text[PLOT_FORMAT_LEN];
    plot_format_count(text, count);
    fputs(text, out);
}

static uint64_t count_at(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 ? (uint64_t)value : 0;
}

static void put_list(FILE *out, const json_t *input)
{
    const char *sum = text_at(input, "sha256");
    uint64_t rows = count_at(input, "rows");
    fprintf(out, "the list %.100s", file_of(text_at(input, "path")));
    if (rows > 0) {
        fputs(" of ", out);
        put_count(out, rows);
        fputs(" rows", out);
    }
    if (*sum != '\0')
        fprintf(out, " (SHA-256 %.64s)", sum);
}

static const json_t *runs_of(const json_t *scan)
{
    return json_object_get(scan, SCAN_METADATA_RUNS);
}

static const json_t *input_of(const json_t *runs, size_t index)
{
    return json_object_get(json_array_get(runs, index), "input");
}

/* Did a run before read the same list? */
static bool is_listed(const json_t *runs, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        const json_t *a = input_of(runs, i), *b = input_of(runs, index);
        if (a == NULL || b == NULL ? a == b : json_equal(a, b))
            return true;
    }
    return false;
}

/* The lists of all runs, each once. Those beyond VALUES_MAX are counted. */
static void put_lists(FILE *out, const json_t *scan)
{
    const json_t *runs = runs_of(scan);
    size_t count = 0;
    put_list(out, json_object_get(scan, "input"));
    for (size_t i = 1; i < json_array_size(runs); i++) {
        if (is_listed(runs, i) || ++count >= VALUES_MAX)
            continue;
        fputs(", ", out);
        put_list(out, input_of(runs, i));
    }
    if (count >= VALUES_MAX)
        fprintf(out, " and %zu more", count - VALUES_MAX + 1);
}

static void put_mode(FILE *out, const json_t *scan)
{
    const char *mode = text_at(scan, "mode");
    size_t resolvers = json_array_size(json_object_get(scan, "resolvers"));
    if (strcmp(mode, "iterate") == 0)
        fputs("by its own iterative resolution from the root, without a resolver", out);
    else if (strcmp(mode, "resolver") == 0)
        fprintf(out, "through %zu recursive resolver%s", resolvers, resolvers == 1 ? "" : "s");
    else
        fprintf(out, "in %.20s mode", mode);
    if (*text_at(scan, "vantage") != '\0')
        fprintf(out, " from the vantage point %.100s", text_at(scan, "vantage"));
}

/* From the first start of all runs to the last end, which is known where each has one. */
static void put_times(FILE *out, const json_t *scan)
{
    const json_t *runs = runs_of(scan);
    const char *start = text_at(scan, "start"), *end = text_at(scan, "end");
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const char *ended = text_at(json_array_get(runs, i), "end");
        if (*ended == '\0' || strcmp(ended, end) > 0)
            end = ended;
        if (*ended == '\0')
            break;
    }
    if (*start != '\0')
        fprintf(out, *end != '\0' ? ", from %.30s to %.30s" : ", begun at %.30s", start, end);
}

/* Does the value stand in a run before? */
static bool is_said(const json_t *runs, size_t index, const char *key)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(text_at(json_array_get(runs, i), key),
                   text_at(json_array_get(runs, index), key)) == 0)
            return true;
    }
    return false;
}

/* The values of all runs, each once, behind a word for one and for several. Those beyond VALUES_MAX
 * are counted. */
static void put_values(FILE *out, const json_t *runs, const char *key, const char *const words[2])
{
    size_t count = 0, said = 0;
    for (size_t i = 0; i < json_array_size(runs); i++)
        count += *text_at(json_array_get(runs, i), key) != '\0' && !is_said(runs, i, key);
    if (count > 0)
        fprintf(out, ", %s ", words[count > 1]);
    for (size_t i = 0; i < json_array_size(runs) && said < count && said < VALUES_MAX; i++) {
        const char *value = text_at(json_array_get(runs, i), key);
        if (*value == '\0' || is_said(runs, i, key))
            continue;
        fprintf(out, "%s%.80s", said == 0 ? "" : said + 1 == count ? " and " : ", ", value);
        said++;
    }
    if (count > said)
        fprintf(out, " and %zu more", count - said);
}

/* Which runs a scan was made by, where there are several. */
static void put_runs(FILE *out, const json_t *scan)
{
    static const char *const shards[2] = {"of shard", "of the shards"};
    static const char *const hosts[2] = {"on the host", "on the hosts"};
    static const char *const versions[2] = {"all with caascan", "with caascan"};
    const json_t *runs = runs_of(scan);
    if (json_array_size(runs) < 2)
        return;
    fprintf(out, " It was made by %zu runs%s", json_array_size(runs),
            json_array_size(runs) < SCAN_METADATA_RUNS_MAX ? "" : " or more");
    put_values(out, runs, "shard", shards);
    put_values(out, runs, "host", hosts);
    put_values(out, runs, "version", versions);
    fputc('.', out);
}

static bool limits_differ(const json_t *runs)
{
    const json_t *first = json_object_get(json_array_get(runs, 0), "limits");
    for (size_t i = 1; i < json_array_size(runs); i++) {
        const json_t *limits = json_object_get(json_array_get(runs, i), "limits");
        if (first != limits && (first == NULL || limits == NULL || !json_equal(first, limits)))
            return true;
    }
    return false;
}

static void put_limits(FILE *out, const json_t *scan)
{
    const json_t *limits = json_object_get(scan, "limits"), *runs = runs_of(scan);
    uint64_t rate = count_at(limits, "rate"), server_rate = count_at(limits, "server_rate");
    bool several = json_array_size(runs) > 1;
    if (limits == NULL)
        return;
    if (several)
        fputs(limits_differ(runs) ? " The runs had different limits; the first sent "
                                  : " Each run sent ",
              out);
    else
        fputs(" It sent ", out);
    if (rate > 0) {
        fputs("at most ", out);
        put_count(out, rate);
        fputs(" queries per second in all", out);
    } else {
        fputs("queries without a limit of the rate in all", out);
    }
    if (server_rate > 0) {
        fputs(" and ", out);
        put_count(out, server_rate);
        fputs(" per second to each server address", out);
    }
    fputs(", with at most ", out);
    put_count(out, count_at(limits, "in_flight"));
    fprintf(out, " rows under way, and waited %g s for each of %" PRIu64 " attempts.",
            json_number_value(json_object_get(limits, "timeout")), count_at(limits, "attempts"));
}

static void put_semantics(FILE *out, const json_t *scan)
{
    size_t words = json_array_size(json_object_get(scan, "semantics"));
    size_t prefixes = json_array_size(json_object_get(scan, "prefixes"));
    fputs(
        " The CAA set that governs a name was searched for as in RFC 8659, section 3, at the name "
        "and then at its parents",
        out);
    if (words > 1)
        fputs(", and also as in RFC 6844 or its erratum 5065", out);
    fputs(".", out);
    for (size_t i = 0; i < prefixes && i < 8; i++) {
        const char *prefix =
            json_string_value(json_array_get(json_object_get(scan, "prefixes"), i));
        if (prefix != NULL && *prefix != '\0')
            fprintf(out, " Each name was asked for with %.63s in front too.", prefix);
    }
}

/* Did a run end before its list did, and no later run went on with that? */
static bool is_incomplete(const json_t *runs)
{
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        bool ended_early =
            json_is_false(json_object_get(run, "complete")) && *text_at(run, "end") != '\0';
        for (size_t j = i + 1; ended_early && j < json_array_size(runs); j++) {
            const json_t *later = json_array_get(runs, j);
            ended_early =
                strcmp(text_at(run, "shard"), text_at(later, "shard")) != 0 ||
                !json_equal(json_object_get(run, "input"), json_object_get(later, "input"));
        }
        if (ended_early)
            return true;
    }
    return false;
}

static void put_scan(FILE *out, const json_t *scan)
{
    fprintf(out, "Scan %.100s: caascan %.20s read ", text_at(scan, "scan"),
            text_at(scan, "version"));
    put_lists(out, scan);
    fputs(" and asked for CAA records ", out);
    put_mode(out, scan);
    put_times(out, scan);
    fputc('.', out);
    put_runs(out, scan);
    put_limits(out, scan);
    put_semantics(out, scan);
    if (is_incomplete(runs_of(scan)))
        fputs(" The scan did not record every row of its list.", out);
    fputs("\n\n", out);
}

static void put_class(FILE *out, const struct tally *tally)
{
    unsigned largest = CLASS_NONE;
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        if (tally->errors.classes[i].names > tally->errors.classes[largest].names)
            largest = i;
    }
    uint64_t names = tally->errors.classes[largest].names;
    if (names == 0 || largest == CLASS_NONE)
        return;
    fprintf(out, ", most of them by %s (", class_word(largest));
    put_count(out, names);
    fputc(')', out);
}

/* Where there are many, of which mode and vantage too. */
static void put_group(FILE *out, const struct table_group *group, bool many)
{
    const struct tally *tally = group->tally;
    const struct adoption_cell *all = &tally->adoption.all;
    fprintf(out, "Records of %.*s", tally->key.scan.len > 100 ? 100 : (int)tally->key.scan.len,
            (const char *)tally->key.scan.octets);
    if (tally->key.prefix.len > 0)
        fprintf(out, " with prefix %.*s",
                tally->key.prefix.len > 63 ? 63 : (int)tally->key.prefix.len,
                (const char *)tally->key.prefix.octets);
    if (many)
        fprintf(out, " in mode %s", mode_word(tally->key.mode));
    if (many && tally->key.vantage.len > 0)
        fprintf(out, " from %.*s", tally->key.vantage.len > 100 ? 100 : (int)tally->key.vantage.len,
                (const char *)tally->key.vantage.octets);
    fputs(": ", out);
    put_count(out, adoption_cell_asked(all));
    fputs(" names were asked with ", out);
    put_count(out, tally->queries);
    fputs(" queries, of which ", out);
    put_count(out, tally->retries);
    fputs(" were repeats. Rows without a valid name: ", out);
    put_count(out, all->parts[PART_INVALID]);
    fputs("; rows that were skipped: ", out);
    put_count(out, all->parts[PART_SKIPPED]);
    fputs("; names whose deciding lookup failed: ", out);
    put_count(out, all->parts[PART_INDETERMINATE]);
    put_class(out, tally);
    fputs(".\n\n", out);
}

static void put_treatment(FILE *out, const struct methods *methods)
{
    fprintf(
        out,
        "A name whose deciding lookup failed is indeterminate: it is neither counted as having "
        "CAA nor as having none. Shares of all names asked are therefore given as bounds, which "
        "take every indeterminate name as without and as with a CAA set; the share between them "
        "is of the names that answered. Names with an own set are related to the names whose own "
        "level answered. Registrable domains are those of the Public Suffix List (%.95s). "
        "A name counts once for each row of the list. The tables were computed by caareport "
        "%.20s.\n",
        methods->suffixes, methods->version);
}

char *methods_text(const struct methods *methods)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL)
        return NULL;
    for (size_t i = 0; i < json_array_size(methods->scans) && i < methods->most; i++)
        put_scan(out, json_array_get(methods->scans, i));
    for (size_t i = 0; i < methods->group_count && i < methods->most; i++)
        put_group(out, &methods->groups[i], methods->group_count > 1);
    put_treatment(out, methods);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

void methods_put_wrapped(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " \n");
        if (column > 0 && column + 1 + word > LINE_LEN) {
            fputc('\n', out);
            column = 0;
        }
        if (column > 0 && word > 0)
            column += (size_t)(fputc(' ', out) != EOF);
        for (size_t i = 0; i < word; i++)
            fputc(text[i] > ' ' && text[i] <= '~' ? text[i] : '?', out);
        column += word;
        text += word;
        for (; *text == '\n'; text++, column = 0)
            fputc('\n', out);
        text += *text == ' ';
    }
}
