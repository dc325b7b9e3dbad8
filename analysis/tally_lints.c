#include "tally_lints.h"

void tally_lints_init(struct tally_lints *tally)
{
    *tally = (struct tally_lints){0};
    operator_tally_init(&tally->operators);
    count_map_init(&tally->issuers);
}

void tally_lints_fini(struct tally_lints *tally)
{
    operator_tally_fini(&tally->operators);
    count_map_fini(&tally->issuers);
}

bool tally_lints_is_of_record(enum caa_lint lint)
{
    switch (lint) {
    case CAA_LINT_MALFORMED_DENIES_ALL:
    case CAA_LINT_NONRESTRICTIVE_SET:
    case CAA_LINT_ISSUEWILD_WITHOUT_ISSUE:
    case CAA_LINT_ISSUEWILD_REDUNDANT:
    case CAA_LINT_DENY_ALL_INEFFECTIVE:
    case CAA_LINT_DUPLICATE_RECORD:
        return false;
    default:
        return true;
    }
}

static void count_bits(uint64_t *counts, uint64_t bits, uint64_t names)
{
    for (; bits != 0; bits &= bits - 1)
        counts[__builtin_ctzll(bits)] += names;
}

/* Lints of an issuer. Looking for one that is nearly the same takes long, so the answer is kept:
 * one more than the lints, for 0 is "not looked up". False without memory. */
static bool issuer_lints(struct tally_lints *tally, const struct caa_record *record,
                         uint64_t *lints)
{
    if (record->value.issuer.len == 0)
        return true;
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    size_t len = caa_text_fold(record->value.issuer, folded, sizeof folded);
    struct count_entry *entry = count_map_at(&tally->issuers, caa_text_of(folded, len));
    if (entry == NULL)
        return false;
    if (entry->seen[0] == 0)
        entry->seen[0] = caa_lint_issuer(record) + 1;
    *lints |= entry->seen[0] - 1;
    return true;
}

/* Counts a name for each bit, whose numbers begin at first. False without memory. */
static bool count_name(struct tally_lints *tally, const struct tally_row *row, uint32_t first,
                       uint64_t bits)
{
    for (; bits != 0; bits &= bits - 1) {
        uint32_t number = first + (uint32_t)__builtin_ctzll(bits);
        tally->names[number]++;
        if (!operator_tally_add(&tally->operators, number, row->operator, 1))
            return false;
    }
    return true;
}

static bool add_record(struct tally_lints *tally, const struct caa_record *record, uint64_t names,
                       struct lints_shown *shown)
{
    uint64_t lints = caa_lint_record(record);
    uint64_t rules = caa_divergence_record(record);
    if (!issuer_lints(tally, record, &lints))
        return false;
    count_bits(tally->records, lints, names);
    count_bits(tally->records + TALLY_LINTS_RULE, rules, names);
    tally->records[TALLY_LINTS_ANY_RULE] += rules != 0 ? names : 0;
    shown->lints |= lints;
    shown->rules |= rules;
    return true;
}

bool tally_lints_add_records(struct tally_lints *tally, const struct caa_set *set, uint64_t names,
                             struct lints_shown *shown)
{
    *shown = (struct lints_shown){.lints = caa_lint_relations(set)};
    for (size_t i = 0; i < set->count; i++) {
        if (!add_record(tally, &set->records[i], names, shown))
            return false;
    }
    return true;
}

static void fetch_names(const struct tally_lints *tally, const struct tally_row *row,
                        uint32_t first, uint64_t bits)
{
    for (; bits != 0; bits &= bits - 1)
        operator_tally_fetch(&tally->operators, first + (uint32_t)__builtin_ctzll(bits),
                             row->operator);
}

void tally_lints_fetch(const struct tally_lints *tally, const struct tally_row *row,
                       const struct lints_shown *shown)
{
    fetch_names(tally, row, 0, shown->lints);
    fetch_names(tally, row, TALLY_LINTS_RULE, shown->rules);
}

bool tally_lints_add_name(struct tally_lints *tally, const struct tally_row *row,
                          const struct lints_shown *shown)
{
    tally->dnssec_checked += row->record->dnssec != DNSSEC_UNCHECKED;
    return count_name(tally, row, 0, shown->lints) &&
           count_name(tally, row, TALLY_LINTS_ROW, row_lint_of(row)) &&
           count_name(tally, row, TALLY_LINTS_RULE, shown->rules) &&
           count_name(tally, row, TALLY_LINTS_ANY_RULE, shown->rules != 0);
}

bool tally_lints_merge(struct tally_lints *into, const struct tally_lints *from,
                       const struct tally_numbers *numbers)
{
    for (size_t i = 0; i < TALLY_LINTS_COUNT; i++) {
        into->names[i] += from->names[i];
        into->records[i] += from->records[i];
    }
    into->dnssec_checked += from->dnssec_checked;
    return operator_tally_merge(&into->operators, &from->operators, NULL, numbers->operators);
}
