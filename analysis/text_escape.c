#include "text_escape.h"

/* Returns the octet behind the backslash at in.octets[*at] and moves *at past the escape, or -1. */
static int take_escape(struct caa_text in, size_t *at)
{
    const uint8_t *p = in.octets + *at + 1;
    size_t left = in.len - *at - 1;
    if (left >= 1 && *p == '\\') {
        *at += 2;
        return '\\';
    }
    if (left < 3)
        return -1;
    int octet = 0;
    for (int i = 0; i < 3; i++) {
        if (!caa_text_is_digit(p[i]))
            return -1;
        octet = octet * 10 + (p[i] - '0');
    }
    *at += 4;
    return octet <= 255 ? octet : -1;
}

bool text_escape_undo(struct caa_text in, uint8_t *out, size_t *out_len)
{
    uint8_t *to = out;
    for (size_t at = 0; at < in.len;) {
        if (in.octets[at] != '\\') {
            *to++ = in.octets[at++];
            continue;
        }
        int octet = take_escape(in, &at);
        if (octet < 0)
            return false;
        *to++ = (uint8_t)octet;
    }
    *out_len = (size_t)(to - out);
    return true;
}

static int hex_digit(uint8_t c)
{
    if (caa_text_is_digit(c))
        return c - '0';
    c = caa_text_fold_octet(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_escape_from_hex(struct caa_text in, uint8_t *out)
{
    if (in.len % 2 != 0)
        return false;
    for (size_t i = 0; i < in.len; i += 2) {
        int high = hex_digit(in.octets[i]);
        int low = hex_digit(in.octets[i + 1]);
        if (high < 0 || low < 0)
            return false;
        *out++ = (uint8_t)(high * 16 + low);
    }
    return true;
}
