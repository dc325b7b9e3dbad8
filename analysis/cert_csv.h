/* cert_csv.h: a CSV file of certificates, row by row.
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

#include "cert_row.h"

/* Bad rows that are told one by one. */
#define CERT_CSV_TOLD_MAX 10u

/* What takes the rows. False ends the reading; the taker has said why. */
struct cert_sink {
    bool (*take)(void *context, const struct cert_row *row);
    void *context;
};

/* Reads all rows of a file, or of standard input where path is "-". Bad ones are left out, told by
 * line and value, and counted. False after a message: no such header, or the file can't be read;
 * and where the sink ended it. */
bool cert_csv_read(const char *path, const struct cert_sink *sink, uint64_t *bad_rows);

/* The same for a stream that is open; label names it. */
bool cert_csv_read_stream(FILE *file, const char *label, const struct cert_sink *sink,
                          uint64_t *bad_rows);

#endif
