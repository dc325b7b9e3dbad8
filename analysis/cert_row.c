#include "cert_row.h"

/* Takes so many digits off the front. False if they are not there. */
static bool take_number(struct caa_text *rest, size_t digits, unsigned *out)
{
    *out = 0;
    if (rest->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!caa_text_is_digit(rest->octets[i]))
            return false;
        *out = *out * 10 + (unsigned)(rest->octets[i] - '0');
    }
    *rest = caa_text_after(*rest, digits);
    return true;
}

static bool take_octet(struct caa_text *rest, const char *any_of)
{
    if (rest->len == 0 || rest->octets[0] == 0 || strchr(any_of, rest->octets[0]) == NULL)
        return false;
    *rest = caa_text_after(*rest, 1);
    return true;
}

struct moment {
    unsigned year, month, day, hour, minute, second;
};

static unsigned days_of(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool number_of(const struct moment *m, uint64_t *out)
{
    if (m->month < 1 || m->month > 12 || m->day < 1 || m->day > days_of(m->year, m->month) ||
        m->hour > 23 || m->minute > 59 || m->second > 60)
        return false;
    uint64_t day = ((uint64_t)m->year * 100 + m->month) * 100 + m->day;
    *out = ((day * 100 + m->hour) * 100 + m->minute) * 100 + m->second;
    return true;
}

static bool take_clock(struct caa_text *rest, struct moment *m)
{
    if (!take_number(rest, 2, &m->hour) || !take_octet(rest, ":") ||
        !take_number(rest, 2, &m->minute) || !take_octet(rest, ":") ||
        !take_number(rest, 2, &m->second))
        return false;
    if (take_octet(rest, ".")) {
        unsigned digit;
        if (!take_number(rest, 1, &digit))
            return false;
        while (take_number(rest, 1, &digit)) {}
    }
    return true;
}

static bool is_utc(struct caa_text zone)
{
    static const char *const words[] = {"", "z", "utc", "gmt", "+00:00", "+00", "+0000"};
    zone = caa_text_trim(zone);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (caa_text_equal_folded(zone, caa_text_from(words[i])))
            return true;
    }
    return false;
}

/* 2026-03-01, and what may stand behind it. */
static bool read_dashed(struct caa_text rest, struct moment *m)
{
    if (!take_number(&rest, 4, &m->year) || !take_octet(&rest, "-") ||
        !take_number(&rest, 2, &m->month) || !take_octet(&rest, "-") ||
        !take_number(&rest, 2, &m->day))
        return false;
    if (rest.len == 0)
        return true;
    return take_octet(&rest, "Tt ") && take_clock(&rest, m) && is_utc(rest);
}

/* 20260301120000Z */
static bool read_plain(struct caa_text rest, struct moment *m)
{
    return take_number(&rest, 4, &m->year) && take_number(&rest, 2, &m->month) &&
           take_number(&rest, 2, &m->day) && take_number(&rest, 2, &m->hour) &&
           take_number(&rest, 2, &m->minute) && take_number(&rest, 2, &m->second) &&
           take_octet(&rest, "Zz") && rest.len == 0;
}

/* Mar  1 12:00:00 2026 GMT */
static bool read_openssl(struct caa_text rest, struct moment *m)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (m->month = 1; m->month <= 12; m->month++) {
        struct caa_text month = caa_text_of(months + 3 * (size_t)(m->month - 1), 3);
        if (rest.len > 3 && caa_text_equal_folded(caa_text_before(rest, 3), month))
            break;
    }
    if (m->month > 12)
        return false;
    rest = caa_text_trim(caa_text_after(rest, 3));
    bool two = rest.len > 1 && caa_text_is_digit(rest.octets[1]);
    if (!take_number(&rest, two ? 2 : 1, &m->day) || !take_octet(&rest, " ") ||
        !take_clock(&rest, m) || !take_octet(&rest, " ") || !take_number(&rest, 4, &m->year))
        return false;
    return rest.len > 0 && is_utc(rest);
}

bool cert_row_time(struct caa_text text, uint64_t *out)
{
    static bool (*const forms[])(struct caa_text, struct moment *) = {read_dashed, read_plain,
                                                                      read_openssl};
    text = caa_text_trim(text);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct moment moment = {0};
        if (forms[i](text, &moment))
            return number_of(&moment, out);
    }
    return false;
}

static bool is_name_octet(uint8_t octet)
{
    return caa_text_is_alnum_or_hyphen(octet) || octet == '_';
}

/* Labels of 1 to 63 letters, digits, hyphens and underscores. */
static bool is_name(struct caa_text name)
{
    if (name.len == 0 || name.len > CERT_ROW_NAME_MAX || name.octets[name.len - 1] == '.')
        return false;
    while (name.len > 0) {
        struct caa_text label = caa_text_cut(&name, '.');
        if (label.len == 0 || label.len > 63 || !caa_text_all(label, is_name_octet))
            return false;
    }
    return true;
}

static bool read_name(struct caa_text name, struct cert_row *out)
{
    name = caa_text_trim(name);
    if (name.len > 2 && memcmp(name.octets, "*.", 2) == 0) {
        out->wildcard = true;
        name = caa_text_after(name, 2);
    }
    if (name.len > 1 && name.octets[name.len - 1] == '.')
        name.len--;
    if (!is_name(name))
        return false;
    out->name_len = caa_text_fold(name, out->name, sizeof out->name);
    return true;
}

static bool read_wildcard(struct caa_text text, bool *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"", false},   {"0", false},  {"false", false}, {"f", false},
                 {"no", false}, {"n", false},  {"1", true},      {"true", true},
                 {"t", true},   {"yes", true}, {"y", true}};
    text = caa_text_trim(text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (caa_text_equal_folded(text, caa_text_from(words[i].word))) {
            *out |= words[i].value;
            return true;
        }
    }
    return false;
}

struct cert_fault cert_row_read(const struct cert_cells *cells, struct cert_row *out)
{
    *out = (struct cert_row){.issuer = caa_text_trim(cells->issuer)};
    if (!read_name(cells->name, out))
        return (struct cert_fault){"no host name in A-labels", cells->name};
    if (out->issuer.len == 0)
        return (struct cert_fault){"no issuer", cells->issuer};
    if (!cert_row_time(cells->not_before, &out->not_before))
        return (struct cert_fault){"notBefore is no UTC time", cells->not_before};
    if (!read_wildcard(cells->wildcard, &out->wildcard))
        return (struct cert_fault){"wildcard is neither true nor false", cells->wildcard};
    return (struct cert_fault){0};
}
