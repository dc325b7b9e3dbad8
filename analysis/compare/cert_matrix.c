#include "cert_matrix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "caa_issuer.h"
#include "plot.h"
#include "plot_format.h"

#define KEY_LEN_MAX 256u
#define LABEL_LEN 96u
#define ROWS_MAX 10u /* of CAs that are named */
#define COLUMNS_MAX 9u
#define OTHER "another CA"

void cert_matrix_init(struct cert_matrix *matrix)
{
    *matrix = (struct cert_matrix){0};
    count_map_init(&matrix->allowed);
    count_map_init(&matrix->used);
    count_map_init(&matrix->cells);
}

void cert_matrix_fini(struct cert_matrix *matrix)
{
    count_map_fini(&matrix->allowed);
    count_map_fini(&matrix->used);
    count_map_fini(&matrix->cells);
}

static struct caa_text key_of(char key[KEY_LEN_MAX], struct caa_text allowed, struct caa_text used)
{
    int len = snprintf(key, KEY_LEN_MAX, "%.*s\n%.*s", (int)allowed.len,
                       (const char *)allowed.octets, (int)used.len, (const char *)used.octets);
    return caa_text_of(key, len < (int)KEY_LEN_MAX ? (size_t)len : KEY_LEN_MAX - 1);
}

/* What a certificate is counted as. */
struct taken {
    struct caa_text used;
    uint64_t name, cert; /* numbers from 1 on */
};

/* Counts a certificate once in a row, however many records name its CA. */
static bool count_row(struct cert_matrix *matrix, const char *word, const struct taken *taken)
{
    char key[KEY_LEN_MAX];
    struct caa_text allowed = caa_text_from(word);
    struct count_entry *row = count_map_at(&matrix->allowed, allowed);
    if (row == NULL)
        return false;
    if (row->seen[0] == taken->cert)
        return true;
    row->seen[0] = taken->cert;
    row->counts[0]++;
    struct count_entry *cell = count_map_at(&matrix->cells, key_of(key, allowed, taken->used));
    if (cell == NULL)
        return false;
    cell->counts[0]++;
    cell->counts[1] += cell->seen[0] != taken->name;
    cell->seen[0] = taken->name;
    return true;
}

static bool count_named(struct cert_matrix *matrix, const struct caa_set *set, enum caa_kind kind,
                        const struct taken *taken)
{
    enum caa_property property = caa_policy_property(set, kind);
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != property || record->value.issuer.len == 0)
            continue;
        const struct caa_issuer *issuer = caa_issuer_find(record->value.issuer);
        if (!count_row(matrix, issuer != NULL ? issuer->ca_operator : CERT_MATRIX_UNKNOWN, taken))
            return false;
    }
    return true;
}

bool cert_matrix_take(struct cert_matrix *matrix, const struct cert_judgement *judgement,
                      enum caa_kind kind, const char *used, uint64_t name_number)
{
    const struct cert_look *look = judgement->deciding;
    if (look == NULL || !cert_look_answered(look))
        return true;
    struct taken taken = {caa_text_from(*used != '\0' ? used : CERT_MATRIX_UNKNOWN), name_number,
                          ++matrix->certs};
    struct count_entry *column = count_map_at(&matrix->used, taken.used);
    if (column == NULL)
        return false;
    column->counts[0]++;
    switch (caa_policy_of(&look->set, kind)) {
    case CAA_POLICY_UNRESTRICTED:
        return count_row(matrix, CERT_MATRIX_EVERYBODY, &taken);
    case CAA_POLICY_ALLOW_LIST:
        return count_named(matrix, &look->set, kind, &taken);
    default:
        return count_row(matrix, CERT_MATRIX_NOBODY, &taken);
    }
}

const struct count_entry *cert_matrix_cell(const struct cert_matrix *matrix,
                                           struct caa_text allowed, struct caa_text used)
{
    char key[KEY_LEN_MAX];
    return count_map_find(&matrix->cells, key_of(key, allowed, used));
}

/* One axis of the figure: the largest CAs, all others as one, then what is no CA. */
struct axis {
    const struct count_entry **sorted; /* owned */
    size_t sorted_count;
    struct caa_text names[PLOT_HEAT_MAX];
    char labels[PLOT_HEAT_MAX][LABEL_LEN];
    double totals[PLOT_HEAT_MAX];
    size_t count, other; /* other: index of the others, or count */
};

static bool is_special(struct caa_text name)
{
    return name.len > 0 && name.octets[0] == '(';
}

static void add_label(struct axis *axis, struct caa_text name, double total)
{
    axis->names[axis->count] = name;
    axis->totals[axis->count] = total;
    snprintf(axis->labels[axis->count++], LABEL_LEN, "%.*s", name.len > 80 ? 80 : (int)name.len,
             (const char *)name.octets);
}

static bool axis_init(struct axis *axis, const struct count_map *map, size_t max)
{
    double others = 0;
    *axis = (struct axis){0};
    axis->sorted = count_map_sorted(map, &axis->sorted_count);
    for (size_t i = 0; axis->sorted != NULL && i < axis->sorted_count; i++) {
        const struct count_entry *entry = axis->sorted[i];
        if (is_special(entry->key))
            continue;
        if (axis->count < max)
            add_label(axis, entry->key, (double)entry->counts[0]);
        else
            others += (double)entry->counts[0];
    }
    axis->other = axis->count;
    if (others > 0)
        add_label(axis, caa_text_from(OTHER), others);
    for (size_t i = 0; axis->sorted != NULL && i < axis->sorted_count; i++) {
        const struct count_entry *entry = axis->sorted[i];
        if (is_special(entry->key))
            add_label(axis, entry->key, (double)entry->counts[0]);
    }
    return axis->sorted != NULL;
}

static size_t index_of(const struct axis *axis, struct caa_text name)
{
    for (size_t i = 0; i < axis->count; i++) {
        if (caa_text_equal(axis->names[i], name))
            return i;
    }
    return axis->other;
}

static void swap(struct axis *axis, size_t a, size_t b)
{
    struct caa_text name = axis->names[a];
    double total = axis->totals[a];
    char label[LABEL_LEN];
    memcpy(label, axis->labels[a], LABEL_LEN);
    axis->names[a] = axis->names[b];
    axis->totals[a] = axis->totals[b];
    memcpy(axis->labels[a], axis->labels[b], LABEL_LEN);
    axis->names[b] = name;
    axis->totals[b] = total;
    memcpy(axis->labels[b], label, LABEL_LEN);
}

/* Puts the named columns in the order of the rows, so that what is allowed and used is a diagonal.
 */
static void align(const struct axis *rows, struct axis *columns)
{
    size_t next = 0;
    for (size_t row = 0; row < rows->other; row++) {
        size_t at = next;
        while (at < columns->other && !caa_text_equal(columns->names[at], rows->names[row]))
            at++;
        if (at == columns->other)
            continue;
        for (; at > next; at--)
            swap(columns, at, at - 1);
        next++;
    }
}

static void fill(struct plot_heat *plot, const struct cert_matrix *matrix,
                 const struct axis axes[2])
{
    for (size_t row = 0; row < axes[0].sorted_count; row++) {
        size_t at = index_of(&axes[0], axes[0].sorted[row]->key);
        for (size_t column = 0; column < axes[1].sorted_count; column++) {
            const struct count_entry *cell =
                cert_matrix_cell(matrix, axes[0].sorted[row]->key, axes[1].sorted[column]->key);
            if (cell != NULL)
                plot->cells[at][index_of(&axes[1], axes[1].sorted[column]->key)] +=
                    (double)cell->counts[0] / axes[0].totals[at];
        }
    }
}

static void draw(const struct cert_matrix *matrix, const char *scan, struct axis axes[2],
                 struct drawing *drawing)
{
    static struct plot_heat plot;
    char subtitle[400], certs[PLOT_FORMAT_LEN];
    plot = (struct plot_heat){.row_count = axes[0].count, .column_count = axes[1].count};
    plot_format_count(certs, matrix->certs);
    snprintf(subtitle, sizeof subtitle,
             "n = %s certificates whose set is known. Scan %.80s. A certificate counts in the row "
             "of each CA that its set allows; behind a name, their number.",
             certs, scan);
    for (size_t i = 0; i < axes[0].count; i++) {
        char total[PLOT_FORMAT_LEN];
        plot_format_count(total, (uint64_t)axes[0].totals[i]);
        plot.rows[i] = axes[0].labels[i];
        snprintf(plot.notes[i], PLOT_FORMAT_LEN, "%s", total);
    }
    for (size_t i = 0; i < axes[1].count; i++)
        plot.columns[i] = axes[1].labels[i];
    plot.text = (struct plot_text){"CAs that sets allow, and CAs that issued", subtitle,
                                   "CA that issued; share of the row in percent"};
    plot.y_axis = "CA that the set allows";
    fill(&plot, matrix, axes);
    plot_heat_draw(drawing, &plot);
}

bool cert_matrix_draw(const struct cert_matrix *matrix, const char *scan, struct drawing *drawing)
{
    struct axis *axes = calloc(2, sizeof *axes);
    if (axes == NULL)
        return false;
    bool drawn = matrix->certs > 0 && axis_init(&axes[0], &matrix->allowed, ROWS_MAX) &&
                 axis_init(&axes[1], &matrix->used, COLUMNS_MAX);
    if (drawn) {
        align(&axes[0], &axes[1]);
        draw(matrix, scan, axes, drawing);
    }
    free(axes[0].sorted);
    free(axes[1].sorted);
    free(axes);
    return drawn;
}
