#define _GNU_SOURCE /* M_PI, strdup */
#include "mpic_vantages.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "say.h"
#include "text_copy.h"

#define FILE_LEN_MAX (1u << 20)
#define VANTAGES_MAX 10000u
#define EARTH_RADIUS_KM 6371.0

enum column { COLUMN_VANTAGE, COLUMN_RIR, COLUMN_LAT, COLUMN_LON, COLUMN_COUNT };

static const char *const column_words[] = {"vantage", "rir", "lat", "lon"};

/* One pass over the file. */
struct reading {
    struct mpic_vantages *out;
    const char *path;
    size_t row, column;
    size_t columns[COLUMN_COUNT]; /* where each stands, from 1; 0: nowhere */
    char *cells[COLUMN_COUNT];    /* of the row, owned */
    bool failed;
};

static void fail(struct reading *reading, const char *what, const char *word)
{
    if (!reading->failed)
        say("%s: row %zu: %s%s%s%s", reading->path, reading->row, what, *word ? " \"" : "", word,
            *word ? "\"" : "");
    reading->failed = true;
}

static void take_title(struct reading *reading, const char *cell)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (strcasecmp(cell, column_words[i]) == 0)
            reading->columns[i] = reading->column;
    }
}

static void take_cell(void *cell, size_t len, void *context)
{
    struct reading *reading = context;
    char *copy = text_copy(caa_text_of(cell, len));
    reading->column++;
    if (copy == NULL) {
        fail(reading, "out of memory", "");
        return;
    }
    if (reading->row == 1) {
        take_title(reading, copy);
        free(copy);
        return;
    }
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (reading->columns[i] == reading->column) {
            free(reading->cells[i]);
            reading->cells[i] = copy;
            return;
        }
    }
    free(copy);
}

static bool read_rir(const char *word, enum mpic_rir *rir)
{
    for (unsigned i = 0; i < MPIC_RIR_COUNT; i++) {
        if (strcasecmp(word, mpic_rir_word(i)) == 0) {
            *rir = i;
            return true;
        }
    }
    *rir = MPIC_RIR_RIPE;
    return strcasecmp(word, "RIPE") == 0;
}

static bool read_degrees(const char *word, double limit, double *out)
{
    char *end;
    *out = strtod(word, &end);
    return end != word && *end == '\0' && *out >= -limit && *out <= limit;
}

static const char *cell_of(const struct reading *reading, enum column column)
{
    return reading->cells[column] != NULL ? reading->cells[column] : "";
}

static void read_place(struct reading *reading, struct mpic_vantage *vantage)
{
    const char *lat = cell_of(reading, COLUMN_LAT), *lon = cell_of(reading, COLUMN_LON);
    if (*lat == '\0' && *lon == '\0')
        return;
    if (!read_degrees(lat, 90, &vantage->lat))
        fail(reading, "lat is a number from -90 to 90, not", lat);
    else if (!read_degrees(lon, 180, &vantage->lon))
        fail(reading, "lon is a number from -180 to 180, not", lon);
    vantage->placed = true;
}

static void add_vantage(struct reading *reading, const struct mpic_vantage *vantage)
{
    struct mpic_vantages *out = reading->out;
    struct mpic_vantage *grown = realloc(out->list, (out->count + 1) * sizeof *grown);
    char *name = strdup(vantage->name);
    if (grown != NULL)
        out->list = grown;
    if (grown == NULL || name == NULL) {
        free(name);
        fail(reading, "out of memory", "");
        return;
    }
    out->list[out->count] = *vantage;
    out->list[out->count++].name = name;
}

static void take_vantage(struct reading *reading)
{
    struct mpic_vantage vantage = {.name = reading->cells[COLUMN_VANTAGE]};
    if (*cell_of(reading, COLUMN_VANTAGE) == '\0') {
        fail(reading, "the row names no vantage", "");
        return;
    }
    if (mpic_vantages_find(reading->out, vantage.name) != NULL)
        fail(reading, "stands there already: vantage", vantage.name);
    if (!read_rir(cell_of(reading, COLUMN_RIR), &vantage.rir))
        fail(reading, "rir is AFRINIC, APNIC, ARIN, LACNIC or RIPE NCC, not",
             reading->cells[COLUMN_RIR] != NULL ? reading->cells[COLUMN_RIR] : "(nothing)");
    read_place(reading, &vantage);
    if (reading->out->count == VANTAGES_MAX)
        fail(reading, "too many vantages", "");
    if (!reading->failed)
        add_vantage(reading, &vantage);
}

static void end_row(int end, void *context)
{
    struct reading *reading = context;
    (void)end;
    if (reading->row == 1 &&
        (reading->columns[COLUMN_VANTAGE] == 0 || reading->columns[COLUMN_RIR] == 0))
        fail(reading, "the first row names the columns, vantage and rir among them", "");
    if (reading->row > 1 && !reading->failed)
        take_vantage(reading);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        free(reading->cells[i]);
        reading->cells[i] = NULL;
    }
    reading->column = 0;
    reading->row++;
}

static void parse(struct reading *reading, const char *octets, size_t len)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        fail(reading, "out of memory", "");
        return;
    }
    if (csv_parse(&parser, octets, len, take_cell, end_row, reading) != len ||
        csv_fini(&parser, take_cell, end_row, reading) != 0)
        fail(reading, "is no CSV:", csv_strerror(csv_error(&parser)));
    csv_free(&parser);
}

/* All of a file that is small. NULL after a message. */
static char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *octets = file != NULL ? malloc(FILE_LEN_MAX) : NULL;
    if (octets == NULL) {
        say("%s: %s", path, strerror(errno));
        if (file != NULL)
            fclose(file);
        return NULL;
    }
    *len = fread(octets, 1, FILE_LEN_MAX, file);
    bool failed = ferror(file) != 0;
    int why = errno;
    fclose(file);
    if (!failed && *len < FILE_LEN_MAX)
        return octets;
    say("%s: %s", path, failed ? strerror(why) : "is too large to be a list of vantages");
    free(octets);
    return NULL;
}

bool mpic_vantages_read(struct mpic_vantages *vantages, const char *path)
{
    size_t len;
    *vantages = (struct mpic_vantages){0};
    char *octets = read_all(path, &len);
    if (octets == NULL)
        return false;
    struct reading reading = {.out = vantages, .path = path, .row = 1};
    parse(&reading, octets, len);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        free(reading.cells[i]);
    free(octets);
    if (!reading.failed && vantages->count == 0)
        fail(&reading, "there is no vantage", "");
    return !reading.failed;
}

void mpic_vantages_fini(struct mpic_vantages *vantages)
{
    for (size_t i = 0; i < vantages->count; i++)
        free(vantages->list[i].name);
    free(vantages->list);
    *vantages = (struct mpic_vantages){0};
}

const struct mpic_vantage *mpic_vantages_find(const struct mpic_vantages *vantages,
                                              const char *name)
{
    for (size_t i = 0; i < vantages->count; i++) {
        if (strcmp(vantages->list[i].name, name) == 0)
            return &vantages->list[i];
    }
    return NULL;
}

double mpic_vantages_km(const struct mpic_vantage *a, const struct mpic_vantage *b)
{
    double radian = M_PI / 180;
    double height = sin((b->lat - a->lat) * radian / 2),
           width = sin((b->lon - a->lon) * radian / 2);
    double chord = height * height + cos(a->lat * radian) * cos(b->lat * radian) * width * width;
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord < 1 ? chord : 1));
}
