#include "idn.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

/* No label of 63 octets comes from a longer UTF-8 text that is worth a conversion. */
#define LABEL_UTF8_MAX 255u

static bool all_ascii(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= 0x80)
            return false;
    }
    return true;
}

static size_t append(char out[IDN_TEXT_MAX], size_t at, const void *text, size_t len)
{
    if (len > IDN_TEXT_MAX - at)
        return 0;
    memcpy(out + at, text, len);
    return at + len;
}

/* Appends one label at `at`. Returns the new length, 0 on failure. */
static size_t append_label(char out[IDN_TEXT_MAX], size_t at, const uint8_t *label, size_t len)
{
    if (all_ascii(label, len))
        return append(out, at, label, len);
    if (len > LABEL_UTF8_MAX || memchr(label, 0, len) != NULL)
        return 0;
    uint8_t text[LABEL_UTF8_MAX + 1];
    memcpy(text, label, len);
    text[len] = 0;
    uint8_t *converted = NULL;
    if (idn2_lookup_u8(text, &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return 0;
    size_t converted_len = strlen((const char *)converted);
    /* Nothing is left of a label of ignorable code points. */
    at = converted_len > 0 ? append(out, at, converted, converted_len) : 0;
    idn2_free(converted);
    return at;
}

size_t idn_to_ascii(const uint8_t *text, size_t len, char out[IDN_TEXT_MAX])
{
    size_t at = 0;
    const uint8_t *end = text + len;
    for (;;) {
        const uint8_t *dot = memchr(text, '.', (size_t)(end - text));
        size_t label_len = (size_t)((dot != NULL ? dot : end) - text);
        if (label_len > 0)
            at = append_label(out, at, text, label_len);
        if (dot == NULL || (label_len > 0 && at == 0))
            return at;
        at = append(out, at, ".", 1);
        if (at == 0)
            return 0;
        text = dot + 1;
    }
}
