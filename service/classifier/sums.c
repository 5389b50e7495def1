#include "sums.h"

#include <math.h>
#include <string.h>

#define DAMPED 64
#define SURE 1.0 /* a smaller difference of sums of squares says little: it may be rounding */

/* What one more adds to 1 + ln(count) and to its square, and at most 1 of that. */
typedef struct {
    double gain, square, least;
} Step;

static double damped[DAMPED]; /* by count */
static Step steps[DAMPED];

double damp(uint32_t count) { return count < DAMPED ? damped[count] : 1.0 + log(count); }

static Step step_from(uint32_t before)
{
    double less = damp(before), more = damp(before + 1), square = more * more - less * less;
    return (Step){more - less, square, fmin(square, 1.0)};
}

void sums_open(void)
{
    for (uint32_t n = 1; n < DAMPED; n++) damped[n] = 1.0 + log(n);
    for (uint32_t n = 0; n + 1 < DAMPED; n++) steps[n] = step_from(n);
}

/* What one more adds to an entry that was counted so often before. */
static inline Step one_more(uint32_t before) { return __builtin_expect(before + 1 < DAMPED, 1) ? steps[before] : step_from(before); }

/* An entry's weights, one a head. */
static inline Pair weights_of(const Entry *entry)
{
    typedef float Floats __attribute__((vector_size(HEADS * sizeof(float))));
    Floats weights;
    memcpy(&weights, entry->weight, sizeof weights);
    return __builtin_convertvector(weights, Pair);
}

static inline Sum with_step(Sum sum, const Entry *entry, Step step)
{
    double idf = entry->idf;
    sum.squares += step.square * idf * idf;
    sum.dot += step.gain * weights_of(entry);
    return sum;
}

void count_entries(Table *table, const Found *found, size_t from, size_t to, Sum *sum)
{
    const Entry *entries = table->entries;
    const uint32_t *next = found->entry + from, *end = found->entry + to;
    uint32_t *counts = table->count, unknown = table->header->terms;
    Sum so_far = *sum; /* in registers, which the memory that `sum` points to is not */
    for (; next < end; next++) {
        __builtin_prefetch(&entries[next[AHEAD]]);
        if (*next == unknown) continue;
        so_far = with_step(so_far, &entries[*next], one_more(counts[*next]++));
        so_far.counted++;
    }
    *sum = so_far;
}

void discount_entries(Table *table, const Found *found, size_t from, size_t to, Sum *sum)
{
    const Entry *entries = table->entries;
    const uint32_t *next = found->entry + from, *end = found->entry + to;
    uint32_t *counts = table->count, unknown = table->header->terms;
    Sum so_far = *sum;
    for (; next < end; next++) {
        if (*next == unknown) continue;
        Step step = one_more(--counts[*next]);
        so_far = with_step(so_far, &entries[*next], (Step){.gain = -step.gain, .square = -step.square});
        so_far.counted--;
    }
    *sum = so_far.counted ? so_far : (Sum){0}; /* not what rounding leaves */
}

typedef int64_t Masks __attribute__((vector_size(sizeof(Pair))));

/* One more of an entry, reckoned so that no run of these steps comes to less than its entries do when they are counted by
 * themselves. Among them an entry that occurs c times has tf = 1 + ln c; here its steps begin at some count instead of at none.
 * tf <= c, so every step of a positive weight is a whole one. The steps of tf fall with the count, so those further up sum to less,
 * and a negative weight takes away less. Those of its square first rise above 1 and then fall; cut to 1 they only fall. */
static inline Reach with_most(Reach reach, const Entry *entry, Step step)
{
    double idf = entry->idf;
    reach.squares += step.least * idf * idf;
    Pair weights = weights_of(entry), steps_of_it = step.gain * weights;
    Masks whole = weights > steps_of_it; /* no branch: signs are a coin toss */
    reach.dot += (Pair)((whole & (Masks)weights) | (~whole & (Masks)steps_of_it));
    return reach;
}

int count_reaching(Table *table, Found *found, Sum *sum)
{
    const Entry *entries = table->entries;
    uint32_t *counts = table->count, unknown = table->header->terms;
    if (reserve(&found->reach, &found->reach_room, found->size + 1, sizeof *found->reach)) return -1;
    const uint32_t *next = found->entry, *end = next + found->size;
    Reach *reach = found->reach, most = *reach = (Reach){0};
    Sum so_far = *sum;
    for (; next < end; next++) {
        __builtin_prefetch(&entries[next[AHEAD]]);
        if (*next != unknown) {
            Step step = one_more(counts[*next]++);
            so_far = with_step(so_far, &entries[*next], step);
            so_far.counted++;
            most = with_most(most, &entries[*next], step);
        }
        *++reach = most;
    }
    *sum = so_far;
    return 0;
}

void forget(Table *table, const Found *found, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) table->count[found->entry[i]] = 0;
}

void add_share(const Sum *sum, double *share)
{
    if (!sum->counted) return;
    for (int head = 0; head < HEADS; head++) share[head] += sum->dot[head] / sqrt(sum->squares);
}

void add_reach(const Found *found, size_t first, size_t end, double *share)
{
    const Reach *before = &found->reach[first], *after = &found->reach[end];
    double squares = after->squares - before->squares, norm = sqrt(squares);
    for (int head = 0; head < HEADS; head++) {
        double dot = after->dot[head] - before->dot[head];
        if (dot > 0) share[head] += squares < SURE ? INFINITY : dot / norm;
    }
}
