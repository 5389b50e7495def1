/* The signals of a text as one row of doubles; signals.py and text_signals.py say what they are. */
#ifndef WINNOW_VECTOR_H
#define WINNOW_VECTOR_H

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

/* The signals but for those of typing, as bytes; NULL with an exception. */
PyObject *vector_make(Vector *self, const Given *given);

#endif
