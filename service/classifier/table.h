/* The scoring kernel: one pass over a comment's code points against a memory-mapped table.
 *
 * It computes what a scikit-learn pipeline of TfidfVectorizer (word 1-2 and char_wb 2-5, sublinear tf, L2 norm)
 * and a linear model would: for each block  sum(tf * w) / ||tf * idf||,  tf = 1 + ln count,  w = idf * coefficient.
 * layout.py describes the table; fallback.py computes the same without a compiler.
 */
#ifndef WINNOW_TABLE_H
#define WINNOW_TABLE_H

#include "terms.h"

#define HEADS 2

/* A number for each head, which the processor reckons with at once. */
typedef double Pair __attribute__((vector_size(HEADS * sizeof(double)), aligned(sizeof(double))));

typedef struct {
    char magic[8];
    uint32_t buckets, terms, signals, edges, window, stride;
    double bias[HEADS], suspect[HEADS], scale[HEADS], offset[HEADS];
} Header;

/* Half a cache line: up to seven terms of one home, the first of them term number `first`. Filled from the left, 0 is empty. */
#define BUCKET 7
typedef struct {
    uint32_t first, fingerprint[BUCKET];
} Bucket;

typedef struct {
    float idf, weight[HEADS];
} Entry;

/* What entries come to at most: the difference of two of these bounds what the entries between them do. squares bounds sum(tf * idf)^2
 * from below, dot sum(tf * w) from above. */
typedef struct {
    double squares;
    Pair dot;
} Reach;

/* A text's terms looked up, by number of entry. Of words every term is here, and the unknown have the number `terms`, so that
 * word n is term 2n; of characters only the known ones are. terms.unit says where the entries of a word or a run begin; reach[n] is
 * of the first n entries. */
typedef struct {
    Terms terms;
    uint32_t *entry;
    size_t size, entry_room, reach_room;
    Reach *reach;
} Found;

/* What counted entries come to: sum(tf * idf)^2, and sum(tf * w) for each head. */
typedef struct {
    double squares;
    Pair dot;
    size_t counted;
} Sum;

/* What was found for a short run of characters, kept for the next time: most words of most texts are seen again and again. */
#define RUN_MOST 13
#define RUN_ENTRIES 50
typedef struct {
    uint16_t length, block, known, reserved;
    uint32_t point[RUN_MOST], entry[RUN_ENTRIES];
} Seen;

/* A table's parts, and scratch memory that the next text uses again: one text at a time. */
typedef struct {
    const Header *header;
    const uint32_t *edge_start;
    const double *edges, *values;
    const Bucket *buckets;
    const Entry *entries;
    uint32_t *count; /* of each entry in what is being counted, and one more that stays 0, for the unknown */
    Seen *seen;
    Found words, chars;
} Table;

typedef struct {
    size_t start, end;
} Span;

/* Views bytes as a table and takes scratch memory; returns what is wrong, or NULL. */
const char *table_open(Table *table, const void *bytes, size_t size);

/* Frees the scratch memory, or only what an unusually long text left large. */
void table_free(Table *table);
void table_trim(Table *table);

/* Finds the terms of a text's block; -1 when memory is out. */
int look_up(Table *table, Found *found, const Text *text, int block);

/* The index in `entry` where a word's or run's own begin. */
size_t unit_start(const Found *found, size_t unit);

/* Adds a block's share to each head; -1 when memory is out. */
int add_block(Table *table, Found *found, const Text *text, int block, double *share);

/* Shares this near are equal, and the earlier stands: another order of summing must not choose another window. */
#define TIE 1e-3

/* The share of the whole text for each head; the largest that it or one of its windows has, and where that stands. Where `least` is
 * given, the whole text stands for a window that does not reach it for any head. */
int find_worst(Table *table, const Text *text, const double *least, double *whole, double *worst, Span *where);

/* The values of the step that a signal stands on, one a head; NaN stands on the lowest. */
const double *step_of(const Table *table, uint32_t signal, double value);

#endif
