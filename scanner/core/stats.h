/* stats.h: what a worker counts. One struct per worker, written by that worker alone and readable
 * by any thread at any time: relaxed loads and stores, no read-modify-write. A reader may see one
 * counter older than another; sums are exact once the workers have stopped.
 */
#ifndef CAASCAN_STATS_H
#define CAASCAN_STATS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caascan/term.h"

/* X(ENUMERATOR, "word", "what it counts"). Counters per outcome and per error class follow these,
 * under the words of term.h. */
#define STATS_COUNTERS(X)                                                                          \
    X(ADMITTED, "admitted", "names taken from the input")                                          \
    X(RECORDED, "recorded", "records written to a chunk")                                          \
    X(QUERIES, "queries", "queries sent, repeats included")                                        \
    X(RETRIES, "retries", "queries that repeat an earlier one")                                    \
    X(TCP_QUERIES, "tcp_queries", "queries sent over TCP")                                         \
    X(REPLIES, "replies", "replies accepted")                                                      \
    X(LATE_REPLIES, "late_replies", "of these, to queries that had been repeated by then")         \
    X(CACHE_HITS, "cache_hits", "questions answered from the cache")                               \
    X(VERIFIED, "verified", "replies whose signatures were verified")                              \
    X(BOGUS, "bogus", "replies whose signatures or proofs are wrong or missing")                   \
    X(JOINED, "joined", "questions that waited for an equal one in flight")                        \
    X(WRONG_PEER, "wrong_peer", "datagrams from an address or port that was not asked")            \
    X(WRONG_ID, "wrong_id", "replies whose id matches no query to that server")                    \
    X(WRONG_QUESTION, "wrong_question", "replies with another question than was asked")            \
    X(NOT_A_REPLY, "not_a_reply", "messages with QR=0")                                            \
    X(MALFORMED, "malformed", "messages that can't be parsed")                                     \
    X(SENDS_FAILED, "sends_failed", "queries that the local system refused to send")               \
    X(TRAINS, "trains", "sends that carried several datagrams (UDP_SEGMENT)")                      \
    X(TRAIN_DATAGRAMS, "train_datagrams", "datagrams sent so")                                     \
    X(TRAINS_REFUSED, "trains_refused", "sends the system refused for that; then it isn't used")   \
    X(LOCAL_DROPS, "local_drops", "datagrams that the local socket buffers dropped")               \
    X(OCTETS_SENT, "octets_sent", "octets of DNS messages sent")                                   \
    X(OCTETS_RECEIVED, "octets_received", "octets of datagrams and TCP messages received")         \
    X(IN_FLIGHT, "in_flight", "gauge: queries waiting for a reply now")                            \
    X(WINDOW, "window", "gauge: queries that may be under way now, late ones apart")

#define STATS_ENUM(name, word, text) COUNTER_##name,
#define STATS_ENUM_OUTCOME(name, word) COUNTER_OUTCOME_##name,
#define STATS_ENUM_CLASS(name, word) COUNTER_CLASS_##name,

enum counter {
    STATS_COUNTERS(STATS_ENUM) CAASCAN_OUTCOMES(STATS_ENUM_OUTCOME)
        CAASCAN_CLASSES(STATS_ENUM_CLASS) COUNTER_COUNT
};

/* Counters before this one are those of STATS_COUNTERS. */
#define COUNTER_PLAIN_COUNT ((unsigned)COUNTER_OUTCOME_FOUND)

struct stats {
    _Alignas(64) _Atomic uint64_t value[COUNTER_COUNT]; /* aligned: no line shared by two workers */
};

/* Rows with this outcome. */
static inline enum counter stats_outcome(enum outcome outcome)
{
    return (enum counter)(COUNTER_OUTCOME_FOUND + (unsigned)outcome);
}

/* Rows decided by this class, which must not be CLASS_NONE. */
static inline enum counter stats_class(enum error_class class)
{
    return (enum counter)(COUNTER_CLASS_TIMEOUT + (unsigned)class - (unsigned)CLASS_TIMEOUT);
}

/* For the thread that owns *s alone. */
static inline void stats_add(struct stats *s, enum counter counter, uint64_t n)
{
    uint64_t old = atomic_load_explicit(&s->value[counter], memory_order_relaxed);
    atomic_store_explicit(&s->value[counter], old + n, memory_order_relaxed);
}

/* Sets a gauge. For the thread that owns *s alone. */
static inline void stats_set(struct stats *s, enum counter counter, uint64_t n)
{
    atomic_store_explicit(&s->value[counter], n, memory_order_relaxed);
}

/* A gauge says how it is now; the other counters add up over the scan. */
static inline bool stats_is_gauge(enum counter counter)
{
    return counter == COUNTER_IN_FLIGHT || counter == COUNTER_WINDOW;
}

/* Any thread. */
static inline uint64_t stats_get(const struct stats *s, enum counter counter)
{
    return atomic_load_explicit(&s->value[counter], memory_order_relaxed);
}

/* Overwrites out with the sums over `count` structs; gauges are summed too. Any thread. */
void stats_sum(uint64_t out[COUNTER_COUNT], const struct stats *stats, size_t count);

/* The counter's word: that of STATS_COUNTERS, the outcome's or the error class's. */
const char *stats_word(enum counter counter);

#endif
