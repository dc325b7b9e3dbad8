#include "caa_organisation.h"

#include "caa_issuer.h"
#include "caa_tables.h"

#define PLAIN_LEN_MAX 128u

/* A name in lower case: its words, with one blank between. */
struct plain {
    uint8_t octets[PLAIN_LEN_MAX];
    size_t len; /* 0 too where the name is longer */
};

static struct caa_text text_of(const struct plain *plain)
{
    return caa_text_of(plain->octets, plain->len);
}

/* Takes apostrophes and dots out without a gap: "Let's" is one word, and so is "S.p.A.". */
static bool is_silent(uint8_t octet)
{
    return octet == '\'' || octet == '.';
}

static struct plain spell(struct caa_text name)
{
    struct plain plain = {.len = 0};
    bool gap = false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t octet = caa_text_fold_octet(name.octets[i]);
        if (is_silent(octet))
            continue;
        if (!caa_text_is_alnum(octet) && octet < 0x80) {
            gap = plain.len > 0;
            continue;
        }
        if (plain.len + gap >= PLAIN_LEN_MAX)
            return (struct plain){.len = 0};
        if (gap)
            plain.octets[plain.len++] = ' ';
        plain.octets[plain.len++] = octet;
        gap = false;
    }
    return plain;
}

static bool is_legal_form(struct caa_text word)
{
    static const char *const forms[] = {
        "inc", "llc", "ltd", "limited", "corp", "corporation", "co",  "ag",  "as",  "sa", "spa",
        "srl", "bv",  "nv",  "oy",      "ab",   "gmbh",        "plc", "oyj", "sas", "kft"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (caa_text_equal(word, caa_text_from(forms[i])))
            return true;
    }
    return false;
}

/* The words without those of a legal form at the end; at least one is left. */
static struct caa_text without_forms(struct caa_text words)
{
    for (;;) {
        size_t at = words.len;
        while (at > 0 && words.octets[at - 1] != ' ')
            at--;
        if (at < 2 || !is_legal_form(caa_text_after(words, at)))
            return words;
        words = caa_text_before(words, at - 1);
    }
}

static bool same_name(struct caa_text words, struct caa_text name)
{
    struct plain plain = spell(name);
    return plain.len > 0 && caa_text_equal(words, without_forms(text_of(&plain)));
}

/* Is it one of the names of an operator, such as "Asseco / Certum" or "Let's Encrypt (ISRG)"? */
static bool is_operator(struct caa_text words, const char *ca_operator)
{
    struct caa_text rest = caa_text_from(ca_operator);
    if (same_name(words, rest))
        return true;
    struct caa_text head = caa_text_cut(&rest, '(');
    while (head.len > 0) {
        if (same_name(words, caa_text_cut(&head, '/')))
            return true;
    }
    return false;
}

static const char *find(struct caa_text words)
{
    for (size_t i = 0; i < caa_tables_organisation_count; i++) {
        if (same_name(words, caa_text_from(caa_tables_organisations[i].name)))
            return caa_tables_organisations[i].ca_operator;
    }
    for (size_t i = 0; i < caa_issuer_count(); i++) {
        const char *ca_operator = caa_issuer_at(i)->ca_operator;
        if (is_operator(words, ca_operator))
            return ca_operator;
    }
    return NULL;
}

/* Does an attribute of this type begin at `at`? */
static bool begins_organisation(struct caa_text name, size_t at)
{
    if (at + 2 > name.len || caa_text_fold_octet(name.octets[at]) != 'o')
        return false;
    size_t equals = at + 1;
    while (equals < name.len && name.octets[equals] == ' ')
        equals++;
    return equals < name.len && name.octets[equals] == '=';
}

/* The value up to the separator of attributes: in quotes, or with commas behind backslashes. */
static struct caa_text value_of(struct caa_text rest)
{
    caa_text_cut(&rest, '=');
    rest = caa_text_trim(rest);
    if (rest.len > 0 && rest.octets[0] == '"') {
        rest = caa_text_after(rest, 1);
        return caa_text_cut(&rest, '"');
    }
    size_t end = 0;
    for (; end < rest.len; end++) {
        bool escaped = end > 0 && rest.octets[end - 1] == '\\';
        /* A comma without an attribute behind it belongs to the value: `O=DigiCert, Inc., CN=…` */
        if (memchr("+\n", rest.octets[end], 2) != NULL && !escaped)
            break;
        if (memchr(",/", rest.octets[end], 2) != NULL && !escaped) {
            struct caa_text next = caa_text_after(rest, end + 1);
            struct caa_text type = caa_text_cut(&next, '=');
            if (next.len > 0 && caa_text_all(caa_text_trim(type), caa_text_is_alnum))
                break;
        }
    }
    return caa_text_before(rest, end);
}

/* The organisation of a distinguished name, in the forms that tools print it; else the name. */
static struct caa_text organisation_of(struct caa_text name)
{
    for (size_t i = 0; i < name.len; i++) {
        bool starts = i == 0 || memchr(",/+ \n", name.octets[i - 1], 5) != NULL;
        if (starts && begins_organisation(name, i))
            return value_of(caa_text_after(name, i));
    }
    return name;
}

const char *caa_organisation_operator(struct caa_text issuer)
{
    const struct caa_issuer *known = caa_issuer_find(caa_text_trim(issuer));
    if (known != NULL)
        return known->ca_operator;
    struct plain plain = spell(organisation_of(issuer));
    return plain.len > 0 ? find(without_forms(text_of(&plain))) : NULL;
}
