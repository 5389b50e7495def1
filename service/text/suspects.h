/* Finds the words of a lower-case text that may be common ones in disguise; suspects.py does the same in Python. */
#ifndef WINNOW_SUSPECTS_H
#define WINNOW_SUSPECTS_H

#include "disguised.h"

typedef struct {
    PyObject_HEAD
    Words words;
} Suspects;

extern PyTypeObject SuspectsType;

/* None, or (signs, tokens, known, foreign, places of words in pieces, places of words); NULL with an exception. */
PyObject *suspects_find(const Suspects *self, PyObject *string);

#endif
