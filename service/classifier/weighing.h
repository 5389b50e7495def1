/* A reading weighed against a table: log-odds, and the windows that may decide. It asks nothing of the interpreter. */
#ifndef WINNOW_WEIGHING_H
#define WINNOW_WEIGHING_H

#include "table.h"

/* A text as somebody else stores it: so many code points of `width` bytes each, 1, 2 or 4. */
typedef struct {
    const void *points;
    size_t length;
    int width;
} Stored;

/* A reading: its text, its fields, and its signals as the bytes of doubles, as many as the table knows. */
typedef struct {
    Stored text, fields;
    const char *signals;
} Given;

/* A table, and scratch memory for the reading on it: one at a time. */
typedef struct {
    Table table;
    Text text, fields;
} Scales;

/* A reading's log-odds, and the windows that have the largest shares where one is suspicious. */
typedef struct {
    double sum[HEADS], worst[HEADS];
    Span where[HEADS];
    int suspicious;
} Weighed;

/* Copies a text between spaces; -1 when memory is out. */
int copy_text(Text *text, const Stored *stored);

/* Adds what signals say to the heads, and writes it down where `steps` is not NULL. */
void add_signals(const Table *table, const char *signals, double *sum, double *steps);

/* Sums a reading's log-odds; -1 when memory is out. */
int sum_of(Scales *scales, const Given *given, double *sum);

/* Sums a reading's log-odds and looks at its windows; -1 when memory is out. */
int weigh(Scales *scales, const Given *given, Weighed *found);

/* Calibrates a head's log-odds. */
double probability(const Header *header, const double *sum, int head);

#endif
