/* Proves in one glance that a text wears no disguise and has no shape worth asking for; plain.py says how. */
#ifndef WINNOW_PLAIN_H
#define WINNOW_PLAIN_H

#include "suspects.h"

typedef struct Plain Plain;

extern PyTypeObject PlainType;

/* What a text asks for. */
enum { GUARDS = 1, SHAPES = 2 };

/* What a glance at a text tells: whether it is proven that normalising makes no more of it than small letters and single blanks, these
 * letters, and what else the text asks for. */
typedef struct {
    const unsigned char *letters;
    Py_ssize_t length;
    int plain, asks;
} Glance;

/* Bytes that a glance at a text of so many letters needs. */
Py_ssize_t plain_room(Py_ssize_t length);

/* Whether a text is worth a glance. */
int may_be_plain(const Plain *self, const Letters *text);

/* Glances at a text that is worth it; the letters stand in `room`. -1 when memory is out. It asks nothing of the interpreter. */
int plain_look(const Plain *self, const Letters *text, unsigned char *room, Glance *glance);

/* The text as it is normalised, if it is proven to be plain; else None. */
PyObject *plain_lower(const Plain *self, PyObject *text);

#endif
