/* Counting terms of many texts for training: hash -> column, with document frequencies. */
#ifndef WINNOW_VOCABULARY_H
#define WINNOW_VOCABULARY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "terms.h"

/* Copies a str between spaces; sets an exception and returns -1 where it is no str or memory is out. */
int read_text(Text *text, PyObject *given);

/* The Vocabulary type, or NULL with an exception. */
PyObject *vocabulary_type(void);

#endif
