/* job.h: one row in flight: its text, its climb, and what each level showed. One small struct; what
 * varies in size lives in the store. */
#ifndef CAASCAN_JOB_H
#define CAASCAN_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census.h"
#include "climb.h"
#include "context.h"
#include "record.h"
#include "recursion.h"
#include "resolve.h"
#include "store.h"
#include "target.h"

#define JOB_LEVELS_INLINE 5u
#define JOB_ABOVE 2u /* levels above the name that are looked for in the cache ahead of time */

struct job_level {
    uint32_t blob; /* the answer; 0: there was no room to keep it */
    uint32_t age_s : 24;
    uint32_t source : 8; /* enum answer_source */
};

/* Answers are kept for a day at most (CACHE_TTL_MAX_S). */
static inline struct job_level job_level_of(uint32_t blob, uint32_t age_s,
                                            enum answer_source source)
{
    return (struct job_level){
        .blob = blob, .age_s = age_s & 0xFFFFFFu, .source = (uint32_t)source & 0xFFu};
}

/* A search by an older rule, and its verdict once done. */
struct job_alt {
    struct recursion recursion;
    struct record_alt verdict[2]; /* by enum recursion_rule */
    struct name_buffer owner[2];
};

enum job_phase {
    JOB_CLIMB,
    JOB_CONTROL,
    JOB_CENSUS,
    JOB_CONTEXT,
    JOB_RFC6844,
    JOB_ERRATUM5065,
    JOB_DONE
};

/* A control probe: asked at a level that failed, to tell causes apart. */
#define JOB_CONTROLS_MAX 8u

struct job_control {
    uint32_t blob;       /* 0: there was no room to keep it */
    uint8_t level, kind; /* index of the level; index of the probe (control.h) */
};

/* Servers of one zone that differ, and how: the text of a note. */
#define JOB_FINDINGS_MAX 8u

struct job_finding {
    uint32_t text; /* blob, NUL-terminated */
    uint8_t level;
};

/* Queries that the census of a row may pay for before it ends: whoever runs a zone also decides how
 * many servers it names, and where they are looked for. */
#define JOB_CENSUS_SENDS_MAX 400u

/* Why a census saw less than all: what it had its fill of. */
enum job_census_cut { CENSUS_WHOLE, CENSUS_CUT_QUERIES, CENSUS_CUT_ADDRESSES, CENSUS_CUT_NOTES };

struct job_census {
    struct census census;
    struct job_finding findings[JOB_FINDINGS_MAX];
    uint32_t own_ns; /* blob: the answer to NS, as the zone itself gives them; 0: none */
    uint32_t queries_before;
    uint8_t level, finding_count;
    uint8_t stage;       /* what is asked for now (job_census.c) */
    uint8_t labels;      /* of the name whose zone is looked for */
    uint8_t zone_labels; /* of the zone that holds the level */
    uint8_t cut_level;   /* the first level of which it did not see all */
    uint8_t cut;         /* enum job_census_cut */
    bool has_servers;    /* census and own_ns are of that zone */
};

/* What every row needs comes first, up to its second level: JOB_USUAL_OCTETS. */
struct job {
    _Alignas(64) uint64_t row;
    uint64_t above_hashes[JOB_ABOVE]; /* of the questions for the levels above; 0: not known */
    int64_t rank;
    uint64_t admitted_ns, done_ns;
    const char *prefix;
    struct job_alt *alt;       /* NULL: only RFC 8659 is asked for */
    struct job_census *census; /* NULL: one server's word is enough */
    uint32_t text;             /* blob: name, input, extra, one behind the other */
    uint32_t more;             /* blob with the levels past JOB_LEVELS_INLINE; 0: none yet */
    uint32_t evidence;         /* octets of the answers kept */
    uint32_t queries, retries;
    uint32_t next; /* in the engine's free or finished list */
    uint16_t input_len, extra_len;
    uint8_t name_len, extra_count, level_count;
    uint8_t phase;       /* enum job_phase */
    uint8_t outcome;     /* enum outcome; holds when done */
    uint8_t error_class; /* enum error_class; likewise */
    bool wildcard;
    uint8_t control_count;
    struct climb climb;
    bool has_context; /* its zones were asked for: context and zone_ns hold */
    struct job_level levels[JOB_LEVELS_INLINE];
    uint32_t controls;    /* blob: an array of struct job_control; 0: none yet */
    uint8_t control_kind; /* the probe under way; this and the next two hold once there is one */
    uint8_t recovered[2]; /* 1 + the levels that failed and then answered; 0: none */
    uint8_t recovered_from[2]; /* enum error_class: how they failed */
    struct context context;
    uint32_t zone_ns[CONTEXT_PARTS]; /* blobs: answers to NS; 0: none */
};

#define JOB_USUAL_OCTETS 128u

/* Takes a target: copies its text into the store. Returns false, with nothing taken, where the
 * store is full. */
bool job_take(struct job *j, struct store *s, const struct target *t, uint64_t now_ns);

/* Gives all that the job holds in the store back. */
void job_drop(struct job *j, struct store *s);

struct name job_name(const struct job *j, const struct store *s);

/* Makes room to keep one more level. Returns false where the store is full. */
bool job_reserve_level(struct job *j, struct store *s);

/* Keeps what the level at hand showed; takes over the reference to its blob. Returns false where
 * the row has reached its bound of evidence or the store is full: then the blob is given back and
 * the level is kept without it. */
bool job_keep_level(struct job *j, struct store *s, const struct job_level *level);

/* Puts another answer in the place of the last level's; takes over the reference to its blob.
 * Returns
 * false, with nothing changed, where the row's evidence is full. */
bool job_replace_level(struct job *j, struct store *s, const struct job_level *level);

/* Makes room for what probes will show. Returns false where the store is full. */
bool job_reserve_controls(struct job *j, struct store *s);

/* The i-th probe kept, i below control_count. */
const struct job_control *job_control_at(const struct job *j, const struct store *s, size_t i);

/* Keeps what a probe of the last level showed, for which there is room, or lets it go where the
 * row's evidence is full; takes over the reference. */
void job_keep_control(struct job *j, struct store *s, unsigned kind, uint32_t blob);

/* Begins the census of a row whose climb is over. Returns false where there is nothing to ask. */
bool job_census_begin(struct job *j, const struct resolve *r);

/* What to ask now; the name borrows from the job's blobs. */
struct question_key job_census_question(struct job *j, const struct resolve *r);

/* Takes the answer and the reference to its blob (0: no answer). Returns false at the end. */
bool job_census_on(struct job *j, struct resolve *r, uint32_t blob, uint64_t now_ns);

/* Ends the census of a level: keeps what it found. */
void job_keep_census(struct job *j, struct store *s);

/* The census does not see all of the level it is at; the first level that it says so of counts. */
void job_cut_census(struct job *j, enum job_census_cut why);

/* Counts a blob as evidence of the row. Returns it, or gives it back and returns 0 where the row
 * has its fill. */
uint32_t job_take_evidence(struct job *j, struct store *s, uint32_t blob);

/* Begins to ask for the row's zones, once j->outcome is known. Returns false where there is nothing
 * to ask. */
bool job_context_begin(struct job *j, const struct store *s);

/* Iteration: was the name's zone found without a referral, so that its servers and DS are not
 * known? So it is where the servers of the zone above hold it too. */
bool job_context_lacks(const struct job *j, const struct store *s);

/* What to ask now; the name borrows from job and store. */
struct context_question job_context_question(const struct job *j, const struct store *s);

/* Takes the answer and the reference to its blob (0: no answer). Returns false at the end. */
bool job_context_on(struct job *j, struct store *s, uint32_t blob);

/* What is known of the zones of a job that has_context; borrows from job and store. */
void job_context_record(const struct job *j, const struct store *s, struct record_context *out);

/* The i-th level kept, i below level_count. */
const struct job_level *job_level_at(const struct job *j, const struct store *s, size_t i);

/* Storage for a record's views; one per worker. */
struct job_view {
    struct target target;
    struct record_level levels[RECORD_LEVELS_MAX];
    struct record_note notes[RECORD_NOTES_MAX];
    struct record_control controls[JOB_CONTROLS_MAX];
    struct record_context context;
    struct record record;
    _Alignas(8) uint8_t no_answer[512]; /* stands in for an answer there was no room for */
};

/* DNSSEC of a row whose answers were verified here: of all its levels together where none failed,
 * else of the one that did. */
enum dnssec_status job_dnssec(const struct record *r);

/* Fills view->record; it borrows from job, store and view. */
void job_record(const struct job *j, const struct store *s, struct job_view *view);

#endif
