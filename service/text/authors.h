/* What a plain name, address and e-mail say; author.py and author_signals.py say the same of any. */
#ifndef WINNOW_AUTHORS_H
#define WINNOW_AUTHORS_H

#include "letters.h"

typedef struct Authors Authors;

extern PyTypeObject AuthorsType;

/* (fields, values as float64, host, domain of the e-mail) of a name, an address and an e-mail; None for what is left to Python. */
PyObject *authors_read(const Authors *self, PyObject *const *args);

#endif
