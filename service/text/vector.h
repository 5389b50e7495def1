/* The signals of a text as one row of doubles; signals.py and text_signals.py say what they are. */
#ifndef WINNOW_VECTOR_H
#define WINNOW_VECTOR_H

#include "characters.h"
#include "phrases.h"

typedef struct Vector Vector;

/* What a vector is made of. `removed` is what was taken off: a row of floats, then the line breaks outside tags (-1: all) and whether
 * a sign stood in a row; `links` a row of floats, with how many they are as the second; `author` is doubles. None where there was
 * nothing. `address` tells whether the author has one. */
typedef struct {
    PyObject *raw, *normalised, *author, *removed, *links;
    unsigned long long shapes;
    int address;
} Given;

extern PyTypeObject VectorType;

/* What is counted in a text: its words and phrases once it is normalised, and its characters as it came. */
typedef struct {
    Scan scan;
    unsigned counts[CLASSES];
} Counted;

/* Counts in a text, with a memory of words or (NULL) the phrases' own; -1 when memory is out. It asks nothing of the interpreter. */
int vector_count(const Vector *self, Kind *memory, const Letters *raw, const Letters *normalised, Counted *counted);

/* The signals but for those of typing, as bytes; NULL with an exception. */
PyObject *vector_make(const Vector *self, const Given *given, const Counted *counted);

#endif
