#include "tally_names.h"

void tally_names_init(struct tally_names *tally)
{
    tally_operators_init(&tally->operators);
    tally_consistency_init(&tally->consistency);
    tally_dnssec_init(&tally->dnssec);
    tally_alt_init(&tally->alt);
}

void tally_names_fini(struct tally_names *tally)
{
    tally_operators_fini(&tally->operators);
    tally_consistency_fini(&tally->consistency);
    tally_dnssec_fini(&tally->dnssec);
    tally_alt_fini(&tally->alt);
}

bool tally_names_add(struct tally_names *tally, const struct tally_row *row)
{
    const struct record_view *record = row->record;
    /* Most names have neither. */
    return tally_operators_add(&tally->operators, row) &&
           (record->notes == 0 || tally_consistency_add(&tally->consistency, row)) &&
           tally_dnssec_add(&tally->dnssec, row) &&
           (record->alt_json.len <= sizeof "null" - 1 || tally_alt_add(&tally->alt, row));
}

bool tally_names_merge(struct tally_names *into, const struct tally_names *from,
                       const struct tally_numbers *numbers)
{
    return tally_operators_merge(&into->operators, &from->operators, numbers) &&
           tally_consistency_merge(&into->consistency, &from->consistency, numbers) &&
           tally_dnssec_merge(&into->dnssec, &from->dnssec, numbers) &&
           tally_alt_merge(&into->alt, &from->alt, numbers);
}
