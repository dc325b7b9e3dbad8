/* caa_divergence.h: records that CA software is known to read in another way than this library.
 *
 * Each rule is a predicate on one record, from what the named software did when its source was read
 * and run (2026). That a rule holds says that this software would treat the record differently, not
 * that the verdict about the set changes: another record of the set may lead to the same one. A set
 * of rules is a uint32_t with one bit per row of the table below.
 */
#ifndef CAA_DIVERGENCE_H
#define CAA_DIVERGENCE_H

#include "caa_record.h"

/* X(ENUMERATOR, "rule", "software", "effect", "definition"). Effect is what the software does where
 * this library does not: `denies` more, `permits` more, or `fails` the lookup. */
#define CAA_DIVERGENCES(X)                                                                         \
    X(MINIMAL_CRITICAL, "minimal_critical", "a CA with issue, issuewild and iodef only", "denies", \
      "critical bit on issuemail, issuevmc, contactemail or contactphone")                         \
    X(BOULDER_FLAG_ONE, "boulder_flag_one", "Boulder", "denies",                                   \
      "flag bit 1 without 128, read as critical, on a tag that it does not know")                  \
    X(BOULDER_CONTACT, "boulder_contact", "Boulder", "denies",                                     \
      "critical bit on contactemail or contactphone, which it does not know")                      \
    X(BOULDER_ISSUER_CASE, "boulder_issuer_case", "Boulder", "denies",                             \
      "issuer with upper-case letters, compared octet by octet")                                   \
    X(BOULDER_PARAM_HYPHEN, "boulder_param_hyphen", "Boulder", "denies",                           \
      "a parameter tag with a hyphen, which it refuses")                                           \
    X(BOULDER_PARAM_EMPTY, "boulder_param_empty", "Boulder", "permits",                            \
      "a parameter without a tag, which it accepts")                                               \
    X(BOULDER_PARAM_CASE, "boulder_param_case", "Boulder", "permits",                              \
      "accounturi or validationmethods with upper-case letters, which it ignores")                 \
    X(BOULDER_METHODS_FIRST, "boulder_methods_first", "Boulder", "permits",                        \
      "validationmethods with a bad label behind a good one, where it stops at the first match")   \
    X(BOULDER_METHODS_CA, "boulder_methods_ca", "Boulder", "denies",                               \
      "validationmethods with a label that begins with ca-, of which it knows none")               \
    X(BOULDER_DECODE, "boulder_decode", "Boulder", "fails",                                        \
      "RDATA whose tag runs over its end, which its decoder refuses with the whole answer")        \
    X(OPENMPIC_PARAMS, "openmpic_params", "Open MPIC", "permits",                                  \
      "accounturi or validationmethods, which it ignores")                                         \
    X(OPENMPIC_SPACE, "openmpic_space", "Open MPIC", "permits",                                    \
      "a value that only Unicode white space at its ends makes malformed")                         \
    X(OPENMPIC_NOT_UTF8, "openmpic_not_utf8", "Open MPIC", "fails",                                \
      "a value that is not UTF-8, on which it raises an error")                                    \
    X(OPENMPIC_ISSUEVMC, "openmpic_issuevmc", "Open MPIC", "denies",                               \
      "critical bit on issuevmc, which it does not know")                                          \
    X(RFC6844_REFUSES, "rfc6844_refuses", "the grammar of RFC 6844", "denies",                     \
      "a valid value that the grammar of RFC 6844 section 5.2 refuses")                            \
    X(RFC6844_ACCEPTS, "rfc6844_accepts", "the grammar of RFC 6844", "permits",                    \
      "a malformed value that the grammar of RFC 6844 section 5.2 accepts")                        \
    X(STRICT_DECODER, "strict_decoder", "BIND, dnspython", "fails",                                \
      "malformed RDATA, for which they refuse the whole answer")                                   \
    X(HICKORY_TAG_LENGTH, "hickory_tag_length", "hickory-dns", "fails",                            \
      "a tag longer than 15 octets, which its decoder refuses")                                    \
    X(HICKORY_SEPARATOR, "hickory_separator", "hickory-dns", "permits",                            \
      "a value that only a semicolon at its end makes malformed")

#define CAA_DIVERGENCE_ENUM(name, rule, software, effect, definition) CAA_DIVERGENCE_##name,
enum caa_divergence { CAA_DIVERGENCES(CAA_DIVERGENCE_ENUM) CAA_DIVERGENCE_COUNT };

struct caa_divergence_text {
    const char *rule, *software, *effect, *definition;
};

/* The words of a rule. */
const struct caa_divergence_text *caa_divergence_text(enum caa_divergence rule);

static inline uint32_t caa_divergence_bit(enum caa_divergence rule)
{
    return UINT32_C(1) << rule;
}

/* The rules that hold of a record. */
uint32_t caa_divergence_record(const struct caa_record *record);

#endif
