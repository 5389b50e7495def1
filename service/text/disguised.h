/* Words that may be common ones in disguise, one by one; suspects.py says which they are. */
#ifndef WINNOW_DISGUISED_H
#define WINNOW_DISGUISED_H

#include "letters.h"

#define SHORTEST 4
#define LONGEST 14
#define LONGEST_RUN 40
#define BITS 7
#define FILTER (1 << 19)
/* A common or neighbouring word; a word of the vocabulary; one that may be put in; a small word of another language; a guarded word
 * mistyped; one of ANY_LETTER or more without the letter at a place; a word with each run as one letter. */
enum { ORDINARY = 1, KNOWN = 2, GUARDED = 4, OTHER = 8, TYPO = 16, LEFT_AT = 32, PLAIN = 64 };

typedef struct {
    uint64_t *entries, mask, size;
} Table;

/* Words that people write, and what guarded ones become by mistyping: apart, as most words of a text need only the small first. */
typedef struct {
    Table words, forms;
    uint64_t may_be[FILTER / 64]; /* a bit for each of the forms: most words are none, and this says so without a look at the table */
} Words;

/* Enters an iterable of words; -1 with an exception when that fails. */
int enter_words(Words *self, PyObject *words, unsigned flags);

/* Makes the tables ready to be asked, even without a word; -1 when memory is out. */
int close_words(Words *self);

void free_words(Words *self);

/* What is known of a word with this hash (`fold`). */
unsigned word_flags(const Words *self, uint64_t hash);

/* Whether a run of small letters may be a common word in disguise. */
int is_suspect(const Words *self, const unsigned char *letters, int count);

#endif
