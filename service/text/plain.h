/* Proves in one glance that a text wears no disguise and has no shape worth asking for; plain.py says how. */
#ifndef WINNOW_PLAIN_H
#define WINNOW_PLAIN_H

#include "suspects.h"

typedef struct Plain Plain;

extern PyTypeObject PlainType;

/* What a text asks for. */
enum { GUARDS = 1, SHAPES = 2 };

/* The text in small letters and with single blanks, if that is proven to be all that normalising does to it; else None. */
PyObject *plain_lower(const Plain *self, PyObject *text, int *asks);

#endif
