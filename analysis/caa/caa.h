/* caa.h: all of the library caa_policy, which says what CAA records mean (RFC 8659, 8657, 9495).
 *
 * The library does no I/O, allocates nothing, reads no clock and keeps no state, so any thread may
 * call anything at any time. Results are views into the caller's octets and live as long as those.
 * No octets are too odd for it: whatever a name server sends may be passed in as it came.
 *
 * A question takes three steps: make records of RDATA or of flags, tag and value (caa_record.h),
 * put them into a set, ask about the set (caa_policy.h, caa_lint.h). caa_policy(3) has an example.
 */
#ifndef CAA_H
#define CAA_H

#include "caa_divergence.h"
#include "caa_domain.h"
#include "caa_email.h"
#include "caa_iodef.h"
#include "caa_issuer.h"
#include "caa_lint.h"
#include "caa_organisation.h"
#include "caa_phone.h"
#include "caa_policy.h"
#include "caa_record.h"
#include "caa_registry.h"
#include "caa_rfc6844.h"
#include "caa_rfc8657.h"
#include "caa_text.h"
#include "caa_uri.h"
#include "caa_value.h"

#endif
