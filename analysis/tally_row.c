#include "tally_row.h"

#define PART_WORD(name, word, text) word,
#define PART_TEXT(name, word, text) text,

const char *tally_part_word(enum tally_part part)
{
    static const char *const words[] = {TALLY_PARTS(PART_WORD)};
    return words[part];
}

const char *tally_part_text(enum tally_part part)
{
    static const char *const texts[] = {TALLY_PARTS(PART_TEXT)};
    return texts[part];
}

/* found_at is an ancestor of the name, so lengths tell how it stands to other ancestors. */
static enum tally_part part_of_ancestor(struct caa_text found_at, const struct suffix_split *split)
{
    if (found_at.len <= split->tld.len)
        return PART_TLD;
    if (split->registrable.octets == NULL || found_at.len < split->registrable.len)
        return PART_PUBLIC_SUFFIX;
    return found_at.len == split->registrable.len ? PART_REGISTRABLE : PART_INTERMEDIATE;
}

static enum tally_part part_of_found(const struct record_view *r, const struct suffix_split *split)
{
    bool aliased = r->aliased || !caa_text_equal_folded(r->found_at, r->rrset_owner);
    if (r->depth == 0)
        return aliased ? PART_VIA_ALIAS : PART_OWN;
    return aliased ? PART_ANCESTOR_ALIAS : part_of_ancestor(r->found_at, split);
}

static enum tally_part part_of(const struct record_view *r, const struct suffix_split *split)
{
    switch (r->outcome) {
    case OUTCOME_FOUND:
        return part_of_found(r, split);
    case OUTCOME_EMPTY:
        return PART_NONE;
    case OUTCOME_INDETERMINATE:
        return PART_INDETERMINATE;
    case OUTCOME_SKIPPED:
        return PART_SKIPPED;
    default:
        return PART_INVALID;
    }
}

struct tally_row tally_row_of(const struct record_view *record, const struct suffix_list *suffixes)
{
    struct tally_row row = {.record = record};
    if (record->outcome != OUTCOME_INVALID)
        row.split = suffix_list_split(suffixes, record->name);
    row.part = part_of(record, &row.split);
    return row;
}

bool tally_row_is_within(const struct tally_row *row, struct caa_text domain)
{
    struct caa_text own =
        row->split.registrable.octets != NULL ? row->split.registrable : row->record->name;
    if (domain.len <= own.len)
        return caa_text_equal_folded(domain, own);
    size_t below = domain.len - own.len;
    return domain.octets[below - 1] == '.' &&
           caa_text_equal_folded(caa_text_after(domain, below), own);
}
