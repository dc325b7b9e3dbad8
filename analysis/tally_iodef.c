#include "tally_iodef.h"

void tally_iodef_init(struct tally_iodef *tally)
{
    *tally = (struct tally_iodef){0};
    for (size_t i = 0; i < CAA_IODEF_SCHEME_COUNT; i++)
        distinct_init(&tally->schemes[i].targets);
}

void tally_iodef_fini(struct tally_iodef *tally)
{
    for (size_t i = 0; i < CAA_IODEF_SCHEME_COUNT; i++)
        distinct_fini(&tally->schemes[i].targets);
}

/* What the records of one name have shown of a scheme. */
struct shown {
    bool any, valid, same_domain;
};

static bool add_record(struct iodef_count *count, const struct caa_record *record,
                       const struct tally_row *row, struct shown *shown)
{
    uint8_t folded[UINT16_MAX]; /* a value is shorter than RDATA */
    bool valid = record->value_error == CAA_VALUE_NONE;
    shown->any = true;
    shown->valid |= valid;
    shown->same_domain |= valid && tally_row_is_within(row, caa_iodef_domain(record->text));
    count->records++;
    size_t len = caa_text_fold(record->text, folded, sizeof folded);
    return distinct_add(&count->targets, caa_text_of(folded, len));
}

bool tally_iodef_add(struct tally_iodef *tally, const struct tally_row *row)
{
    const struct caa_set *set = &row->record->set;
    struct shown shown[CAA_IODEF_SCHEME_COUNT] = {{false, false, false}};
    for (size_t i = 0; i < set->count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->property != CAA_PROPERTY_IODEF)
            continue;
        enum caa_iodef_scheme scheme = caa_iodef_scheme_of(record->text);
        if (!add_record(&tally->schemes[scheme], record, row, &shown[scheme]))
            return false;
    }
    for (size_t i = 0; i < CAA_IODEF_SCHEME_COUNT; i++) {
        tally->schemes[i].names += shown[i].any;
        tally->schemes[i].valid += shown[i].valid;
        tally->schemes[i].same_domain += shown[i].same_domain;
    }
    return true;
}

bool tally_iodef_merge(struct tally_iodef *into, const struct tally_iodef *from)
{
    for (size_t i = 0; i < CAA_IODEF_SCHEME_COUNT; i++) {
        struct iodef_count *sum = &into->schemes[i];
        const struct iodef_count *more = &from->schemes[i];
        sum->names += more->names;
        sum->records += more->records;
        sum->valid += more->valid;
        sum->same_domain += more->same_domain;
        if (!distinct_merge(&sum->targets, &more->targets))
            return false;
    }
    return true;
}
