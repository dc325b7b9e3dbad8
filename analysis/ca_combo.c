#include "ca_combo.h"

#include <string.h>

void ca_combo_add(struct ca_combo *combo, const char *operator)
{
    size_t at = 0;
    while (at < combo->count && strcmp(combo->operators[at], operator) < 0)
        at++;
    if (at < combo->count && strcmp(combo->operators[at], operator) == 0)
        return;
    if (combo->count == CA_COMBO_MAX) {
        combo->more = true;
        return;
    }
    memmove(&combo->operators[at + 1], &combo->operators[at],
            (combo->count - at) * sizeof *combo->operators);
    combo->operators[at] = operator;
    combo->count++;
}

static size_t put(char room[CA_COMBO_LEN], size_t len, const char *word)
{
    const char *parts[] = {len > 0 ? " + " : "", word};
    for (size_t i = 0; i < 2; i++) {
        size_t part = strlen(parts[i]);
        part = part < CA_COMBO_LEN - len ? part : CA_COMBO_LEN - len;
        memcpy(room + len, parts[i], part);
        len += part;
    }
    return len;
}

struct caa_text ca_combo_name(const struct ca_combo *combo, char room[CA_COMBO_LEN])
{
    size_t len = 0;
    if (combo->more || combo->count + (combo->unknown ? 1 : 0) > CA_COMBO_MAX)
        return caa_text_of(room, put(room, 0, "more than 4 CAs"));
    for (size_t i = 0; i < combo->count; i++)
        len = put(room, len, combo->operators[i]);
    if (combo->unknown)
        len = put(room, len, "unknown CA");
    return caa_text_of(room, len > 0 ? len : put(room, 0, "no CA"));
}
