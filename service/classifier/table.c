#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SLOTS (1u << 25)
#define MAX_SIGNALS 4096
#define MAX_EDGES 65536
#define KEPT_TERMS 65536 /* scratch for more terms than this is given back */

static inline uint32_t home_of(const Table *table, uint64_t hash)
{
    return (uint32_t)((hash & 0xffffffffu) * table->header->slots >> 32);
}

/* The slot of a hash, or -1; a table always has empty slots, so the search ends. */
static inline int64_t find(const Table *table, uint64_t hash)
{
    uint32_t slot = home_of(table, hash), fingerprint = (uint32_t)(hash >> 32);
    if (!fingerprint) fingerprint = 1;
    for (;;) {
        uint32_t there = table->entries[slot].fingerprint;
        if (there == fingerprint) return slot;
        if (!there) return -1;
        if (++slot == table->header->slots) slot = 0;
    }
}

/* Opens a new generation of places for up to `terms` terms; -1 when memory is out. */
static int clear_places(Table *table, size_t terms)
{
    size_t room = 1024;
    while (room < terms * 2) room *= 2;
    if (room > table->place_room) {
        Place *places = calloc(room, sizeof *places);
        if (!places) return -1;
        free(table->places);
        table->places = places;
        table->place_room = room;
        table->generation = 0;
    }
    if (++table->generation == 0) {
        memset(table->places, 0, table->place_room * sizeof *table->places);
        table->generation = 1;
    }
    return 0;
}

/* The distinct id of a slot, with its entry copied beside the others' when it is new. */
static inline uint32_t id_of(Table *table, Found *found, uint32_t slot)
{
    size_t mask = table->place_room - 1, at = (slot * 2654435761u) & mask;
    while (table->places[at].generation == table->generation) {
        if (table->places[at].slot == slot) return table->places[at].id;
        at = (at + 1) & mask;
    }
    uint32_t id = (uint32_t)++found->distinct;
    table->places[at] = (Place){table->generation, slot, id};
    found->entry[id] = table->entries[slot];
    found->count[id] = 0;
    return id;
}

int look_up(Table *table, Found *found, const Text *text, int block)
{
    Terms *terms = &found->terms;
    if (terms_of(terms, text, block) || clear_places(table, terms->size) ||
        reserve(&found->id, &found->id_room, terms->size, sizeof *found->id) ||
        reserve(&found->count, &found->count_room, terms->size + 1, sizeof *found->count) ||
        reserve(&found->entry, &found->entry_room, terms->size + 1, sizeof *found->entry))
        return -1;
    found->distinct = 0;
    found->entry[0] = (Entry){0};
    for (size_t i = 0; i < terms->size; i++) __builtin_prefetch(&table->entries[home_of(table, terms->hash[i])]);
    for (size_t i = 0; i < terms->size; i++) {
        int64_t slot = find(table, terms->hash[i]);
        uint32_t id = slot < 0 ? 0 : id_of(table, found, (uint32_t)slot);
        found->id[i] = id;
        found->count[id]++;
    }
    return 0;
}

double damp(uint32_t count)
{
    static double known[32]; /* filled when first asked, which is always under the interpreter lock */
    if (count >= 32) return 1.0 + log(count);
    if (known[count] == 0) known[count] = 1.0 + log(count);
    return known[count];
}

double norm_of(const Found *found, double *dot)
{
    double squares = 0;
    for (size_t id = 1; id <= found->distinct; id++) {
        if (!found->count[id]) continue;
        const Entry *entry = &found->entry[id];
        double tf = damp(found->count[id]), part = tf * entry->idf;
        squares += part * part;
        for (int head = 0; head < HEADS; head++) dot[head] += tf * entry->weight[head];
    }
    return sqrt(squares);
}

static void add_counted(const Found *found, double *sum)
{
    double dot[HEADS] = {0}, norm = norm_of(found, dot);
    if (norm > 0)
        for (int head = 0; head < HEADS; head++) sum[head] += dot[head] / norm;
}

int add_block(Table *table, Found *found, const Text *text, int block, double *sum)
{
    if (look_up(table, found, text, block)) return -1;
    add_counted(found, sum);
    return 0;
}

/* Counts the units [from, to) alone and adds their sums. */
static void add_units(Found *found, size_t from, size_t to, int block, double *sum)
{
    memset(found->count, 0, (found->distinct + 1) * sizeof *found->count);
    size_t end = terms_to(&found->terms, to, block);
    for (size_t i = terms_from(&found->terms, from); i < end; i++) found->count[found->id[i]]++;
    add_counted(found, sum);
}

/* Where the first token at or after a place of the text stands. */
static size_t token_at(const Terms *words, size_t place)
{
    size_t low = 0, high = words->units;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (words->unit[middle].start < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int add_worst(Table *table, const Text *text, double *sum, Span *where)
{
    const Header *header = table->header;
    Found *words = &table->words, *chars = &table->chars;
    double worst[HEADS] = {0};
    for (int head = 0; head < HEADS; head++) where[head] = (Span){0, text->length};
    if (add_block(table, words, text, TEXT_WORDS, worst) || add_block(table, chars, text, TEXT_CHARS, worst)) return -1;
    size_t runs = chars->terms.units, last = header->window && runs > header->window ? 0 : runs;
    for (size_t first = 0; last < runs; first += header->stride) {
        last = first + header->window < runs ? first + header->window : runs;
        size_t start = chars->terms.unit[first].start, end = last < runs ? chars->terms.unit[last].start : text->length;
        double window[HEADS] = {0};
        add_units(words, token_at(&words->terms, start), token_at(&words->terms, end), TEXT_WORDS, window);
        add_units(chars, first, last, TEXT_CHARS, window);
        for (int head = 0; head < HEADS; head++) {
            if (window[head] - header->margin[head] <= worst[head]) continue;
            worst[head] = window[head] - header->margin[head];
            where[head] = (Span){start, end};
        }
    }
    for (int head = 0; head < HEADS; head++) sum[head] += worst[head];
    return 0;
}

const double *step_of(const Table *table, uint32_t signal, double value)
{
    uint32_t step = table->edge_start[signal], last = table->edge_start[signal + 1];
    const double *values = table->values + HEADS * (size_t)signal;
    while (step < last && value >= table->edges[step]) step++;
    return values + HEADS * (size_t)step;
}

static int all_finite(const double *number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!isfinite(number[i])) return 0;
    return 1;
}

static const char *check_signals(const Table *table)
{
    const Header *header = table->header;
    if (table->edge_start[0] != 0 || table->edge_start[header->signals] != header->edges)
        return "the table's edges do not follow each other";
    for (uint32_t signal = 0; signal < header->signals; signal++) {
        uint32_t first = table->edge_start[signal], last = table->edge_start[signal + 1];
        if (first > last || last > header->edges) return "the table's edges do not follow each other";
        for (uint32_t i = first + 1; i < last; i++)
            if (!(table->edges[i - 1] < table->edges[i])) return "the table's edges do not rise within a signal";
    }
    size_t values = ((size_t)header->edges + header->signals) * HEADS;
    if (!all_finite(header->bias, 4 * HEADS) || !all_finite(table->edges, header->edges) || !all_finite(table->values, values))
        return "the table holds a number that is not finite";
    for (int head = 0; head < HEADS; head++)
        if (!(header->scale[head] > 0 && header->margin[head] >= 0))
            return "the table's scale must be positive and its margin not negative";
    return NULL;
}

static const char *check_entries(const Table *table)
{
    uint32_t terms = 0;
    for (uint32_t slot = 0; slot < table->header->slots; slot++) {
        const Entry *entry = &table->entries[slot];
        if (!isfinite(entry->idf) || !isfinite(entry->weight[0]) || !isfinite(entry->weight[1]))
            return "the table holds a number that is not finite";
        if (entry->fingerprint ? !(entry->idf > 0) : entry->idf != 0 || entry->weight[0] != 0 || entry->weight[1] != 0)
            return "the table's terms need a positive idf and its empty slots must be empty";
        terms += entry->fingerprint != 0;
    }
    return terms == table->header->terms && (size_t)terms * 2 <= table->header->slots ? NULL : "the table's terms do not fit its slots";
}

const char *table_open(Table *table, const void *bytes, size_t size)
{
    const Header *header = table->header = bytes;
    if ((uintptr_t)header % sizeof(double)) return "the weights do not begin at a multiple of 8 bytes";
    if (size < sizeof *header || memcmp(header->magic, "WINNOW01", 8)) return "the weights are not a table of this version";
    if (!header->slots || header->slots > MAX_SLOTS || header->signals > MAX_SIGNALS || header->edges > MAX_EDGES)
        return "the table's header names impossible sizes";
    if (header->stride > header->window || (header->window && !header->stride))
        return "the table's stride must be between 1 and its window";
    size_t starts = ((size_t)header->signals + 2) / 2 * 8, edges = (size_t)header->edges * 8;
    size_t values = ((size_t)header->edges + header->signals) * HEADS * 8, entries = header->slots * sizeof(Entry);
    if (size != sizeof *header + starts + edges + values + entries) return "the table's size does not fit its header";
    const char *at = (const char *)(header + 1);
    table->edge_start = (const uint32_t *)at;
    table->edges = (const double *)(at += starts);
    table->values = (const double *)(at += edges);
    table->entries = (const Entry *)(at + values);
    const char *wrong = check_signals(table);
    return wrong ? wrong : check_entries(table);
}

static void found_free(Found *found)
{
    terms_free(&found->terms);
    free(found->id);
    free(found->count);
    free(found->entry);
    *found = (Found){0};
}

void table_free(Table *table)
{
    found_free(&table->words);
    found_free(&table->chars);
    free(table->places);
    table->places = NULL;
    table->place_room = 0;
}

void table_trim(Table *table)
{
    if (table->words.id_room > KEPT_TERMS || table->chars.id_room > KEPT_TERMS) table_free(table);
}
