#include "where_key.h"

#include "caa_divergence.h"

/* Vocabularies that the tallies do not have as one. */

static const char *lint_word(unsigned index)
{
    if (index < TALLY_LINTS_ROW)
        return caa_lint_name(index);
    return index < TALLY_LINTS_RULE ? row_lint_name(index - TALLY_LINTS_ROW) : "";
}

static const char *rule_word(unsigned index)
{
    return index < CAA_DIVERGENCE_COUNT ? caa_divergence_text(index)->rule : "any";
}

static const char *part_word(unsigned index)
{
    return tally_part_word(index);
}

static const char *pair_word(unsigned index)
{
    return tally_alt_word(index);
}

static const char *br_word(unsigned index)
{
    return br_failure_word(index);
}

static const char *property_word(unsigned index)
{
    return caa_property_word(tally_ca_property(index));
}

/* Counters. */

static uint64_t count_lint(const struct tally *tally, const struct where_term *term)
{
    return tally->lints.names[term->word];
}

static uint64_t count_rule(const struct tally *tally, const struct where_term *term)
{
    return tally->lints.names[TALLY_LINTS_RULE + term->word];
}

static uint64_t count_class(const struct tally *tally, const struct where_term *term)
{
    return tally->errors.classes[term->word].names;
}

static uint64_t count_outcome(const struct tally *tally, const struct where_term *term)
{
    const struct adoption_cell *all = &tally->adoption.all;
    switch ((enum outcome)term->word) {
    case OUTCOME_FOUND:
        return adoption_cell_found(all);
    case OUTCOME_EMPTY:
        return all->parts[PART_NONE];
    case OUTCOME_INDETERMINATE:
        return all->parts[PART_INDETERMINATE];
    case OUTCOME_INVALID:
        return all->parts[PART_INVALID];
    default:
        return all->parts[PART_SKIPPED];
    }
}

static uint64_t count_part(const struct tally *tally, const struct where_term *term)
{
    return tally->adoption.all.parts[term->word];
}

static uint64_t count_depth(const struct tally *tally, const struct where_term *term)
{
    uint64_t names = 0;
    for (uint64_t depth = term->low; depth <= term->high && depth < RECORD_DEPTH_END; depth++) {
        for (unsigned part = 0; part < PART_FOUND_END; part++)
            names += tally->adoption.depths[depth][part];
    }
    return names;
}

static uint64_t count_exists(const struct tally *tally, const struct where_term *term)
{
    return tally->exists[term->word];
}

static uint64_t count_dnssec(const struct tally *tally, const struct where_term *term)
{
    return tally->found_dnssec[term->word];
}

static uint64_t count_note(const struct tally *tally, const struct where_term *term)
{
    return tally->notes[term->word];
}

static uint64_t count_policy(const struct tally *tally, const struct where_term *term)
{
    return tally->policy.names[term->subject][term->word];
}

static uint64_t count_entry(const struct count_map *map, struct caa_text key, unsigned index)
{
    const struct count_entry *entry = count_map_find(map, key);
    return entry != NULL ? entry->counts[index] : 0;
}

static uint64_t count_tag(const struct tally *tally, const struct where_term *term)
{
    return count_entry(&tally->tags.tags, term->text, TAG_NAMES);
}

static uint64_t count_critical_tag(const struct tally *tally, const struct where_term *term)
{
    return count_entry(&tally->tags.tags, term->text, TAG_CRITICAL_NAMES);
}

/* Sums a count over one property, or over all: it has grown where one of them has. */
static uint64_t count_shares(const struct tally *tally, const struct where_term *term,
                             bool operators, enum ca_count index)
{
    uint64_t sum = 0;
    for (unsigned property = 0; property < TALLY_CA_COUNT; property++) {
        const struct tally_ca_shares *shares = &tally->ca.shares[property];
        if (term->subject == WHERE_ANY || term->subject == property)
            sum += count_entry(operators ? &shares->operators : &shares->identifiers, term->text,
                               index);
    }
    return sum;
}

static uint64_t count_ca(const struct tally *tally, const struct where_term *term)
{
    return count_shares(tally, term, false, CA_NAMES);
}

static uint64_t count_ca_operator(const struct tally *tally, const struct where_term *term)
{
    return count_shares(tally, term, true, CA_NAMES);
}

static uint64_t count_only_ca(const struct tally *tally, const struct where_term *term)
{
    return count_shares(tally, term, false, CA_EXCLUSIVE_NAMES);
}

static uint64_t count_only_ca_operator(const struct tally *tally, const struct where_term *term)
{
    return count_shares(tally, term, true, CA_EXCLUSIVE_NAMES);
}

static uint64_t count_set_size(const struct tally *tally, const struct where_term *term)
{
    uint64_t names = 0;
    for (uint64_t size = term->low; size <= term->high && size <= TALLY_CA_SIZE_MAX; size++)
        names += tally->ca.sizes[term->subject][size];
    return names;
}

static uint64_t count_param(const struct tally *tally, const struct where_term *term)
{
    uint64_t number = count_entry(&tally->params.index, term->text, 0);
    return number > 0 ? tally->params.list[number - 1].names : 0;
}

static uint64_t count_iodef(const struct tally *tally, const struct where_term *term)
{
    return tally->iodef.schemes[term->word].names;
}

static uint64_t count_br(const struct tally *tally, const struct where_term *term)
{
    uint64_t names = 0;
    for (unsigned class = 0; class < CLASS_COUNT; class ++)
        names += tally->errors.classes[class].br[term->word];
    return names;
}

static uint64_t count_difference(const struct tally *tally, const struct where_term *term)
{
    return tally->names.consistency.names[term->word];
}

static uint64_t count_verdict(const struct tally *tally, const struct where_term *term)
{
    const struct alt_count *count = &tally->names.alt.pairs[term->word];
    return count->presence + count->set;
}

static uint64_t count_status(const struct dnssec_count *count)
{
    return count->found + count->none + count->indeterminate;
}

static uint64_t count_validation(const struct tally *tally, const struct where_term *term)
{
    return count_status(&tally->names.dnssec.validation[term->word]);
}

static uint64_t count_delegation(const struct tally *tally, const struct where_term *term)
{
    return count_status(&tally->names.dnssec.delegation[term->word]);
}

/* Conditions on the record alone. */

static bool holds_own(const struct where_record *about, const struct where_term *term)
{
    return about->record->own == term->word;
}

static bool holds_rank(const struct where_record *about, const struct where_term *term)
{
    int64_t rank = about->record->rank;
    return rank >= 0 && (uint64_t)rank >= term->low && (uint64_t)rank <= term->high;
}

static bool holds_row(const struct where_record *about, const struct where_term *term)
{
    return (uint64_t)about->record->row >= term->low && (uint64_t)about->record->row <= term->high;
}

static bool holds_tld(const struct where_record *about, const struct where_term *term)
{
    struct tally_row row = tally_row_of(about->record, about->suffixes);
    return row.part < PART_ASKED_END && caa_text_equal_folded(row.split.tld, term->text);
}

static bool holds_domain(const struct where_record *about, const struct where_term *term)
{
    struct tally_row row = tally_row_of(about->record, about->suffixes);
    return row.part < PART_ASKED_END && row.split.registrable.octets != NULL &&
           caa_text_equal_folded(row.split.registrable, term->text);
}

static bool holds_operator(const struct where_record *about, const struct where_term *term)
{
    struct caa_text name = operator_name_of(about->suffixes, about->record->ns).text;
    return name.len > 0 && caa_text_equal_folded(name, term->text);
}

static bool is_text(struct caa_text text, const struct where_term *term)
{
    return text.octets != NULL && caa_text_equal_folded(text, term->text);
}

static bool holds_name(const struct where_record *about, const struct where_term *term)
{
    return is_text(about->record->name, term);
}

static bool holds_error_at(const struct where_record *about, const struct where_term *term)
{
    return about->record->outcome == OUTCOME_INDETERMINATE &&
           is_text(about->record->error_at, term);
}

static bool holds_found_at(const struct where_record *about, const struct where_term *term)
{
    return is_text(about->record->found_at, term);
}

static bool holds_set_owner(const struct where_record *about, const struct where_term *term)
{
    return is_text(about->record->rrset_owner, term);
}

#define WORDS(function, number) .form = WHERE_WORD, .word = (function), .word_count = (number)
#define PROPERTY                                                                                   \
    .subject_name = "PROPERTY", .subject_word = property_word, .subject_count = TALLY_CA_COUNT
#define KIND                                                                                       \
    .subject_name = "KIND", .subject_word = caa_kind_word, .subject_count = CAA_KIND_COUNT,        \
    .subject_wanted = true

const struct where_key where_keys[] = {
    {.name = "outcome",
     .value_name = "WORD",
     .help = "found, empty, indeterminate, invalid, skipped",
     WORDS(outcome_word, OUTCOME_COUNT),
     .count = count_outcome},
    {.name = "part",
     .value_name = "WORD",
     .help = "where the set is, as `via` in climb.csv: own, via_alias, ...",
     WORDS(part_word, PART_COUNT),
     .count = count_part},
    {.name = "depth",
     .value_name = "N[-M]",
     .help = "labels climbed to the set",
     .form = WHERE_RANGE,
     .count = count_depth},
    {.name = "own",
     .value_name = "WORD",
     .help = "outcome of the name's own level alone",
     WORDS(outcome_word, OUTCOME_COUNT),
     .holds = holds_own},
    {.name = "exists",
     .value_name = "WORD",
     .help = "yes, no, unknown",
     WORDS(existence_word, EXISTS_COUNT),
     .count = count_exists},
    {.name = "class",
     .value_name = "CLASS",
     .help = "class of the lookup that failed",
     WORDS(class_word, CLASS_COUNT),
     .count = count_class},
    {.name = "br",
     .value_name = "WORD",
     .help = "what the Baseline Requirements let a CA do after the failure",
     WORDS(br_word, BR_FAILURE_COUNT),
     .count = count_br},
    {.name = "note",
     .value_name = "KIND",
     .help = "an observation that is no failure",
     WORDS(note_word, NOTE_COUNT),
     .count = count_note},
    {.name = "dnssec",
     .value_name = "WORD",
     .help = "status of the set that was found",
     WORDS(dnssec_word, DNSSEC_COUNT),
     .count = count_dnssec},
    {.name = "validation",
     .value_name = "WORD",
     .help = "DNSSEC status of the answer, by all_names in dnssec.csv",
     WORDS(dnssec_word, DNSSEC_COUNT),
     .count = count_validation},
    {.name = "delegation",
     .value_name = "WORD",
     .help = "whether the zone has a DS: present, absent, unknown",
     WORDS(ds_word, DS_COUNT),
     .count = count_delegation},
    {.name = "differs",
     .value_name = "KIND",
     .help = "servers differ: presence, content, alias, nxdomain, other, any; or incomplete",
     WORDS(tally_consistency_word, CONSISTENCY_ROWS),
     .count = count_difference},
    {.name = "verdict-changed",
     .value_name = "PAIR",
     .help = "two algorithms find different sets, as in algorithm_diff.csv",
     WORDS(pair_word, ALT_COUNT),
     .count = count_verdict},
    {.name = "policy",
     KIND,
     .value_name = "POLICY",
     .help = "what the set means for certificates of the kind",
     WORDS(caa_policy_word, CAA_POLICY_COUNT),
     .count = count_policy},
    {.name = "set-size",
     KIND,
     .value_name = "N[-M]",
     .help = "number of CA operators in the allow list",
     .form = WHERE_RANGE,
     .count = count_set_size},
    {.name = "ca",
     PROPERTY,
     .value_name = "IDENTIFIER",
     .help = "the set names this issuer",
     .form = WHERE_FOLDED,
     .count = count_ca},
    {.name = "only-ca",
     PROPERTY,
     .value_name = "IDENTIFIER",
     .help = "and no other in that property",
     .form = WHERE_FOLDED,
     .count = count_only_ca},
    {.name = "ca-operator",
     PROPERTY,
     .value_name = "OPERATOR",
     .help = "the set names an issuer of this CA operator",
     .form = WHERE_TEXT,
     .count = count_ca_operator},
    {.name = "only-ca-operator",
     PROPERTY,
     .value_name = "OPERATOR",
     .help = "and of no other in that property",
     .form = WHERE_TEXT,
     .count = count_only_ca_operator},
    {.name = "tag",
     .value_name = "TAG",
     .help = "the set has a record with this tag",
     .form = WHERE_FOLDED,
     .count = count_tag},
    {.name = "critical-tag",
     .value_name = "TAG",
     .help = "and the record is critical",
     .form = WHERE_FOLDED,
     .count = count_critical_tag},
    {.name = "param",
     .value_name = "PARAMETER",
     .help = "a value of the set has this parameter",
     .form = WHERE_FOLDED,
     .count = count_param},
    {.name = "iodef",
     .value_name = "SCHEME",
     .help = "the set has an iodef of this scheme",
     WORDS(caa_iodef_scheme_word, CAA_IODEF_SCHEME_COUNT),
     .count = count_iodef},
    {.name = "lint",
     .value_name = "LINT",
     .help = "a lint of lints.csv",
     WORDS(lint_word, TALLY_LINTS_RULE),
     .count = count_lint},
    {.name = "rule",
     .value_name = "RULE",
     .help = "a rule of parsers.csv, or any",
     WORDS(rule_word, CAA_DIVERGENCE_COUNT + 1),
     .count = count_rule},
    {.name = "operator",
     .value_name = "OPERATOR",
     .help = "operator of the name servers, as in the tables",
     .form = WHERE_FOLDED,
     .holds = holds_operator},
    {.name = "tld",
     .value_name = "TLD",
     .help = "names below this TLD, and itself",
     .form = WHERE_FOLDED,
     .holds = holds_tld},
    {.name = "registrable-domain",
     .value_name = "DOMAIN",
     .help = "names of this registrable domain",
     .form = WHERE_FOLDED,
     .holds = holds_domain},
    {.name = "name",
     .value_name = "NAME",
     .help = "this name",
     .form = WHERE_FOLDED,
     .holds = holds_name},
    {.name = "error-at",
     .value_name = "NAME",
     .help = "a lookup failed at this level",
     .form = WHERE_FOLDED,
     .holds = holds_error_at},
    {.name = "found-at",
     .value_name = "NAME",
     .help = "the set is at this level",
     .form = WHERE_FOLDED,
     .holds = holds_found_at},
    {.name = "set-owner",
     .value_name = "NAME",
     .help = "the set is owned by this name, the end of the aliases",
     .form = WHERE_FOLDED,
     .holds = holds_set_owner},
    {.name = "rank",
     .value_name = "N[-M]",
     .help = "rank in the list",
     .form = WHERE_RANGE,
     .holds = holds_rank},
    {.name = "row",
     .value_name = "N[-M]",
     .help = "row of the list",
     .form = WHERE_RANGE,
     .holds = holds_row},
};

const size_t where_key_count = sizeof where_keys / sizeof *where_keys;
