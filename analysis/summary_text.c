#include "summary_text.h"

#include <inttypes.h>
#include <stdlib.h>

#define LISTED_MAX 10u /* lines of a list; the tables have them all */

void summary_text_input(FILE *out, const struct record_input *input)
{
    const struct read_totals *totals = &input->totals;
    size_t file_count = input->files.count;
    fprintf(out, "%" PRIu64 " records in %zu file%s\n", totals->records, file_count,
            file_count == 1 ? "" : "s");
    if (totals->bad_lines > 0)
        fprintf(out, "left out: %" PRIu64 " bad lines\n", totals->bad_lines);
    if (totals->torn_frames + totals->damaged_frames > 0)
        fprintf(out,
                "left out: %" PRIu64 " torn and %" PRIu64 " damaged frames, %" PRIu64
                " octets of the files\n",
                totals->torn_frames, totals->damaged_frames, totals->octets_left_out);
}

static void put_key(FILE *out, const char *word, struct caa_text text)
{
    if (text.len > 0)
        fprintf(out, ", %s %.*s", word, text.len > 200 ? 200 : (int)text.len,
                (const char *)text.octets);
}

static void put_title(FILE *out, const struct table_group *group)
{
    const struct tally *tally = group->tally;
    fprintf(out, "\nscan %.*s, mode %s", tally->key.scan.len > 200 ? 200 : (int)tally->key.scan.len,
            (const char *)tally->key.scan.octets, mode_word(tally->key.mode));
    put_key(out, "vantage", tally->key.vantage);
    put_key(out, "prefix", tally->key.prefix);
    fprintf(out, ", from %04u-%02u-%02u to %04u-%02u-%02u\n", tally->first_date / 10000,
            tally->first_date / 100 % 100, tally->first_date % 100, tally->last_date / 10000,
            tally->last_date / 100 % 100, tally->last_date % 100);
}

/* A line: what, how many, and its share of the whole where that is above 0. */
static void put_line(FILE *out, const char *what, uint64_t count, uint64_t whole)
{
    fprintf(out, "  %-42s %12" PRIu64, what, count);
    if (whole > 0)
        fprintf(out, "  %6.2f %%", 100 * (double)count / (double)whole);
    fputc('\n', out);
}

static void put_entry(FILE *out, struct caa_text key, uint64_t count, uint64_t whole)
{
    char what[43];
    snprintf(what, sizeof what, "%.*s", key.len > 42 ? 42 : (int)key.len, (const char *)key.octets);
    put_line(out, what, count, whole);
}

static void put_names(FILE *out, const struct tally *tally)
{
    const struct adoption_cell *all = &tally->adoption.all;
    uint64_t asked = adoption_cell_asked(all);
    fprintf(out, "\nnames\n");
    put_line(out, "asked", asked, 0);
    put_line(out, "invalid rows, not asked", all->parts[PART_INVALID], 0);
    put_line(out, "skipped rows, not asked", all->parts[PART_SKIPPED], 0);
    put_line(out, "answered", adoption_cell_answered(all), asked);
    put_line(out, "found", adoption_cell_found(all), asked);
    put_line(out, "empty", all->parts[PART_NONE], asked);
    put_line(out, "indeterminate", all->parts[PART_INDETERMINATE], asked);
    put_line(out, "do not exist", tally->exists[EXISTS_NO], asked);
}

static void put_percent(FILE *out, const char *what, uint64_t count, uint64_t whole)
{
    if (whole > 0)
        fprintf(out, "  %-42s %12.2f %%\n", what, 100 * (double)count / (double)whole);
}

static void put_adoption(FILE *out, const struct tally *tally)
{
    const struct adoption_cell *all = &tally->adoption.all;
    uint64_t asked = adoption_cell_asked(all);
    uint64_t found = adoption_cell_found(all);
    fprintf(out, "\nadoption\n");
    put_percent(out, "own set, of names whose level answered", all->parts[PART_OWN],
                all->own_answered);
    put_percent(out, "any set, at least", found, asked);
    put_percent(out, "any set, among names that answered", found, adoption_cell_answered(all));
    put_percent(out, "any set, at most", found + all->parts[PART_INDETERMINATE], asked);
}

static void put_parts(FILE *out, const struct tally *tally)
{
    const struct adoption_cell *all = &tally->adoption.all;
    uint64_t found = adoption_cell_found(all);
    if (found == 0)
        return;
    fprintf(out, "\nwhere the set is\n");
    for (unsigned part = 0; part < PART_FOUND_END; part++) {
        if (all->parts[part] > 0)
            put_line(out, tally_part_text(part), all->parts[part], found);
    }
}

static uint64_t names_at_depth(const struct tally *tally, size_t depth)
{
    uint64_t names = 0;
    for (unsigned part = 0; part < PART_FOUND_END; part++)
        names += tally->adoption.depths[depth][part];
    return names;
}

static void put_climb(FILE *out, const struct tally *tally)
{
    uint64_t found = adoption_cell_found(&tally->adoption.all);
    if (found == 0)
        return;
    fprintf(out, "\nlabels climbed to the set\n");
    for (size_t depth = 0; depth < RECORD_DEPTH_END; depth++) {
        uint64_t names = names_at_depth(tally, depth);
        char what[16];
        snprintf(what, sizeof what, "%zu", depth);
        if (names > 0)
            put_line(out, what, names, found);
    }
}

/* The largest entries of a map, under a heading; nothing where there are none. */
static bool put_list(FILE *out, const char *heading, const struct count_map *map, uint64_t whole)
{
    size_t count;
    const struct count_entry **entries = count_map_sorted(map, &count);
    if (entries == NULL)
        return false;
    if (count > 0)
        fprintf(out, "\n%s\n", heading);
    for (size_t i = 0; i < count && i < LISTED_MAX; i++)
        put_entry(out, entries[i]->key, entries[i]->counts[0], whole);
    if (count > LISTED_MAX)
        fprintf(out, "  and %zu more\n", count - LISTED_MAX);
    free(entries);
    return true;
}

static bool put_issuers(FILE *out, const struct tally *tally)
{
    for (unsigned i = 0; i < TALLY_CA_COUNT; i++) {
        const struct tally_ca_shares *shares = &tally->ca.shares[i];
        const char *property = caa_property_word(tally_ca_property(i));
        char heading[80];
        snprintf(heading, sizeof heading, "names with %s that name this identifier", property);
        if (!put_list(out, heading, &shares->identifiers, shares->names))
            return false;
    }
    return true;
}

static void put_errors(FILE *out, const struct tally *tally)
{
    const struct adoption_cell *all = &tally->adoption.all;
    if (all->parts[PART_INDETERMINATE] == 0)
        return;
    fprintf(out, "\nlookups that failed, by class\n");
    for (unsigned class = 0; class < CLASS_COUNT; class ++) {
        uint64_t names = tally->errors.classes[class].names;
        if (names > 0)
            put_line(out, class_word(class), names, adoption_cell_asked(all));
    }
}

bool summary_text_group(FILE *out, const struct table_group *group)
{
    const struct tally *tally = group->tally;
    put_title(out, group);
    put_names(out, tally);
    put_adoption(out, tally);
    put_parts(out, tally);
    put_climb(out, tally);
    if (!put_list(out, "names with this tag", &tally->tags.tags, tally->tags.names))
        return false;
    if (tally->tags.malformed_names > 0)
        put_line(out, "(malformed RDATA)", tally->tags.malformed_names, tally->tags.names);
    if (!put_issuers(out, tally))
        return false;
    put_errors(out, tally);
    return true;
}
