/* Finds the words of a lower-case text that may be common ones in disguise; suspects.py does the same in Python. */
#ifndef WINNOW_SUSPECTS_H
#define WINNOW_SUSPECTS_H

#include "disguised.h"

typedef struct {
    PyObject_HEAD
    Words words;
} Suspects;

extern PyTypeObject SuspectsType;

typedef struct {
    Py_ssize_t start, end;
} Place;

typedef struct {
    Place *at;
    size_t size, room;
} Places;

/* What was found: whether signs may spell a word, how many tokens there are, of known words and of other languages, and the places of
 * words in pieces and of words that may be others. */
typedef struct {
    int signs;
    long tokens, known, foreign;
    Places joins, words;
} Suspicions;

/* Looks at a text; -1 when memory is out. It asks nothing of the interpreter. To be followed by `suspicions_free`. */
int suspects_look(const Suspects *self, const Letters *letters, Suspicions *found);

void suspicions_free(Suspicions *found);

/* Whether anything was found. */
int is_suspicious(const Suspicions *found);

#endif
