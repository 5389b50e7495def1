/* The signals of a text as one row of doubles; signals.py and text_signals.py say what they are. */
#ifndef WINNOW_VECTOR_H
#define WINNOW_VECTOR_H

#include "phrases.h"

extern PyTypeObject VectorType;

#endif
