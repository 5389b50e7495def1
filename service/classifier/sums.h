/* Sums over a text's terms as they are counted: what a block comes to, and what no part of it can exceed. */
#ifndef WINNOW_SUMS_H
#define WINNOW_SUMS_H

#include "table.h"

#define AHEAD 8 /* entries that are fetched before they are needed; as many unknown ones follow the last */

/* Fills what all tables share. To be called before anything is counted. */
void sums_open(void);

/* 1 + ln(count) */
double damp(uint32_t count);

/* Counts the entries [from, to), the unknown ones excepted, and adds them to a sum. To be followed by `forget`. */
void count_entries(Table *table, const Found *found, size_t from, size_t to, Sum *sum);

/* Takes the entries [from, to), which were counted, out of the count and of the sum again. */
void discount_entries(Table *table, const Found *found, size_t from, size_t to, Sum *sum);

/* Counts all entries and fills `found->reach`; -1 when memory is out. To be followed by `forget`. */
int count_reaching(Table *table, Found *found, Sum *sum);

/* Sets the counts of the entries [from, to) back to none. */
void forget(Table *table, const Found *found, size_t from, size_t to);

/* Adds a sum's share to each head. */
void add_share(const Sum *sum, double *share);

/* Adds to each head what the share of the entries [first, end) does not exceed, however they are counted. */
void add_reach(const Found *found, size_t first, size_t end, double *share);

#endif
