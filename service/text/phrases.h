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

/* Reads a text's words once; -1 with an exception when memory is out. */
int phrases_scan(Phrases *phrases, PyObject *text, Scan *scan);

uint32_t phrases_groups(const Phrases *phrases);

#endif
