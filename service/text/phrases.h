/* The phrases of all groups as one automaton over words; scanning.py says what the answers mean. */
#ifndef WINNOW_PHRASES_H
#define WINNOW_PHRASES_H

#include "letters.h"

#define MOST_GROUPS 128
enum { FILLER = 1, FUNCTION = 2, FIRST = 4, SECOND = 8 };

typedef struct Phrases Phrases;

/* What a text's words tell: `counts` and `met` are by number of group. */
typedef struct {
    uint32_t words, function, persons;
    uint8_t counts[MOST_GROUPS];
    uint64_t met[MOST_GROUPS / 64];
} Scan;

extern PyTypeObject PhrasesType;

/* Words remembered with what they mean, by whoever reads. Two threads must not share it while one has no interpreter lock. */
typedef struct Kind Kind;

/* Gives an empty memory, NULL when there is none to give; to be freed with `free`. */
Kind *phrases_memory(void);

/* Reads a text's words once, with a memory or, where it is NULL, with the phrases' own; -1 when memory is out. It asks nothing of the
 * interpreter. */
int phrases_scan(const Phrases *phrases, Kind *memory, const Letters *letters, Scan *scan);

uint32_t phrases_groups(const Phrases *phrases);

#endif
