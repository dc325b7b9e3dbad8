/* set_form.h: a CAA set in one form, so that two sets that say the same are the same octets.
 *
 * Records are ordered and each stands once. Tags are in lower case. In values of issue-type
 * properties that fit the grammar the issuer and the tags of parameters are in lower case too, and
 * blanks around them are gone; all other values stay as they are. TTLs do not count. Malformed
 * RDATA counts by its error and its critical bit alone.
 */
#ifndef SET_FORM_H
#define SET_FORM_H

#include "caa_record.h"
#include "octet_buffer.h"

/* Scratch memory, one per thread. */
struct set_form {
    struct octet_buffer records;
    struct caa_text *order;
    size_t order_cap;
};

void set_form_fini(struct set_form *form);

/* Puts the form of the set at the end of out; nothing for an empty set. */
void set_form_put(struct set_form *form, const struct caa_set *set, struct octet_buffer *out);

/* A set read from its form. Owns the array of records, which borrow from the form. */
struct set_records {
    struct caa_record *list;
    size_t cap;
    struct caa_set set;
};

/* Reads a form. False without memory, or where the octets are none. */
bool set_records_read(struct set_records *records, struct caa_text octets);
void set_records_fini(struct set_records *records);

/* Puts the set as text of printable ASCII: flags, tag and value of each record, with " | " between.
 * Octets outside of it, backslash and bar are written as \DDD. With `masked` what differs from
 * customer to customer of one operator stands as "*": the values of iodef, contactemail and
 * contactphone, and of the parameter accounturi. An empty set is "empty". */
void set_form_put_text(const struct caa_set *set, bool masked, struct octet_buffer *out);

#endif
