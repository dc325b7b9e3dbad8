/* caa_record.h: one CAA record as the evaluation sees it, and a set of them.
 *
 * A record is made from RDATA, or from flags, tag and value. It borrows those octets. The set is a
 * view of an array of records that the caller owns; order is of no importance.
 */
#ifndef CAA_RECORD_H
#define CAA_RECORD_H

#include "caa_value.h"
#include "caascan/term.h"

/* What a record's tag means, by the IANA registry of CAA properties. X(ENUMERATOR, "word"). First
 * those that no CA can process, then the issue-type ones, then the rest. */
#define CAA_PROPERTIES(X)                                                                          \
    X(MALFORMED, "malformed") /* RDATA that can't be split (RFC 8659 section 4.1) */               \
    X(UNKNOWN, "unknown")     /* a tag that IANA does not list */                                  \
    X(RESERVED, "reserved")   /* auth, path, policy: listed without semantics */                   \
    X(ISSUE, "issue")                                                                              \
    X(ISSUEWILD, "issuewild")                                                                      \
    X(ISSUEMAIL, "issuemail")                                                                      \
    X(ISSUEVMC, "issuevmc")                                                                        \
    X(IODEF, "iodef")                                                                              \
    X(CONTACTEMAIL, "contactemail")                                                                \
    X(CONTACTPHONE, "contactphone")

#define CAA_PROPERTY_ENUM(name, word) CAA_PROPERTY_##name,
enum caa_property { CAA_PROPERTIES(CAA_PROPERTY_ENUM) CAA_PROPERTY_COUNT };

/* caa_property_word(CAA_PROPERTY_ISSUE) is "issue". */
CAASCAN_WORD_FUNCTION(caa_property_word, CAA_PROPERTIES)

struct caa_record {
    enum rdata_error rdata_error; /* RDATA_NONE unless property is CAA_PROPERTY_MALFORMED */
    enum caa_property property;
    uint8_t flags;
    bool critical; /* bit 0, value 128; readable in malformed RDATA too */
    bool judged;   /* does the property have a format that value_error speaks of? */
    enum caa_value_error value_error;
    struct caa_text tag;    /* case as written; empty in malformed RDATA */
    struct caa_text text;   /* the value, octet by octet; empty in malformed RDATA */
    struct caa_value value; /* the parsed text of an issue-type property, else all zero */
};

struct caa_set {
    const struct caa_record *records;
    size_t count;
};

/* Is it issue, issuewild, issuemail or issuevmc? */
bool caa_property_is_issue_type(enum caa_property property);

/* Makes a record from RDATA of any content and length. Never fails: what can't be read becomes
 * CAA_PROPERTY_MALFORMED with its rdata_error. */
struct caa_record caa_record_from_rdata(const uint8_t *rdata, size_t len);

/* Makes a record from RDATA that was split before. A tag that is empty or holds octets outside
 * letters and digits gives CAA_PROPERTY_MALFORMED with RDATA_TAG_LEN_ZERO or RDATA_TAG_BAD_CHAR. */
struct caa_record caa_record_from_parts(uint8_t flags, struct caa_text tag, struct caa_text value);

#endif
