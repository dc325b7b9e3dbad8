/* caa_rfc6844.h: the grammar of issue-type values before RFC 8659. */
#ifndef CAA_RFC6844_H
#define CAA_RFC6844_H

#include "caa_text.h"

/* Does text fit "issuevalue" of RFC 6844 section 5.2? Parameters are separated by blanks there, the
 * first ";" stands once, parameter tags have no hyphen, and values may hold ";". */
bool caa_rfc6844_accepts(struct caa_text text);

#endif
