/* What a plain name, address and e-mail say; author.py and author_signals.py say the same of any. */
#ifndef WINNOW_AUTHORS_H
#define WINNOW_AUTHORS_H

#include "letters.h"

extern PyTypeObject AuthorsType;

#endif
