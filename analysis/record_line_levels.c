/* The levels of a record, which are only gone over. */
#include "record_line_parts.h"

static void skip_level_verdict(struct json_cursor *c)
{
    if (JSON_CURSOR_TRY(c, ",\"outcome\":\"nodata\",\"rcode\":0,\"chain\":[],\"source\":"))
        return;
    JSON_CURSOR_TAKE(c, ",\"outcome\":");
    json_cursor_skip_string(c);
    JSON_CURSOR_TAKE(c, ",\"rcode\":");
    json_cursor_int_or_null(c);
    JSON_CURSOR_TAKE(c, ",\"chain\":");
    json_cursor_skip_array(c);
    JSON_CURSOR_TAKE(c, ",\"source\":");
}

static void skip_level_exchange(struct json_cursor *c)
{
    if (!JSON_CURSOR_TRY(c, "\"asked\",\"age\":0,\"server\":")) {
        if (!JSON_CURSOR_TRY(c, "\"cached\",\"age\":")) {
            json_cursor_skip_string(c);
            JSON_CURSOR_TAKE(c, ",\"age\":");
        }
        json_cursor_int_or_null(c);
        JSON_CURSOR_TAKE(c, ",\"server\":");
    }
    json_cursor_string_or_null(c);
    if (!JSON_CURSOR_TRY(c, ",\"protocol\":\"udp\",\"rtt\":")) {
        JSON_CURSOR_TAKE(c, ",\"protocol\":");
        json_cursor_skip_value(c);
        JSON_CURSOR_TAKE(c, ",\"rtt\":");
    }
    if (!JSON_CURSOR_TRY(c, "null"))
        json_cursor_skip_number(c);
}

static void skip_level_security(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, ",\"ad\":");
    json_cursor_skip_value(c);
    if (JSON_CURSOR_TRY(c, ",\"ede\":[],\"dnssec\":\"unchecked\",\"tried\":[]"))
        return;
    JSON_CURSOR_TAKE(c, ",\"ede\":");
    json_cursor_skip_array(c);
    JSON_CURSOR_TAKE(c, ",\"dnssec\":");
    json_cursor_skip_string(c);
    JSON_CURSOR_TAKE(c, ",\"tried\":");
    json_cursor_skip_array(c);
}

/* From attempts on. */
static void skip_level_end(struct json_cursor *c)
{
    if (JSON_CURSOR_TRY(c, ",\"attempts\":1,\"ad\":null,\"ede\":[],\"dnssec\":\"unchecked\","
                           "\"tried\":[]}"))
        return;
    JSON_CURSOR_TAKE(c, ",\"attempts\":");
    json_cursor_int(c);
    skip_level_security(c);
    JSON_CURSOR_TAKE(c, "}");
}

/* Moves past one level as the scanner writes it. */
static void skip_level(struct json_cursor *c)
{
    JSON_CURSOR_TAKE(c, "{\"name\":");
    json_cursor_skip_string(c);
    skip_level_verdict(c);
    skip_level_exchange(c);
    skip_level_end(c);
}

struct caa_text record_line_levels(struct json_cursor *c)
{
    const struct json_cursor before = *c;
    JSON_CURSOR_TAKE(c, "[");
    if (!JSON_CURSOR_TRY(c, "]")) {
        do
            skip_level(c);
        while (JSON_CURSOR_TRY(c, ","));
        JSON_CURSOR_TAKE(c, "]");
    }
    if (c->ok || !before.ok)
        return record_line_since(c, before.p);
    *c = before;
    return record_line_array(c);
}
