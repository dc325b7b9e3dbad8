#include "where.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"
#include "where_key.h"

static const struct where_key *find_key(struct caa_text name)
{
    for (size_t i = 0; i < where_key_count; i++) {
        if (caa_text_equal(name, caa_text_from(where_keys[i].name)))
            return &where_keys[i];
    }
    return NULL;
}

/* Tells words of a list, some lines of them. */
struct word_lines {
    char line[100];
    size_t len;
};

static void tell_line(struct word_lines *lines)
{
    if (lines->len > 0)
        say(" %s", lines->line);
    lines->len = 0;
}

static void tell_word(struct word_lines *lines, const char *word)
{
    if (lines->len + strlen(word) + 2 > sizeof lines->line)
        tell_line(lines);
    int len = snprintf(lines->line + lines->len, sizeof lines->line - lines->len, " %s", word);
    lines->len += len > 0 ? (size_t)len : 0;
}

static bool refuse_key(struct caa_text name)
{
    struct word_lines lines = {.len = 0};
    say("--where: no condition \"%.*s\"; there are", name.len > 100 ? 100 : (int)name.len,
        (const char *)name.octets);
    for (size_t i = 0; i < where_key_count; i++)
        tell_word(&lines, where_keys[i].name);
    tell_line(&lines);
    return false;
}

static bool refuse_word(const char *what, struct caa_text word, const char *(*words)(unsigned),
                        unsigned count)
{
    struct word_lines lines = {.len = 0};
    say("--where: %s has no \"%.*s\"; there are", what, word.len > 100 ? 100 : (int)word.len,
        (const char *)word.octets);
    for (unsigned i = 0; i < count; i++)
        tell_word(&lines, words(i));
    tell_line(&lines);
    return false;
}

/* The index of a word; false where it is none. The empty word, as of "no error", is none. */
static bool find_word(struct caa_text word, const char *(*words)(unsigned), unsigned count,
                      unsigned *out)
{
    for (*out = 0; word.len > 0 && *out < count; ++*out) {
        if (caa_text_equal(word, caa_text_from(words(*out))))
            return true;
    }
    return false;
}

static bool parse_subject(struct where_term *term, struct caa_text subject, bool dotted)
{
    const struct where_key *key = term->key;
    term->subject = WHERE_ANY;
    if (key->subject_count == 0 && dotted) {
        say("--where: %s takes no dot", key->name);
        return false;
    }
    if (!dotted && key->subject_wanted) {
        say("--where: %s wants a dot and a word behind it, as in %s.%s", key->name, key->name,
            key->subject_word(0));
        return false;
    }
    return !dotted || find_word(subject, key->subject_word, key->subject_count, &term->subject) ||
           refuse_word(key->name, subject, key->subject_word, key->subject_count);
}

static bool parse_number(const char **at, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(*at, &end, 10);
    bool parsed = caa_text_is_digit((uint8_t) * *at) && errno == 0;
    *at = end;
    return parsed;
}

static bool parse_range(struct where_term *term, const char *value)
{
    const char *at = value;
    bool parsed = parse_number(&at, &term->low);
    term->high = term->low;
    if (parsed && *at == '-') {
        at++;
        parsed = parse_number(&at, &term->high) && term->low <= term->high;
    }
    if (parsed && *at == '\0')
        return true;
    say("--where: %s wants a number, or a range as in 1-1000, not \"%s\"", term->key->name, value);
    return false;
}

static bool parse_folded(struct where_term *term, struct caa_text value)
{
    if (caa_text_fold(value, term->folded, sizeof term->folded) > sizeof term->folded) {
        say("--where: the value of %s is longer than %zu octets", term->key->name,
            sizeof term->folded);
        return false;
    }
    term->text = caa_text_of(term->folded, value.len);
    return true;
}

static bool parse_value(struct where_term *term, const char *value)
{
    const struct where_key *key = term->key;
    term->text = caa_text_from(value);
    switch (key->form) {
    case WHERE_WORD:
        return find_word(term->text, key->word, key->word_count, &term->word) ||
               refuse_word(key->name, term->text, key->word, key->word_count);
    case WHERE_RANGE:
        return parse_range(term, value);
    case WHERE_FOLDED:
        return parse_folded(term, term->text);
    default:
        return true;
    }
}

bool where_add(struct where *where, const char *word)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL) {
        say("--where wants key=value, not \"%s\"", word);
        return false;
    }
    if (where->count == WHERE_TERM_MAX) {
        say("--where: more than %u conditions", WHERE_TERM_MAX);
        return false;
    }
    struct caa_text subject = caa_text_of(word, (size_t)(equals - word));
    bool dotted = caa_text_has(subject, '.');
    struct caa_text name = caa_text_cut(&subject, '.');
    struct where_term *term = &where->terms[where->count];
    term->key = find_key(name);
    if (term->key == NULL)
        return refuse_key(name);
    if (!parse_subject(term, subject, dotted) || !parse_value(term, equals + 1))
        return false;
    where->count++;
    return true;
}

void where_help(char *text, size_t cap)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < where_key_count && len < cap; i++) {
        const struct where_key *key = &where_keys[i];
        const char *open = key->subject_count == 0 ? "" : key->subject_wanted ? "." : "[.";
        const char *subject = key->subject_count == 0 ? "" : key->subject_name;
        char left[60];
        snprintf(left, sizeof left, "%s%s%s%s=%s", key->name, open, subject,
                 *open == '[' ? "]" : "", key->value_name);
        int more = snprintf(text + len, cap - len, "\n  %-37s %s", left, key->help);
        len += more > 0 ? (size_t)more : 0;
    }
}

void where_reader_init(struct where_reader *reader, const struct where *where,
                       const struct suffix_list *suffixes)
{
    *reader = (struct where_reader){.where = where};
    tally_set_init(&reader->tallies, suffixes);
}

void where_reader_fini(struct where_reader *reader)
{
    tally_set_fini(&reader->tallies);
    free(reader->known);
    *reader = (struct where_reader){0};
}

/* The counters of the group that the last record counted in; NULL without memory. */
static uint64_t *known_of_last(struct where_reader *reader)
{
    const struct tally_set *set = &reader->tallies;
    if (reader->known_count < set->count) {
        uint64_t(*grown)[WHERE_TERM_MAX] = realloc(reader->known, set->count * sizeof *grown);
        if (grown == NULL)
            return NULL;
        memset(grown + reader->known_count, 0, (set->count - reader->known_count) * sizeof *grown);
        reader->known = grown;
        reader->known_count = set->count;
    }
    size_t index = 0;
    while (set->groups[index] != set->last)
        index++;
    return reader->known[index];
}

bool where_holds(struct where_reader *reader, const struct record_view *record, bool *holds)
{
    const struct where *where = reader->where;
    if (!tally_set_take(&reader->tallies, record))
        return false;
    uint64_t *known = known_of_last(reader);
    if (known == NULL)
        return false;
    struct where_record about = {record, reader->tallies.suffixes, reader->tallies.last};
    *holds = true;
    for (size_t i = 0; i < where->count; i++) {
        const struct where_term *term = &where->terms[i];
        if (term->key->holds != NULL) {
            *holds = *holds && term->key->holds(&about, term);
            continue;
        }
        uint64_t count = term->key->count(about.tally, term);
        *holds = *holds && count > known[i];
        known[i] = count;
    }
    return true;
}
