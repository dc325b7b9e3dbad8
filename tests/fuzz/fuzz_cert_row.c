/* Any octets as the cells of a row of certificates, one a line: what is accepted is a host name
 * that survives being read again, with a time that exists; and issuers of any content are looked
 * up. */
#include <stdlib.h>

#include "caa_organisation.h"
#include "cert_row.h"
#include "require.h"

static void check_time(uint64_t time)
{
    unsigned day = (unsigned)(time / 1000000);
    require(day % 100 >= 1 && day % 100 <= 31 && day / 100 % 100 >= 1 && day / 100 % 100 <= 12);
    require(time % 100 <= 60 && time / 100 % 100 <= 59 && time / 10000 % 100 <= 23);
}

static void check_row(const struct cert_cells *cells, const struct cert_row *row)
{
    require(row->name_len >= 1 && row->name_len <= CERT_ROW_NAME_MAX);
    require(row->issuer.len >= 1 && row->issuer.len <= cells->issuer.len);
    check_time(row->not_before);
    struct cert_cells again = *cells;
    struct cert_row same;
    again.name = caa_text_of(row->name, row->name_len);
    require(!caa_text_has_upper(again.name));
    require(cert_row_read(&again, &same).what == NULL);
    require(caa_text_equal(again.name, caa_text_of(same.name, same.name_len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    /* A block of its own, so that a sanitizer sees its end. */
    uint8_t *copy = malloc(len);
    require(copy != NULL || len == 0);
    if (len > 0)
        memcpy(copy, data, len);
    struct caa_text rest = caa_text_of(copy, len);
    struct cert_cells cells;
    cells.name = caa_text_cut(&rest, '\n');
    cells.not_before = caa_text_cut(&rest, '\n');
    cells.wildcard = caa_text_cut(&rest, '\n');
    cells.issuer = rest;
    const char *known = caa_organisation_operator(cells.issuer);
    require(known == NULL || caa_organisation_operator(caa_text_from(known)) != NULL);
    struct cert_row row;
    struct cert_fault fault = cert_row_read(&cells, &row);
    if (fault.what == NULL)
        check_row(&cells, &row);
    free(copy);
    return 0;
}
