#include "hostname.h"

#include <string.h>

#include "ascii.h"

struct span {
    const uint8_t *at, *end;
};

static size_t span_len(struct span s)
{
    return (size_t)(s.end - s.at);
}

static struct span trimmed(struct span s)
{
    while (s.at < s.end && ascii_space(s.at[0]))
        s.at++;
    while (s.at < s.end && ascii_space(s.end[-1]))
        s.end--;
    return s;
}

/* The "scheme://" of RFC 3986 section 3.1, or the "//" of a reference without one. */
static struct span without_scheme(struct span s)
{
    const uint8_t *at = s.at;
    while (at < s.end && (ascii_alnum(*at) || *at == '+' || *at == '-' || *at == '.'))
        at++;
    bool colon = at > s.at && at < s.end && *at == ':' && ascii_alpha(s.at[0]);
    if (colon)
        at++;
    if ((colon || at == s.at) && s.end - at >= 2 && at[0] == '/' && at[1] == '/')
        s.at = at + 2;
    return s;
}

/* Cuts path, query and fragment behind the authority, and the user part before the host. */
static struct span authority_host(struct span s)
{
    const uint8_t *host = s.at;
    const uint8_t *at = s.at;
    for (; at < s.end && *at != '/' && *at != '?' && *at != '#'; at++) {
        if (*at == '@')
            host = at + 1;
    }
    return (struct span){.at = host, .end = at};
}

static bool port_number(const uint8_t *digits, const uint8_t *end)
{
    uint32_t port = 0;
    for (; digits < end; digits++) {
        if (!ascii_digit(*digits))
            return false;
        port = port * 10 + (uint32_t)(*digits - '0');
        if (port > UINT16_MAX)
            return false;
    }
    return true;
}

/* Two colons or brackets are an IPv6 address. An empty port is allowed (RFC 3986 section 3.2.3). */
static enum hostname_fault cut_port(struct span *s)
{
    if (s->at < s->end && s->at[0] == '[')
        return HOSTNAME_ADDRESS;
    const uint8_t *colon = memchr(s->at, ':', span_len(*s));
    if (colon == NULL)
        return HOSTNAME_OK;
    if (memchr(colon + 1, ':', (size_t)(s->end - colon - 1)) != NULL)
        return HOSTNAME_ADDRESS;
    if (!port_number(colon + 1, s->end))
        return HOSTNAME_PORT;
    s->end = colon;
    return HOSTNAME_OK;
}

enum octet_kind {
    OCTET_DOT = 1,
    OCTET_DIGIT = 2,
    OCTET_LETTER = 4, /* and hyphen and underscore */
    OCTET_HIGH = 8,   /* not ASCII */
    OCTET_OTHER = 16  /* in no host name */
};

static const uint8_t octet_kinds[256] = {
    [0 ... ','] = OCTET_OTHER,    ['-'] = OCTET_LETTER,         ['.'] = OCTET_DOT,
    ['/'] = OCTET_OTHER,          ['0' ... '9'] = OCTET_DIGIT,  [':' ... '@'] = OCTET_OTHER,
    ['A' ... 'Z'] = OCTET_LETTER, ['[' ... '^'] = OCTET_OTHER,  ['_'] = OCTET_LETTER,
    ['`'] = OCTET_OTHER,          ['a' ... 'z'] = OCTET_LETTER, ['{' ... 0x7F] = OCTET_OTHER,
    [0x80 ... 0xFF] = OCTET_HIGH,
};

/* All kinds of octets in a span. */
static unsigned kinds_in(struct span s)
{
    unsigned kinds = 0;
    for (const uint8_t *at = s.at; at < s.end; at++)
        kinds |= octet_kinds[*at];
    return kinds;
}

static enum hostname_fault judge(unsigned kinds, bool *ascii)
{
    *ascii = (kinds & OCTET_HIGH) == 0;
    if ((kinds & OCTET_OTHER) != 0)
        return HOSTNAME_OCTET;
    bool digits = (kinds & OCTET_DIGIT) != 0 && (kinds & (OCTET_LETTER | OCTET_HIGH)) == 0;
    return digits ? HOSTNAME_ADDRESS : HOSTNAME_OK;
}

/* What is left of a host without its final dot and its wildcard. */
static enum hostname_fault bare(struct span *s, bool *wildcard)
{
    if (span_len(*s) > 1 && s->end[-1] == '.' && s->end[-2] != '.')
        s->end--;
    *wildcard = span_len(*s) > 2 && s->at[0] == '*' && s->at[1] == '.';
    if (*wildcard)
        s->at += 2;
    return s->at == s->end ? HOSTNAME_EMPTY : HOSTNAME_OK;
}

enum hostname_fault hostname_find(const uint8_t *field, size_t len, struct hostname *out)
{
    *out = (struct hostname){.text = field, .ascii = true};
    struct span s = {.at = field, .end = field + len};
    enum hostname_fault fault = HOSTNAME_OK;
    unsigned kinds = kinds_in(s);
    bool alone = (kinds & (OCTET_HIGH | OCTET_OTHER)) == 0; /* as in most lists */
    if (!alone) {
        s = authority_host(without_scheme(trimmed(s)));
        fault = cut_port(&s);
    }
    bool wildcard, ascii;
    if (fault == HOSTNAME_OK)
        fault = bare(&s, &wildcard);
    if (fault == HOSTNAME_OK)
        fault = judge(alone ? kinds : kinds_in(s), &ascii);
    if (fault == HOSTNAME_OK)
        *out = (struct hostname){s.at, span_len(s), wildcard, ascii};
    return fault;
}

enum hostname_fault hostname_check(const uint8_t *text, size_t len)
{
    bool ascii;
    enum hostname_fault fault = judge(kinds_in((struct span){text, text + len}), &ascii);
    if (fault == HOSTNAME_OK && !ascii)
        return HOSTNAME_OCTET;
    return fault;
}

enum hostname_fault hostname_name(struct name_buffer *into, const char *prefix, const uint8_t *host,
                                  size_t len)
{
    uint8_t text[NAME_LEN_MAX];
    if (prefix[0] == '\0')
        return name_from_text(into, host, len) ? HOSTNAME_OK : HOSTNAME_LENGTH;
    struct writer w = writer_over(text, sizeof text);
    writer_octets(&w, prefix, strlen(prefix));
    bool root = len == 1 && host[0] == '.';
    if (!root) {
        writer_u8(&w, '.');
        writer_octets(&w, host, len);
    }
    return !w.failed && name_from_text(into, text, w.at) ? HOSTNAME_OK : HOSTNAME_LENGTH;
}
