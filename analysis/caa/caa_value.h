/* caa_value.h: values of the issue-type properties, issue, issuewild, issuemail and issuevmc.
 *
 * The grammar is RFC 8659 section 4.2; RFC 9495 section 3 takes it over for issuemail, and it is
 * assumed for issuevmc. A parsed value is a set of views: it borrows from the text that was parsed
 * and dies with it. Nothing is allocated, and the work is linear in the length of the value.
 */
#ifndef CAA_VALUE_H
#define CAA_VALUE_H

#include "caa_text.h"
#include "caascan/term.h"

/* What is wrong with a value. X(ENUMERATOR, "word"). The words are stable. An issue-type value may
 * have several faults: the leftmost counts. */
#define CAA_VALUE_ERRORS(X)                                                                        \
    X(NONE, "")                                                                                    \
    X(BAD_ISSUER_DOMAIN, "bad_issuer_domain")       /* not a domain name in LDH labels */          \
    X(BAD_PARAM_EMPTY, "bad_param_empty")           /* nothing where a parameter must stand */     \
    X(BAD_PARAM_NO_EQUALS, "bad_param_no_equals")   /* a parameter without "=" */                  \
    X(BAD_PARAM_EMPTY_TAG, "bad_param_empty_tag")   /* nothing before "=" */                       \
    X(BAD_PARAM_TAG_CHAR, "bad_param_tag_char")     /* a parameter tag that is no LDH label */     \
    X(BAD_PARAM_VALUE_CHAR, "bad_param_value_char") /* an octet outside 0x21-0x7E */               \
    X(BAD_IODEF_URL, "bad_iodef_url")               /* iodef: no URL, or one without its parts */  \
    X(BAD_IODEF_SCHEME, "bad_iodef_scheme")         /* iodef: not mailto, http or https */         \
    X(BAD_EMAIL, "bad_email")                       /* contactemail: not one address */            \
    X(BAD_PHONE, "bad_phone")                       /* contactphone: not one global number */

#define CAA_VALUE_ENUM(name, word) CAA_VALUE_##name,
enum caa_value_error { CAA_VALUE_ERRORS(CAA_VALUE_ENUM) CAA_VALUE_ERROR_COUNT };

/* caa_value_error_word(CAA_VALUE_BAD_EMAIL) is "bad_email"; "" for CAA_VALUE_NONE. */
CAASCAN_WORD_FUNCTION(caa_value_error_word, CAA_VALUE_ERRORS)

struct caa_value {
    enum caa_value_error error;
    bool grammar_6844; /* would RFC 6844 section 5.2 have accepted the text? */

    /* The rest is empty, zero and false where error is set: such a value authorises nobody and its
     * record still restricts (RFC 8659 section 4.2). */
    struct caa_text issuer; /* as written; empty means nobody. Compare folded. */
    struct caa_text params; /* what stands behind the first ";"; see caa_value_next_param */
    size_t param_count;

    /* The first parameter of each name of RFC 8657, and how many there are. */
    struct caa_text accounturi;
    struct caa_text validationmethods;
    size_t accounturi_count;
    size_t validationmethods_count;

    /* Could any CA, account and method at all be authorised by this value (RFC 8657 sections 3-4)?
     * Says nothing about whether the account exists or the method is in use. */
    bool satisfiable_8657;

    /* Equal for values with the same issuer and parameters, order and the case of issuer and
     * parameter tags apart. A hash: good for statistics and lints, not proof of equality. */
    uint64_t key;
};

struct caa_param {
    struct caa_text tag; /* case as written; compare folded */
    struct caa_text value;
};

/* Parses an issue-type value. text may be empty, hold any octet and be of any length. */
struct caa_value caa_value_parse(struct caa_text text);

/* Walks the parameters in order: start with a copy of params from a value without error, and call
 * until false. Duplicates come as often as they stand. */
bool caa_value_next_param(struct caa_text *rest, struct caa_param *out);

#endif
