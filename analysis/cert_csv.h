/* cert_csv.h: a CSV file of certificates into a list.
 *
 * Columns are found by the words of the header, case, blanks and _ - apart: name (also domain,
 * dnsname, commonname, host, hostname, san), issuer (issuero, issuerorganization, issuername,
 * organization, ca), notbefore (validfrom, issued), and wildcard (iswildcard), which may be
 * missing. Other columns are passed over. A row is one line: libcsv reads each line afresh, so that
 * a stray quote spoils its own row alone.
 */
#ifndef CERT_CSV_H
#define CERT_CSV_H

#include <stdio.h>

#include "cert_list.h"

/* Bad rows that are told one by one. */
#define CERT_CSV_TOLD_MAX 10u

/* Reads all rows. Bad ones are left out, told by line and value, and counted. False after a
 * message: no such header, the file can't be read, or no memory. label names the file. */
bool cert_csv_read(FILE *file, const char *label, struct cert_list *list, uint64_t *bad_rows);

#endif
