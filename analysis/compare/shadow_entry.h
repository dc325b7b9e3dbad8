/* shadow_entry.h: a name and what governs it as an entry of a sort that puts every name right
 * before the names below it. Pure. */
#ifndef SHADOW_ENTRY_H
#define SHADOW_ENTRY_H

#include "compare_entry.h"

/* Makes the entry of a name. The key has its labels from the last to the first, a NUL behind each,
 * so that the key of an ancestor begins the keys of all below it; the body has its name and its
 * other entry. out[0] becomes the key and out[1] the body; false without memory. */
bool shadow_entry_put(struct caa_text name, struct caa_text body, struct octet_buffer out[2]);

/* Reads an entry; it borrows. False where it is none. */
bool shadow_entry_read(const struct sort_entry *stored, struct compare_entry *out);

/* Is it the key of a name above another? */
bool shadow_entry_is_above(struct caa_text ancestor, struct caa_text key);

#endif
