/* What the model reads in a text: terms as 64-bit hashes. terms.py says the same in Python, and which terms these are. */
#ifndef WINNOW_TERMS_H
#define WINNOW_TERMS_H

#include <stddef.h>
#include <stdint.h>

#include "../arrays.h"

enum { TEXT_WORDS, TEXT_CHARS, FIELD_WORDS, FIELD_CHARS, BLOCKS };

/* A word or symbol, or a run between spaces: where it begins in the text, and its own first term. */
typedef struct {
    uint32_t start, first;
} Unit;

/* The terms of one block of one text, in order, repetitions included. Zeroed it is empty; it grows and is used again. */
typedef struct {
    uint64_t *hash;
    Unit *unit;
    size_t size, units, hash_room, unit_room;
} Terms;

/* Code points with one space before them and PADDING of them behind. */
#define PADDING 4
typedef struct {
    uint32_t *point;
    size_t length, room;
} Text;

/* Fills terms from text for a block; -1 when memory is out. */
int terms_of(Terms *terms, const Text *text, int block);

/* Appends the terms of one run between spaces: 2 to 5 characters inside " run ", from each place, shorter ones first. */
int run_terms(Terms *terms, const uint32_t *run, size_t length, int block);

/* Room that run_terms needs for a run. */
static inline size_t run_terms_most(size_t length) { return 4 * (length + 2); }

/* Where the next run at or after *at begins; *at moves to its end, *key is a hash of it. At the text's end the run is empty. */
size_t next_run(const Text *text, size_t *at, uint64_t *key);

int add_unit(Terms *terms, size_t start, size_t first);

void terms_free(Terms *terms);

static inline int of_words(int block) { return block == TEXT_WORDS || block == FIELD_WORDS; }

#endif
