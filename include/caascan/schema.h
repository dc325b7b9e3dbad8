/* schema.h: the keys of a record, in order, and the constants of the file around it.
 *
 * A record is one JSON object on one line: every key, always, in this order, ASCII only. Keys may
 * be added at the end; none is renamed or moved. caascan-records(5) is the prose.
 */
#ifndef CAASCAN_SCHEMA_H
#define CAASCAN_SCHEMA_H

#define CAASCAN_SCHEMA "caascan/1"
#define CAASCAN_SCHEMA_VERSION 1

/* X(key, DuckDB type) */
#define CAASCAN_KEYS(X)                                                                            \
    X(v, "INTEGER")                                                                                \
    X(scan, "VARCHAR")                                                                             \
    X(mode, "VARCHAR")                                                                             \
    X(vantage, "VARCHAR")                                                                          \
    X(row, "BIGINT")                                                                               \
    X(prefix, "VARCHAR")                                                                           \
    X(pass, "INTEGER")                                                                             \
    X(rank, "BIGINT")                                                                              \
    X(input, "VARCHAR")                                                                            \
    X(extra, "VARCHAR[]")                                                                          \
    X(name, "VARCHAR")                                                                             \
    X(wildcard, "BOOLEAN")                                                                         \
    X(outcome, "VARCHAR")                                                                          \
    X(error_class, "VARCHAR")                                                                      \
    X(error_at, "VARCHAR")                                                                         \
    X(error_name, "VARCHAR")                                                                       \
    X(exists, "VARCHAR")                                                                           \
    X(own, "VARCHAR")                                                                              \
    X(found_at, "VARCHAR")                                                                         \
    X(depth, "INTEGER")                                                                            \
    X(rrset_owner, "VARCHAR")                                                                      \
    X(chain, "STRUCT(owner VARCHAR, kind VARCHAR, target VARCHAR, ttl BIGINT)[]")                  \
    X(caa, "STRUCT(flags INTEGER, tag VARCHAR, value VARCHAR, ttl BIGINT, rdata_error VARCHAR, "   \
           "rdata VARCHAR)[]")                                                                     \
    X(zone, "VARCHAR")                                                                             \
    X(ns, "VARCHAR[]")                                                                             \
    X(set_zone, "VARCHAR")                                                                         \
    X(set_ns, "VARCHAR[]")                                                                         \
    X(levels, "STRUCT(name VARCHAR, outcome VARCHAR, rcode INTEGER, chain STRUCT(owner VARCHAR, "  \
              "kind VARCHAR, target VARCHAR, ttl BIGINT)[], source VARCHAR, age INTEGER, server "  \
              "VARCHAR, protocol VARCHAR, rtt DOUBLE, attempts INTEGER, ad BOOLEAN, ede "          \
              "INTEGER[], dnssec VARCHAR, tried STRUCT(server VARCHAR, result VARCHAR)[])[]")      \
    X(notes, "STRUCT(kind VARCHAR, at VARCHAR, detail VARCHAR)[]")                                 \
    X(control, "STRUCT(at VARCHAR, server VARCHAR, type VARCHAR, cd BOOLEAN, rcode INTEGER, "      \
               "answered BOOLEAN, caa STRUCT(flags INTEGER, tag VARCHAR, value VARCHAR, ttl "      \
               "BIGINT, rdata_error VARCHAR, rdata VARCHAR)[])[]")                                 \
    X(alt, "STRUCT(rfc6844 STRUCT(outcome VARCHAR, error_class VARCHAR, found_at VARCHAR, depth "  \
           "INTEGER, rrset_owner VARCHAR), erratum5065 STRUCT(outcome VARCHAR, error_class "       \
           "VARCHAR, found_at VARCHAR, depth INTEGER, rrset_owner VARCHAR))")                      \
    X(dnssec, "VARCHAR")                                                                           \
    X(ds, "VARCHAR")                                                                               \
    X(ad, "BOOLEAN")                                                                               \
    X(queries, "INTEGER")                                                                          \
    X(retries, "INTEGER")                                                                          \
    X(duration, "DOUBLE")                                                                          \
    X(timestamp, "TIMESTAMP")

#define CAASCAN_KEY_ENUM(key, type) KEY_##key,
enum schema_key { CAASCAN_KEYS(CAASCAN_KEY_ENUM) KEY_COUNT };

/* The file is a run of independent zstd frames. Before each stands a skippable frame of 12 octets
 * as pzstd writes it: magic, the length 4, and the length of the frame behind it, all little
 * endian. The first frame behind such a header is itself skippable and holds the scan's metadata as
 * one JSON object. */
#define FRAME_HEADER_MAGIC 0x184D2A50u
#define FRAME_HEADER_LEN 12u
#define FRAME_METADATA_MAGIC 0x184D2A51u

/* Raw octets of records in a frame, at most: one record is that long or shorter. Most have
 * 768 KiB. */
#define FRAME_RAW_LEN (4u << 20)

/* Longest `input` kept in a record, in octets before escaping. */
#define RECORD_INPUT_MAX 1024u

#endif
