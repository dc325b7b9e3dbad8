/* term.h: the closed vocabularies of the record schema caascan/1, as tables.
 *
 * Each table is an X-macro: X(ENUMERATOR, "word in the record"). The enum and the word lists are
 * made from it, so scanner, analysis and docs can't drift apart. Words are stable: they may be
 * added at the end, never renamed.
 *
 * Error classes: one lookup that failed carries exactly one. They double as level outcomes. Their
 * definitions are in caascan-records(5).
 */
#ifndef CAASCAN_TERM_H
#define CAASCAN_TERM_H

#include <stddef.h>
#include <string.h>

/* Verdict about a row. */
#define CAASCAN_OUTCOMES(X)                                                                        \
    X(FOUND, "found")                 /* a non-empty set governs the name */                       \
    X(EMPTY, "empty")                 /* every level answered and none has a set */                \
    X(INDETERMINATE, "indeterminate") /* a lookup below any found set failed */                    \
    X(INVALID, "invalid")             /* the row holds no name that can be asked */                \
    X(SKIPPED, "skipped")             /* left out on the operator's wish (blocklist) */

/* What one level of the climb showed when its lookup did not fail. */
#define CAASCAN_LEVEL_OUTCOMES(X)                                                                  \
    X(RECORDS, "records")                                                                          \
    X(NODATA, "nodata")                                                                            \
    X(NXDOMAIN, "nxdomain")

/* Why a lookup failed. */
#define CAASCAN_CLASSES(X)                                                                         \
    X(TIMEOUT, "timeout")                                                                          \
    X(NET_UNREACHABLE, "net_unreachable")                                                          \
    X(NO_NS_ADDRESS, "no_ns_address")                                                              \
    X(NS_PRIVATE_ADDRESS, "ns_private_address")                                                    \
    X(SERVFAIL, "servfail")                                                                        \
    X(REFUSED, "refused")                                                                          \
    X(NOTIMP, "notimp")                                                                            \
    X(FORMERR, "formerr")                                                                          \
    X(BADVERS, "badvers")                                                                          \
    X(RCODE_OTHER, "rcode_other")                                                                  \
    X(LAME, "lame")                                                                                \
    X(TRUNCATED_NO_TCP, "truncated_no_tcp")                                                        \
    X(ID_MISMATCH, "id_mismatch")                                                                  \
    X(QUESTION_MISMATCH, "question_mismatch")                                                      \
    X(QR_NOT_SET, "qr_not_set")                                                                    \
    X(MSG_MALFORMED, "msg_malformed")                                                              \
    X(CNAME_LOOP, "cname_loop")                                                                    \
    X(CNAME_CHAIN_TOO_LONG, "cname_chain_too_long")                                                \
    X(INCOMPLETE_CHAIN, "incomplete_chain")                                                        \
    X(DNAME_OVERFLOW, "dname_overflow")                                                            \
    X(MULTI_CNAME, "multi_cname")                                                                  \
    X(DNSSEC_BOGUS, "dnssec_bogus")                                                                \
    X(DNSSEC_INDETERMINATE, "dnssec_indeterminate")                                                \
    X(QNAME_INVALID, "qname_invalid")                                                              \
    X(RECURSION_LIMIT, "recursion_limit")                                                          \
    X(WORK_LIMIT, "work_limit")                                                                    \
    X(LOCAL_ERROR, "local_error")

/* What is odd about a row and yet no failure. */
#define CAASCAN_NOTES(X)                                                                           \
    X(RDATA_MALFORMED, "rdata_malformed")                                                          \
    X(RECOVERED, "recovered")                                                                      \
    X(NS_INCONSISTENT, "ns_inconsistent")                                                          \
    X(CNAME_AND_OTHER_DATA, "cname_and_other_data")                                                \
    X(UNEXPECTED_RRTYPE_IN_ANSWER, "unexpected_rrtype_in_answer")                                  \
    X(NXDOMAIN_TLD, "nxdomain_tld")                                                                \
    X(FORMERR_ON_EDNS, "formerr_on_edns")                                                          \
    X(RCODE_DIFFERS_BY_TYPE, "rcode_differs_by_type")                                              \
    X(NODATA_WITHOUT_SOA, "nodata_without_soa")                                                    \
    X(NXDOMAIN_ON_ENT, "nxdomain_on_ent")                                                          \
    X(CENSUS_INCOMPLETE, "census_incomplete")

#define CAASCAN_MODES(X) X(ITERATE, "iterate") X(RESOLVER, "resolver") X(ZONE, "zone")

#define CAASCAN_EXISTENCE(X) X(YES, "yes") X(NO, "no") X(UNKNOWN, "unknown")

#define CAASCAN_DS(X) X(PRESENT, "present") X(ABSENT, "absent") X(UNKNOWN, "unknown")

#define CAASCAN_DNSSEC(X)                                                                          \
    X(SECURE, "secure")                                                                            \
    X(INSECURE, "insecure")                                                                        \
    X(BOGUS, "bogus")                                                                              \
    X(INDETERMINATE, "indeterminate")                                                              \
    X(UNCHECKED, "unchecked")

/* Where the answer of a level came from: a question of its own, another row's question that was
 * already in flight, or the cache. */
#define CAASCAN_SOURCES(X) X(ASKED, "asked") X(JOINED, "joined") X(CACHED, "cached")

#define CAASCAN_PROTOCOLS(X) X(UDP, "udp") X(TCP, "tcp")

#define CAASCAN_ALIAS_KINDS(X) X(CNAME, "CNAME") X(DNAME, "DNAME")

/* Why CAA RDATA can't be split into flags, tag and value (RFC 8659 section 4.1). */
#define CAASCAN_RDATA_ERRORS(X)                                                                    \
    X(NONE, "")                                                                                    \
    X(EMPTY, "rdata_empty")                                                                        \
    X(TOO_SHORT, "rdata_too_short")                                                                \
    X(TAG_LEN_ZERO, "tag_len_zero")                                                                \
    X(TAG_OVERRUN, "tag_overrun")                                                                  \
    X(TAG_BAD_CHAR, "tag_bad_char")

#define CAASCAN_ENUM_OUTCOME(name, word) OUTCOME_##name,
#define CAASCAN_ENUM_LEVEL(name, word) LEVEL_##name,
#define CAASCAN_ENUM_CLASS(name, word) CLASS_##name,
#define CAASCAN_ENUM_NOTE(name, word) NOTE_##name,
#define CAASCAN_ENUM_MODE(name, word) MODE_##name,
#define CAASCAN_ENUM_EXISTS(name, word) EXISTS_##name,
#define CAASCAN_ENUM_DS(name, word) DS_##name,
#define CAASCAN_ENUM_DNSSEC(name, word) DNSSEC_##name,
#define CAASCAN_ENUM_SOURCE(name, word) SOURCE_##name,
#define CAASCAN_ENUM_PROTOCOL(name, word) PROTOCOL_##name,
#define CAASCAN_ENUM_ALIAS(name, word) ALIAS_##name,
#define CAASCAN_ENUM_RDATA(name, word) RDATA_##name,

enum outcome { CAASCAN_OUTCOMES(CAASCAN_ENUM_OUTCOME) OUTCOME_COUNT };

/* CLASS_NONE means "did not fail". */
enum error_class { CLASS_NONE, CAASCAN_CLASSES(CAASCAN_ENUM_CLASS) CLASS_COUNT };

enum level_outcome { CAASCAN_LEVEL_OUTCOMES(CAASCAN_ENUM_LEVEL) LEVEL_COUNT };
enum note_kind { CAASCAN_NOTES(CAASCAN_ENUM_NOTE) NOTE_COUNT };
enum scan_mode { CAASCAN_MODES(CAASCAN_ENUM_MODE) MODE_COUNT };
enum existence { CAASCAN_EXISTENCE(CAASCAN_ENUM_EXISTS) EXISTS_COUNT };
enum ds_status { CAASCAN_DS(CAASCAN_ENUM_DS) DS_COUNT };
enum dnssec_status { CAASCAN_DNSSEC(CAASCAN_ENUM_DNSSEC) DNSSEC_COUNT };
enum answer_source { CAASCAN_SOURCES(CAASCAN_ENUM_SOURCE) SOURCE_COUNT };
enum protocol { CAASCAN_PROTOCOLS(CAASCAN_ENUM_PROTOCOL) PROTOCOL_COUNT };
enum alias_kind { CAASCAN_ALIAS_KINDS(CAASCAN_ENUM_ALIAS) ALIAS_COUNT };
enum rdata_error { CAASCAN_RDATA_ERRORS(CAASCAN_ENUM_RDATA) RDATA_COUNT };

#define CAASCAN_WORD(name, word) word,
#define CAASCAN_WORD_FUNCTION(function, TABLE)                                                     \
    CAASCAN_WORD_FUNCTION_OF(function, TABLE(CAASCAN_WORD))
#define CAASCAN_WORD_FUNCTION_OF(function, ...)                                                    \
    static inline const char *function(unsigned index)                                             \
    {                                                                                              \
        static const char *const words[] = {__VA_ARGS__};                                          \
        return index < sizeof words / sizeof *words ? words[index] : "";                           \
    }

/* outcome_word(OUTCOME_FOUND) is "found", and so on; "" for an index outside the table.
 * class_word(CLASS_NONE) is "". */
CAASCAN_WORD_FUNCTION(outcome_word, CAASCAN_OUTCOMES)
CAASCAN_WORD_FUNCTION_OF(class_word, "", CAASCAN_CLASSES(CAASCAN_WORD))
CAASCAN_WORD_FUNCTION(level_outcome_word, CAASCAN_LEVEL_OUTCOMES)
CAASCAN_WORD_FUNCTION(note_word, CAASCAN_NOTES)
CAASCAN_WORD_FUNCTION(mode_word, CAASCAN_MODES)
CAASCAN_WORD_FUNCTION(existence_word, CAASCAN_EXISTENCE)
CAASCAN_WORD_FUNCTION(ds_word, CAASCAN_DS)
CAASCAN_WORD_FUNCTION(dnssec_word, CAASCAN_DNSSEC)
CAASCAN_WORD_FUNCTION(source_word, CAASCAN_SOURCES)
CAASCAN_WORD_FUNCTION(protocol_word, CAASCAN_PROTOCOLS)
CAASCAN_WORD_FUNCTION(alias_kind_word, CAASCAN_ALIAS_KINDS)
CAASCAN_WORD_FUNCTION(rdata_error_word, CAASCAN_RDATA_ERRORS)

#endif
