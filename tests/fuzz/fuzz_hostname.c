/* Any octets as a field with a host name. What is found lies within the field, holds only octets
 * that a host name has, makes a name that reads back as the same text, and is found again in that
 * text and in a URL around it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ascii.h"
#include "hostname.h"
#include "idn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_found_again(const char *text, size_t len)
{
    char url[8 + NAME_LEN_MAX + 8];
    memcpy(url, "https://", 8);
    memcpy(url + 8, text, len);
    memcpy(url + 8 + len, ".:443/x@", 8);
    struct hostname host;
    bool root = len == 1 && text[0] == '.';
    assert(hostname_find((const uint8_t *)url + 8, len, &host) == HOSTNAME_OK);
    assert(host.len == len && host.ascii && !host.wildcard);
    if (root)
        return;
    assert(hostname_find((const uint8_t *)url, len + 16, &host) == HOSTNAME_OK);
    assert(host.len == len && memcmp(host.text, text, len) == 0);
}

static void check_name(const uint8_t *host, size_t len)
{
    struct name_buffer name, prefixed;
    char text[NAME_TEXT_MAX];
    if (hostname_name(&name, "", host, len) != HOSTNAME_OK)
        return;
    size_t text_len = name_text(name_of(&name), text);
    for (size_t i = 0; i < text_len; i++)
        assert((uint8_t)text[i] == ascii_lower(host[i]));
    check_found_again(text, text_len);
    bool fits = name.len + 4u <= NAME_LEN_MAX;
    assert((hostname_name(&prefixed, "www", host, len) == HOSTNAME_OK) == fits);
    if (fits)
        assert(name_within(name_of(&prefixed), name_of(&name)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct hostname host;
    if (hostname_find(data, len, &host) != HOSTNAME_OK) {
        assert(host.len == 0);
        return 0;
    }
    assert(host.len > 0 && host.text >= data && host.text + host.len <= data + len);
    assert(host.ascii == (hostname_check(host.text, host.len) == HOSTNAME_OK));
    if (host.ascii) {
        check_name(host.text, host.len);
        return 0;
    }
    char converted[IDN_TEXT_MAX];
    size_t converted_len = idn_to_ascii(host.text, host.len, converted);
    assert(converted_len <= sizeof converted);
    const uint8_t *text = (const uint8_t *)converted;
    if (converted_len > 0 && hostname_check(text, converted_len) == HOSTNAME_OK)
        check_name(text, converted_len);
    return 0;
}
