#include "row_lint.h"

#define LINT_NAME(name, word, source, definition) word,
#define LINT_DEFINITION(name, word, source, definition) definition,
#define LINT_SOURCE(name, word, source, definition) ROW_LINT_FROM_##source,

const char *row_lint_name(enum row_lint lint)
{
    static const char *const names[] = {ROW_LINTS(LINT_NAME)};
    return names[lint];
}

const char *row_lint_definition(enum row_lint lint)
{
    static const char *const definitions[] = {ROW_LINTS(LINT_DEFINITION)};
    return definitions[lint];
}

enum row_lint_source row_lint_source(enum row_lint lint)
{
    static const enum row_lint_source sources[] = {ROW_LINTS(LINT_SOURCE)};
    return sources[lint];
}

static uint32_t lint_if(bool condition, enum row_lint lint)
{
    return condition ? row_lint_bit(lint) : 0;
}

static bool has_accounturi(const struct caa_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->records[i].value.accounturi_count > 0)
            return true;
    }
    return false;
}

/* The set of the name's own level is its own, also where the name is a public suffix. */
static bool is_at_public_suffix(const struct tally_row *row)
{
    const struct record_view *record = row->record;
    return record->depth > 0 && (row->split.registrable.octets == NULL ||
                                 record->found_at.len < row->split.registrable.len);
}

uint32_t row_lint_of(const struct tally_row *row)
{
    const struct record_view *record = row->record;
    if (row->part >= PART_FOUND_END)
        return 0;
    bool aliased = row->part == PART_VIA_ALIAS || row->part == PART_ANCESTOR_ALIAS;
    bool insecure = record->dnssec == DNSSEC_INSECURE;
    return lint_if(is_at_public_suffix(row), ROW_LINT_FOUND_AT_PUBLIC_SUFFIX) |
           lint_if(aliased && !tally_row_is_within(row, record->rrset_owner),
                   ROW_LINT_CNAME_DELEGATES_POLICY) |
           lint_if((record->notes >> NOTE_NS_INCONSISTENT & 1) != 0, ROW_LINT_NS_INCONSISTENT) |
           lint_if(insecure, ROW_LINT_UNSIGNED_SET) |
           lint_if(insecure && has_accounturi(&record->set), ROW_LINT_ACCOUNTURI_UNSIGNED);
}
