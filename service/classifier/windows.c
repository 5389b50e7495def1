#include "sums.h"

#define SLACK 1e-3     /* more than rounding moves a reach */
#define MOST_SURE 65536 /* of more entries the sums are too large to be told apart to that */

/* A window: the runs [first, last), the characters [start, end), the words [from, to). Zeroed it stands before the first. */
typedef struct {
    size_t first, last, start, end, from, to;
} Window;

/* Moves on to a text's next window; 0 when there is none. */
static int next_window(const Table *table, const Text *text, Window *at)
{
    const Terms *words = &table->words.terms, *runs = &table->chars.terms;
    size_t window = table->header->window;
    if (!window || runs->units <= window || at->last == runs->units) return 0;
    if (at->last) at->first += table->header->stride;
    at->last = at->first + window < runs->units ? at->first + window : runs->units;
    at->start = runs->unit[at->first].start;
    at->end = at->last < runs->units ? runs->unit[at->last].start : text->length;
    while (at->from < words->units && words->unit[at->from].start < at->start) at->from++;
    while (at->to < words->units && words->unit[at->to].start < at->end) at->to++;
    return 1;
}

size_t unit_start(const Found *found, size_t unit) { return unit < found->terms.units ? found->terms.unit[unit].first : found->size; }

/* The entries [first, end) of a window. A pair of words that reaches out of it is not one of them. */
typedef struct {
    size_t first, end;
} Entries;

static Entries words_of(const Found *words, const Window *at)
{
    size_t first = unit_start(words, at->from), end = unit_start(words, at->to);
    if (at->to && at->to < words->terms.units) end--; /* the pair that leads to the next word */
    return (Entries){first, end < first ? first : end};
}

static Entries chars_of(const Found *chars, const Window *at)
{
    return (Entries){unit_start(chars, at->first), unit_start(chars, at->last)};
}

/* The entries that are counted now; they move on through what was found, and never back. */
typedef struct {
    Entries now;
    Sum sum;
} Slide;

static void move_to(Table *table, const Found *found, Slide *slide, Entries to)
{
    Entries now = slide->now;
    discount_entries(table, found, now.first, to.first < now.end ? to.first : now.end, &slide->sum);
    count_entries(table, found, to.first > now.end ? to.first : now.end, to.end, &slide->sum);
    slide->now = to;
}

static void add_exactly(Table *table, const Found *found, Entries part, double *share)
{
    Sum sum = {0};
    count_entries(table, found, part.first, part.end, &sum);
    forget(table, found, part.first, part.end);
    add_share(&sum, share);
}

static int reaches(const double *share, const double *whole, const double *least)
{
    int found = 0;
    for (int head = 0; head < HEADS; head++) found |= share[head] + SLACK >= least[head] && share[head] + SLACK >= whole[head];
    return found;
}

/* Whether a window has a larger share than the whole text, and one that reaches `least`, for any head, or nearly so. Few windows
 * have shares that may reach it, and only those are counted. */
static int any_reaches(Table *table, const Text *text, const double *whole, const double *least)
{
    Window at = {0};
    if (table->words.size + table->chars.size > MOST_SURE) return 1;
    while (next_window(table, text, &at)) {
        Entries words = words_of(&table->words, &at), chars = chars_of(&table->chars, &at);
        double most[HEADS] = {0}, share[HEADS] = {0};
        add_reach(&table->words, words.first, words.end, most);
        add_reach(&table->chars, chars.first, chars.end, most);
        if (!reaches(most, whole, least)) continue;
        add_exactly(table, &table->words, words, share);
        add_exactly(table, &table->chars, chars, share);
        if (reaches(share, whole, least)) return 1;
    }
    return 0;
}

/* Slides through the windows and keeps the worst. */
static void slide_through(Table *table, const Text *text, double *worst, Span *where)
{
    Window at = {0};
    Slide words = {0}, chars = {0};
    while (next_window(table, text, &at)) {
        double window[HEADS] = {0};
        move_to(table, &table->words, &words, words_of(&table->words, &at));
        move_to(table, &table->chars, &chars, chars_of(&table->chars, &at));
        add_share(&words.sum, window);
        add_share(&chars.sum, window);
        for (int head = 0; head < HEADS; head++) {
            if (window[head] <= worst[head] + TIE) continue;
            worst[head] = window[head];
            where[head] = (Span){at.start, at.end};
        }
    }
    forget(table, &table->words, 0, table->words.size);
    forget(table, &table->chars, 0, table->chars.size);
}

/* Looks the text up, and gives its share for each head; fills what its windows may reach if it has any. */
static int weigh_whole(Table *table, const Text *text, double *share)
{
    Found *found[] = {&table->words, &table->chars};
    if (look_up(table, found[0], text, TEXT_WORDS) || look_up(table, found[1], text, TEXT_CHARS)) return -1;
    int windows = table->header->window && found[1]->terms.units > table->header->window;
    for (int block = 0; block < 2; block++) {
        Sum sum = {0};
        if (!windows)
            count_entries(table, found[block], 0, found[block]->size, &sum);
        else if (count_reaching(table, found[block], &sum))
            return -1;
        forget(table, found[block], 0, found[block]->size);
        add_share(&sum, share);
    }
    return 0;
}

int find_worst(Table *table, const Text *text, const double *least, double *whole, double *worst, Span *where)
{
    for (int head = 0; head < HEADS; head++) whole[head] = 0, where[head] = (Span){0, text->length};
    if (weigh_whole(table, text, whole)) return -1;
    for (int head = 0; head < HEADS; head++) worst[head] = whole[head];
    if (!least || any_reaches(table, text, whole, least)) slide_through(table, text, worst, where);
    return 0;
}
