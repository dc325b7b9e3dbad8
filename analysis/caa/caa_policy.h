/* caa_policy.h: what a relevant set means for a CA that is asked for a certificate.
 *
 * RFC 8659 sections 4.1-4.5 (hosts and wildcards), RFC 9495 section 4 (mail), RFC 8657 (accounts
 * and methods). The set is the relevant one: finding it is not done here. An empty set permits.
 */
#ifndef CAA_POLICY_H
#define CAA_POLICY_H

#include "caa_record.h"

/* What is asked for. X(ENUMERATOR, "word"). */
#define CAA_KINDS(X)                                                                               \
    X(ISSUE, "issue") /* a certificate for a host name */                                          \
    X(WILD, "wild")   /* for a wildcard name */                                                    \
    X(MAIL, "mail")   /* for a mailbox (S/MIME) */                                                 \
    X(VMC, "vmc")     /* for a mark */

/* What a set says about a kind, whoever asks. */
#define CAA_POLICIES(X)                                                                            \
    X(UNRESTRICTED, "unrestricted")           /* no property of the kind: everybody may */         \
    X(ALLOW_LIST, "allow_list")               /* at least one issuer is named */                   \
    X(DENY_ALL, "deny_all")                   /* properties, and none names an issuer */           \
    X(DENY_ALL_CRITICAL, "deny_all_critical") /* a critical property that nobody supports */

#define CAA_KIND_ENUM(name, word) CAA_KIND_##name,
#define CAA_POLICY_ENUM(name, word) CAA_POLICY_##name,
enum caa_kind { CAA_KINDS(CAA_KIND_ENUM) CAA_KIND_COUNT };
enum caa_policy { CAA_POLICIES(CAA_POLICY_ENUM) CAA_POLICY_COUNT };

CAASCAN_WORD_FUNCTION(caa_kind_word, CAA_KINDS)
CAASCAN_WORD_FUNCTION(caa_policy_word, CAA_POLICIES)

/* How parameters of a matching record are read. */
enum caa_param_rule {
    CAA_PARAMS_IGNORED,     /* as a CA that knows no parameter */
    CAA_PARAMS_SATISFIABLE, /* must allow some account and some method (RFC 8657) */
    CAA_PARAMS_MATCH        /* must allow the account and the method of the request (RFC 8657) */
};

/* Sets of properties that a CA implements, as bits. A critical property outside of it denies. */
#define CAA_SUPPORTS(property) (1u << CAA_PROPERTY_##property)

/* The three that the TLS Baseline Requirements ask for. */
#define CAA_SUPPORTS_MINIMUM (CAA_SUPPORTS(ISSUE) | CAA_SUPPORTS(ISSUEWILD) | CAA_SUPPORTS(IODEF))

/* All that IANA lists with semantics. */
#define CAA_SUPPORTS_IANA                                                                          \
    (CAA_SUPPORTS_MINIMUM | CAA_SUPPORTS(ISSUEMAIL) | CAA_SUPPORTS(ISSUEVMC) |                     \
     CAA_SUPPORTS(CONTACTEMAIL) | CAA_SUPPORTS(CONTACTPHONE))

struct caa_ca {
    const struct caa_text *identifiers; /* issuer domains that it answers to, compared folded */
    size_t identifier_count;
    unsigned supports; /* CAA_SUPPORTS_… */
};

struct caa_request {
    enum caa_kind kind;
    enum caa_param_rule params;
    struct caa_text account; /* account URI; only with CAA_PARAMS_MATCH */
    struct caa_text method;  /* validation method label; only with CAA_PARAMS_MATCH */
};

/* May ca issue what request asks for, as far as set goes? */
bool caa_policy_permits(const struct caa_set *set, const struct caa_ca *ca,
                        const struct caa_request *request);

/* Sums up the set for one kind and a CA that supports all of IANA's properties. Parameters are not
 * looked at: an issuer named with an unsatisfiable one still makes an allow list. */
enum caa_policy caa_policy_of(const struct caa_set *set, enum caa_kind kind);

/* Which property decides about kind in this set? For CAA_KIND_WILD it is issuewild where the set
 * has one, even malformed, and else issue (RFC 8659 section 4.3). The set need not have a record of
 * the answer. */
enum caa_property caa_policy_property(const struct caa_set *set, enum caa_kind kind);

/* Does the set hold a critical record that a CA with these properties can't process: unsupported,
 * reserved, unknown or malformed (RFC 8659 sections 4.1 and 4.5)? */
bool caa_policy_critical_denies(const struct caa_set *set, unsigned supports);

#endif
