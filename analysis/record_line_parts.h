/* record_line_parts.h: what the files of the strict scanner share. Only for record_line*.c.
 *
 * A cursor goes over the line from key to key; what most records have alike is taken in one piece
 * where it stands so.
 */
#ifndef RECORD_LINE_PARTS_H
#define RECORD_LINE_PARTS_H

#include "json_cursor.h"
#include "record_line.h"

/* Every key of the record but the first has a comma before it. */
#define RECORD_LINE_KEY(c, key)                                                                    \
    do {                                                                                           \
        if (JSON_CURSOR_TAKE(c, ",\"" #key "\":"))                                                 \
            (c)->mark = #key;                                                                      \
    } while (0)

/* What the cursor went over since it was at `from`. */
static inline struct caa_text record_line_since(const struct json_cursor *c, const uint8_t *from)
{
    return caa_text_of(from, (size_t)(c->p - from));
}

/* The octets of the array that stands next. */
static inline struct caa_text record_line_array(struct json_cursor *c)
{
    const uint8_t *from = c->p;
    json_cursor_skip_array(c);
    return record_line_since(c, from);
}

/* The levels, whose octets it returns. Those with other keys, or in another order, are gone over as
 * any array. */
struct caa_text record_line_levels(struct json_cursor *c);

/* The CAA set. One that may be stored is only gone over: what the store has of it is asked for
 * while the rest of the line is read, by record_line_guess_set, and looked at in the end, by
 * record_line_settle_set. */
void record_line_set(struct json_cursor *c, struct record_line *reader, struct record_view *r);
void record_line_guess_set(struct record_line *reader, struct record_view *r);
void record_line_settle_set(struct json_cursor *c, struct record_line *reader,
                            struct record_view *r);

/* From the beginning of the line up to the value of `vantage`. */
void record_line_lead(struct json_cursor *c, struct record_line *reader, struct record_view *r);

/* The timestamp. */
void record_line_time(struct json_cursor *c, struct record_line *reader, struct record_view *r);

#endif
