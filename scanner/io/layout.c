#include "layout.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"

#define NUMBER_NONE 0

enum role { ROLE_DOMAIN, ROLE_RANK, ROLE_COUNT };

static const char *const role_options[ROLE_COUNT] = {"domain=", "rank="};

/* Words of a header; of those for a name, an earlier one is preferred. */
static const char *const domain_words[] = {"domain", "hostname", "host", "fqdn",
                                           "origin", "url",      "name"};
#define DOMAIN_WORDS (sizeof domain_words / sizeof *domain_words)

static bool word_equal(const struct csv_field *field, const char *word)
{
    size_t len = strlen(word);
    if (field->len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (ascii_lower(field->text[i]) != ascii_lower((uint8_t)word[i]))
            return false;
    }
    return true;
}

static bool is_number(const struct csv_field *field)
{
    for (size_t i = 0; i < field->len; i++) {
        if (!ascii_digit(field->text[i]))
            return false;
    }
    return field->len > 0;
}

/* The column's number from 1, NUMBER_NONE where the text is a name. */
static size_t column_number(const char *which)
{
    size_t number = 0;
    for (const char *at = which; *at != '\0'; at++) {
        if (!ascii_digit((uint8_t)*at))
            return NUMBER_NONE;
        number = number > CSV_ROW_FIELDS_MAX ? number : number * 10 + (size_t)(*at - '0');
    }
    return number;
}

/* What an option says about a role: the last --column that names it, NULL where none does. */
static const char *role_option(const struct input_options *options, enum role role)
{
    const char *which = NULL;
    size_t len = strlen(role_options[role]);
    for (size_t i = 0; i < options->column_count; i++) {
        if (strncmp(options->columns[i], role_options[role], len) == 0)
            which = options->columns[i] + len;
    }
    return which;
}

static bool valid_reference(const char *which)
{
    bool zeros = which[strspn(which, "0")] == '\0'; /* also where it is empty */
    return !zeros && column_number(which) <= CSV_ROW_FIELDS_MAX;
}

static bool check_column(const char *text, struct failure *why)
{
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        size_t len = strlen(role_options[role]);
        if (strncmp(text, role_options[role], len) == 0 && valid_reference(text + len))
            return true;
    }
    failure_set(why, FAILURE_USAGE,
                "--column \"%s\": expected domain=WHICH or rank=WHICH, where WHICH is a column's "
                "name or its number from 1 to %u",
                text, CSV_ROW_FIELDS_MAX);
    return false;
}

bool layout_check_options(const struct input_options *options, struct failure *why)
{
    for (size_t i = 0; i < options->column_count; i++) {
        if (!check_column(options->columns[i], why))
            return false;
    }
    if (options->extra_count > INPUT_EXTRA_MAX) {
        failure_set(why, FAILURE_USAGE, "--extra: at most %u columns can be carried along",
                    INPUT_EXTRA_MAX);
        return false;
    }
    for (size_t i = 0; i < options->extra_count; i++) {
        if (!valid_reference(options->extra[i])) {
            failure_set(why, FAILURE_USAGE,
                        "--extra \"%s\": expected a column's name or its number from 1 to %u",
                        options->extra[i], CSV_ROW_FIELDS_MAX);
            return false;
        }
    }
    return true;
}

/* Is a column asked for by name, so that there must be a header? */
static bool names_wanted(const struct input_options *options)
{
    for (size_t i = 0; i < options->extra_count; i++) {
        if (column_number(options->extra[i]) == NUMBER_NONE)
            return true;
    }
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const char *which = role_option(options, role);
        if (which != NULL && column_number(which) == NUMBER_NONE)
            return true;
    }
    return false;
}

static bool header_word(const struct csv_field *field)
{
    if (word_equal(field, "rank"))
        return true;
    for (size_t i = 0; i < DOMAIN_WORDS; i++) {
        if (word_equal(field, domain_words[i]))
            return true;
    }
    return false;
}

void layout_detect(struct layout *layout, const struct input_options *options,
                   const struct line *first)
{
    static const char separators[] = "\t,;";
    *layout = (struct layout){.format = options->format, .separator = ','};
    const char *found = separators;
    while (*found != '\0' && memchr(first->text, *found, first->len) == NULL)
        found++;
    if (*found != '\0')
        layout->separator = *found;
    if (layout->format != INPUT_AUTO)
        return;
    const struct csv_field whole = csv_field_trimmed(first->text, first->len);
    bool quoted = whole.len > 0 && whole.text[0] == '"';
    bool csv = *found != '\0' || quoted || header_word(&whole) || names_wanted(options);
    layout->format = csv ? INPUT_CSV : INPUT_LIST;
}

/* A header has one of our words and no field that is a number. */
static bool is_header(const struct csv_row *first)
{
    bool word = false;
    const struct csv_field *field;
    for (size_t i = 0; (field = csv_row_field(first, i)) != NULL; i++) {
        if (is_number(field))
            return false;
        word = word || header_word(field);
    }
    return word;
}

static size_t find_word(const struct csv_row *first, const char *word)
{
    const struct csv_field *field;
    for (size_t i = 0; (field = csv_row_field(first, i)) != NULL; i++) {
        if (word_equal(field, word))
            return i;
    }
    return LAYOUT_NO_COLUMN;
}

/* The names of the header for a message; what does not fit is left out. */
static void list_columns(const struct csv_row *first, char *out, size_t cap)
{
    size_t at = 0;
    const struct csv_field *field;
    out[0] = '\0';
    for (size_t i = 0; (field = csv_row_field(first, i)) != NULL; i++) {
        int len = snprintf(out + at, cap - at, "%s%.*s", i > 0 ? ", " : "", (int)field->len,
                           (const char *)field->text);
        if (len < 0 || (size_t)len >= cap - at)
            return;
        at += (size_t)len;
    }
}

struct choice {
    const struct layout *layout;
    const struct csv_row *first;
    const char *name;
    struct failure *why;
};

/* The index of a column asked for, LAYOUT_NO_COLUMN with a reason where there is none. */
static size_t find_column(const struct choice *choice, const char *which)
{
    size_t number = column_number(which);
    if (number != NUMBER_NONE) {
        if (number <= choice->first->count)
            return number - 1;
        failure_set(choice->why, FAILURE_INPUT,
                    "%s: there is no column %zu: the first line has %zu", choice->name, number,
                    choice->first->count);
        return LAYOUT_NO_COLUMN;
    }
    if (choice->layout->format == INPUT_LIST) {
        failure_set(choice->why, FAILURE_INPUT,
                    "%s: there is no column \"%s\": a plain list has no header", choice->name,
                    which);
        return LAYOUT_NO_COLUMN;
    }
    size_t index = find_word(choice->first, which);
    if (index == LAYOUT_NO_COLUMN) {
        char columns[FAILURE_TEXT_MAX / 2];
        list_columns(choice->first, columns, sizeof columns);
        failure_set(choice->why, FAILURE_INPUT,
                    "%s: there is no column \"%s\"; the first line names: %s", choice->name, which,
                    columns);
    }
    return index;
}

static void choose_by_header(struct layout *layout, const struct csv_row *first)
{
    layout->rank = find_word(first, "rank");
    for (size_t i = 0; i < DOMAIN_WORDS && layout->domain == LAYOUT_NO_COLUMN; i++)
        layout->domain = find_word(first, domain_words[i]);
}

/* Without a header: rank and domain where a number stands before something else. */
static void choose_by_values(struct layout *layout, const struct csv_row *first)
{
    const struct csv_field *one = csv_row_field(first, 0), *two = csv_row_field(first, 1);
    bool ranked = two != NULL && is_number(one) && !is_number(two);
    layout->domain = ranked ? 1 : 0;
    layout->rank = ranked ? 0 : LAYOUT_NO_COLUMN;
}

bool layout_choose(struct layout *layout, const struct input_options *options,
                   const struct csv_row *first, const char *name, struct failure *why)
{
    const struct choice choice = {layout, first, name, why};
    layout->domain = layout->rank = LAYOUT_NO_COLUMN;
    layout->header = layout->format == INPUT_CSV && (names_wanted(options) || is_header(first));
    if (layout->header)
        choose_by_header(layout, first);
    else
        choose_by_values(layout, first);

    size_t *const roles[ROLE_COUNT] = {&layout->domain, &layout->rank};
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const char *which = role_option(options, role);
        if (which == NULL)
            continue;
        *roles[role] = find_column(&choice, which);
        if (*roles[role] == LAYOUT_NO_COLUMN)
            return false;
    }
    if (layout->rank == layout->domain && role_option(options, ROLE_RANK) == NULL)
        layout->rank = LAYOUT_NO_COLUMN;
    layout->extra_count = options->extra_count;
    for (size_t i = 0; i < options->extra_count; i++) {
        layout->extra[i] = find_column(&choice, options->extra[i]);
        if (layout->extra[i] == LAYOUT_NO_COLUMN)
            return false;
    }
    if (layout->domain != LAYOUT_NO_COLUMN)
        return true;
    char columns[FAILURE_TEXT_MAX / 2];
    list_columns(first, columns, sizeof columns);
    failure_set(why, FAILURE_INPUT,
                "%s: no column is known to hold names; say --column domain=WHICH, one of: %s", name,
                columns);
    return false;
}
