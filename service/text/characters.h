/* A text's characters counted by class; characters.py says which. */
#ifndef WINNOW_CHARACTERS_H
#define WINNOW_CHARACTERS_H

#include "letters.h"

enum { CAPITALS, CAPITAL_WORDS, LETTERS, FOREIGN, DIGITS, SIGNS, COMMAS, EXCLAMATIONS, QUESTIONS, DOTS, LINES, EMOJI, CLASSES };

void count_characters(const Letters *letters, unsigned *counts);

/* What Python calls: the counts as a tuple; whether a sign outside ASCII stands four times in a row. */
PyObject *characters(PyObject *module, PyObject *text);
PyObject *has_wide_run(PyObject *module, PyObject *text);

#endif
