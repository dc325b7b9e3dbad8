/* What a record begins with: mostly what the line before did. */
#include <stdatomic.h>
#include <string.h>

#include "caascan/schema.h"
#include "record_line_parts.h"

/* The text of the line that stands where `text` stands in the line before. */
static struct caa_text moved(struct caa_text text, const uint8_t *before, const uint8_t *line)
{
    return text.octets != NULL ? caa_text_of(line + (text.octets - before), text.len) : text;
}

/* Lines of a file begin alike, so octets that were taken once need not be taken apart again. */
static bool try_lead(struct json_cursor *c, const struct record_lead *lead, struct record_view *r)
{
    const uint8_t *line = c->p;
    if (lead->len == 0 || !json_cursor_try(c, (const char *)lead->octets, lead->len))
        return false;
    c->mark = "vantage";
    r->scan = moved(lead->scan, lead->octets, line);
    r->vantage = moved(lead->vantage, lead->octets, line);
    r->mode = lead->mode;
    r->lead = lead->number;
    return true;
}

static _Atomic(uint64_t) lead_count; /* of all readers */

/* Texts without their escapes stand elsewhere than in the line, so such leads are not kept. */
static void keep_lead(const struct json_cursor *c, struct record_line *reader,
                      const struct record_view *r)
{
    struct record_lead *lead = &reader->lead;
    size_t len = (size_t)(c->p - r->line);
    if (!c->ok || len > sizeof lead->octets || c->scratch != reader->scratch)
        return;
    memcpy(lead->octets, r->line, len);
    lead->len = len;
    lead->scan = moved(r->scan, r->line, lead->octets);
    lead->vantage = moved(r->vantage, r->line, lead->octets);
    lead->mode = r->mode;
    lead->number = atomic_fetch_add_explicit(&lead_count, 1, memory_order_relaxed) + 1;
}

void record_line_lead(struct json_cursor *c, struct record_line *reader, struct record_view *r)
{
    if (try_lead(c, &reader->lead, r))
        return;
    c->mark = "v";
    JSON_CURSOR_TAKE(c, "{\"v\":");
    if (json_cursor_int(c) != CAASCAN_SCHEMA_VERSION)
        json_cursor_fail(c);
    RECORD_LINE_KEY(c, scan);
    r->scan = json_cursor_string(c);
    RECORD_LINE_KEY(c, mode);
    r->mode = json_cursor_word(c, mode_word, MODE_COUNT);
    RECORD_LINE_KEY(c, vantage);
    r->vantage = json_cursor_string_or_null(c);
    keep_lead(c, reader, r);
}
