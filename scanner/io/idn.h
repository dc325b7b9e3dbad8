/* idn.h: internationalised host names to the ASCII form that the DNS carries (IDNA2008, RFC 5891).
 */
#ifndef CAASCAN_IDN_H
#define CAASCAN_IDN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDN_TEXT_MAX 256u

/* Converts UTF-8 text, label by label: a label of ASCII octets stays as it is (IDNA would refuse
 * real names and drop underscores), any other becomes its A-label with the non-transitional mapping
 * of UTS #46. Writes at most IDN_TEXT_MAX octets, no terminator, and returns how many; 0 if a label
 * can't be converted (invalid UTF-8, code points that IDNA disallows, too long). */
size_t idn_to_ascii(const uint8_t *text, size_t len, char out[IDN_TEXT_MAX]);

#endif
