/* Any octets as a field with a host name. What is found lies within the field, holds only octets
 * that a host name has, makes a name that reads back as the same text, and is found again in that
 * text and in a URL around it. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "hostname.h"
#include "idn.h"
#include "require.h"

static void check_found_again(const char *text, size_t len)
{
    char url[NAME_LEN_MAX + 32];
    int url_len = snprintf(url, sizeof url, "https://%.*s.:443/x@", (int)len, text);
    require(url_len > 0 && (size_t)url_len < sizeof url);
    const uint8_t *in_url = (const uint8_t *)url;
    struct hostname host;
    bool root = len == 1 && text[0] == '.';
    require(hostname_find(in_url + 8, len, &host) == HOSTNAME_OK);
    require(host.len == len && host.ascii && !host.wildcard);
    if (root)
        return;
    require(hostname_find(in_url, (size_t)url_len, &host) == HOSTNAME_OK);
    require(host.len == len && memcmp(host.text, text, len) == 0);
}

static void check_name(const uint8_t *host, size_t len)
{
    struct name_buffer name, prefixed;
    char text[NAME_TEXT_MAX];
    if (hostname_name(&name, "", host, len) != HOSTNAME_OK)
        return;
    size_t text_len = name_text(name_of(&name), text);
    for (size_t i = 0; i < text_len; i++)
        require((uint8_t)text[i] == ascii_lower(host[i]));
    check_found_again(text, text_len);
    bool fits = name.len + 4u <= NAME_LEN_MAX;
    require((hostname_name(&prefixed, "www", host, len) == HOSTNAME_OK) == fits);
    if (fits)
        require(name_within(name_of(&prefixed), name_of(&name)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct hostname host;
    if (hostname_find(data, len, &host) != HOSTNAME_OK) {
        require(host.len == 0);
        return 0;
    }
    require(host.len > 0 && host.text >= data && host.text + host.len <= data + len);
    require(host.ascii == (hostname_check(host.text, host.len) == HOSTNAME_OK));
    if (host.ascii) {
        check_name(host.text, host.len);
        return 0;
    }
    char converted[IDN_TEXT_MAX];
    size_t converted_len = idn_to_ascii(host.text, host.len, converted);
    require(converted_len <= sizeof converted);
    const uint8_t *text = (const uint8_t *)converted;
    if (converted_len > 0 && hostname_check(text, converted_len) == HOSTNAME_OK)
        check_name(text, converted_len);
    return 0;
}
