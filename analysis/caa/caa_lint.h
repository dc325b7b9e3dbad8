/* caa_lint.h: what is odd about CAA records and sets, under stable names.
 *
 * Lints describe; they never change what a set permits. A set of lints is a uint64_t with one bit
 * per row of the table below.
 */
#ifndef CAA_LINT_H
#define CAA_LINT_H

#include "caa_record.h"

/* X(ENUMERATOR, "name", "definition") */
#define CAA_LINTS(X)                                                                               \
    X(FLAGS_RESERVED_BITS, "flags_reserved_bits", "a flag bit other than 128 is set")              \
    X(FLAGS_ONE_NOT_128, "flags_one_not_128", "flags is 1, which is not the critical bit")         \
    X(CRITICAL_UNKNOWN, "critical_unknown",                                                        \
      "critical bit on a tag without semantics, or in malformed RDATA")                            \
    X(CRITICAL_ON_KNOWN, "critical_on_known",                                                      \
      "critical bit on a tag that IANA lists with semantics")                                      \
    X(TAG_UNKNOWN, "tag_unknown", "tag is not in the IANA registry")                               \
    X(TAG_RESERVED, "tag_reserved", "tag is auth, path or policy")                                 \
    X(TAG_NOT_LOWERCASE, "tag_not_lowercase",                                                      \
      "tag has upper-case letters, which breaks old software")                                     \
    X(TAG_LONGER_THAN_15, "tag_longer_than_15", "tag is longer than RFC 6844 section 5.1 advised") \
    X(RDATA_MALFORMED, "rdata_malformed", "RDATA can't be split into flags, tag and value")        \
    X(VALUE_MALFORMED, "value_malformed", "issue-type value fails the grammar")                    \
    X(PARAM_MALFORMED, "param_malformed", "issue-type value fails the grammar in its parameters")  \
    X(MALFORMED_DENIES_ALL, "malformed_denies_all",                                                \
      "every record of one issue-type property is malformed")                                      \
    X(ISSUER_TRAILING_DOT, "issuer_trailing_dot", "malformed: issuer ends with a dot")             \
    X(ISSUER_IS_URL, "issuer_is_url", "malformed: issuer holds a slash")                           \
    X(ISSUER_IS_EMAIL, "issuer_is_email", "malformed: issuer holds an at sign")                    \
    X(ISSUER_MULTIPLE, "issuer_multiple",                                                          \
      "malformed: several domain names with commas or blanks between")                             \
    X(ISSUER_QUOTED, "issuer_quoted", "malformed: issuer begins with a quotation mark")            \
    X(ISSUER_WILDCARD, "issuer_wildcard", "malformed: issuer is or begins with an asterisk label") \
    X(ISSUER_SINGLE_LABEL, "issuer_single_label", "issuer has one label")                          \
    X(ISSUER_NOT_DNS_NAME, "issuer_not_dns_name",                                                  \
      "issuer has a label over 63 octets or is over 253")                                          \
    X(ISSUER_IP_LITERAL, "issuer_ip_literal", "issuer is an IPv4 address")                         \
    X(ISSUER_NOT_LOWERCASE, "issuer_not_lowercase", "issuer has upper-case letters")               \
    X(VALUE_PADDED, "value_padded", "blanks before or behind an otherwise valid issue-type value") \
    X(VALUE_NON_ASCII, "value_non_ascii", "issue-type value has octets from 0x7F on")              \
    X(VALUE_CONTROL_CHAR, "value_control_char",                                                    \
      "issue-type value has octets below 0x20 other than TAB")                                     \
    X(PARAM_DUPLICATE, "param_duplicate", "a parameter tag stands twice, case apart")              \
    X(PARAMS_WITHOUT_ISSUER, "params_without_issuer", "parameters and no issuer")                  \
    X(PARAM_TAG_NOT_LOWERCASE, "param_tag_not_lowercase",                                          \
      "accounturi or validationmethods in upper-case letters")                                     \
    X(PARAM_PRESTANDARD_SPELLING, "param_prestandard_spelling",                                    \
      "account-uri or validation-methods, which mean nothing")                                     \
    X(ACCOUNTURI_INVALID, "accounturi_invalid", "accounturi is not a URI")                         \
    X(ACCOUNTURI_DUPLICATE, "accounturi_duplicate", "more than one accounturi")                    \
    X(VALIDATIONMETHODS_EMPTY, "validationmethods_empty",                                          \
      "validationmethods is empty and matches nothing")                                            \
    X(VALIDATIONMETHODS_INVALID, "validationmethods_invalid",                                      \
      "validationmethods is not a list of labels")                                                 \
    X(VALIDATIONMETHODS_DUPLICATE, "validationmethods_duplicate",                                  \
      "more than one validationmethods")                                                           \
    X(VALIDATIONMETHODS_UNREGISTERED, "validationmethods_unregistered",                            \
      "a label that is neither an ACME method nor begins with ca-")                                \
    X(VALIDATIONMETHODS_NOT_LOWERCASE, "validationmethods_not_lowercase",                          \
      "a label with upper-case letters")                                                           \
    X(NONRESTRICTIVE_SET, "nonrestrictive_set", "the set has no issue and no issuewild")           \
    X(ISSUEWILD_WITHOUT_ISSUE, "issuewild_without_issue",                                          \
      "wildcards are limited and host names are not")                                              \
    X(ISSUEWILD_REDUNDANT, "issuewild_redundant",                                                  \
      "issuewild repeats the issuers and parameters of issue")                                     \
    X(DENY_ALL_INEFFECTIVE, "deny_all_ineffective",                                                \
      "a record that names nobody beside one that names an issuer")                                \
    X(DUPLICATE_RECORD, "duplicate_record",                                                        \
      "same property, issuer and parameters twice after folding")                                  \
    X(IODEF_MALFORMED, "iodef_malformed", "iodef is not a usable URL")                             \
    X(IODEF_MISSING_SCHEME, "iodef_missing_scheme", "iodef is a bare e-mail address")              \
    X(IODEF_BAD_SCHEME, "iodef_bad_scheme", "iodef scheme is not mailto, http or https")           \
    X(IODEF_PLAIN_HTTP, "iodef_plain_http", "iodef reports go over http")                          \
    X(CONTACTEMAIL_MALFORMED, "contactemail_malformed", "contactemail is not one e-mail address")  \
    X(CONTACTPHONE_MALFORMED, "contactphone_malformed", "contactphone is not one global number")   \
    X(UNKNOWN_ISSUER, "unknown_issuer", "issuer is not in the identifier table")                   \
    X(ISSUER_TYPO, "issuer_typo", "unknown issuer within two edits of a known one")                \
    X(DEFUNCT_ISSUER, "defunct_issuer", "issuer is listed as distrusted")

#define CAA_LINT_ENUM(name, word, definition) CAA_LINT_##name,
enum caa_lint { CAA_LINTS(CAA_LINT_ENUM) CAA_LINT_COUNT };

/* The bit of one lint. */
static inline uint64_t caa_lint_bit(enum caa_lint lint)
{
    return UINT64_C(1) << lint;
}

static inline bool caa_lint_has(uint64_t lints, enum caa_lint lint)
{
    return (lints & caa_lint_bit(lint)) != 0;
}

/* Name and one-line definition of a lint; "" for an index outside the table. */
const char *caa_lint_name(enum caa_lint lint);
const char *caa_lint_definition(enum caa_lint lint);

/* Lints of one record by itself. */
uint64_t caa_lint_record(const struct caa_record *record);

/* Lints of the set as a whole, without those of its records. An empty set has none. The work is
 * quadratic in the number of issue-type records, with a very small factor. */
uint64_t caa_lint_relations(const struct caa_set *set);

/* All of the above: the union over the records, and the relations between them. */
uint64_t caa_lint_set(const struct caa_set *set);

/* unknown_issuer, issuer_typo and defunct_issuer of one record, by the table of caa_issuer.h. They
 * depend on the date of that table and stand apart from the lints that the RFCs alone give. */
uint64_t caa_lint_issuer(const struct caa_record *record);

#endif
