#include "caa_record.h"

#include "caa_email.h"
#include "caa_iodef.h"
#include "caa_phone.h"
#include "caa_registry.h"
#include "caascan/caa_rdata.h"

bool caa_property_is_issue_type(enum caa_property property)
{
    return property == CAA_PROPERTY_ISSUE || property == CAA_PROPERTY_ISSUEWILD ||
           property == CAA_PROPERTY_ISSUEMAIL || property == CAA_PROPERTY_ISSUEVMC;
}

static struct caa_record malformed(uint8_t flags, enum rdata_error error)
{
    return (struct caa_record){.rdata_error = error,
                               .property = CAA_PROPERTY_MALFORMED,
                               .flags = flags,
                               .critical = (flags & CAA_FLAG_CRITICAL) != 0};
}

static void judge(struct caa_record *record)
{
    record->judged = true;
    switch (record->property) {
    case CAA_PROPERTY_ISSUE:
    case CAA_PROPERTY_ISSUEWILD:
    case CAA_PROPERTY_ISSUEMAIL:
    case CAA_PROPERTY_ISSUEVMC:
        record->value = caa_value_parse(record->text);
        record->value_error = record->value.error;
        return;
    case CAA_PROPERTY_IODEF:
        record->value_error = caa_iodef_check(record->text);
        return;
    case CAA_PROPERTY_CONTACTEMAIL:
        if (!caa_email_is_address(record->text))
            record->value_error = CAA_VALUE_BAD_EMAIL;
        return;
    case CAA_PROPERTY_CONTACTPHONE:
        if (!caa_phone_is_global_number(record->text))
            record->value_error = CAA_VALUE_BAD_PHONE;
        return;
    case CAA_PROPERTY_MALFORMED:
    case CAA_PROPERTY_UNKNOWN:
    case CAA_PROPERTY_RESERVED:
    case CAA_PROPERTY_COUNT:
        record->judged = false;
        return;
    }
}

struct caa_record caa_record_from_rdata(const uint8_t *rdata, size_t len)
{
    struct caa_rdata split;
    enum rdata_error error = caa_rdata_split(rdata, len, &split);
    if (error != RDATA_NONE)
        return malformed(split.flags, error);
    return caa_record_from_parts(split.flags, caa_text_of(split.tag, split.tag_len),
                                 caa_text_of(split.value, split.value_len));
}

struct caa_record caa_record_from_parts(uint8_t flags, struct caa_text tag, struct caa_text value)
{
    if (tag.len == 0)
        return malformed(flags, RDATA_TAG_LEN_ZERO);
    for (size_t i = 0; i < tag.len; i++) {
        if (!caa_tag_octet(tag.octets[i]))
            return malformed(flags, RDATA_TAG_BAD_CHAR);
    }
    struct caa_record record = {.property = caa_registry_property(tag),
                                .flags = flags,
                                .critical = (flags & CAA_FLAG_CRITICAL) != 0,
                                .tag = tag,
                                .text = value};
    judge(&record);
    return record;
}
