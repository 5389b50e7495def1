#include "table.h"
#include "sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BUCKETS (1u << 23)
#define MAX_SIGNALS 4096
#define MAX_EDGES 65536
#define KEPT_TERMS 65536 /* scratch for more terms than this is given back */
#define SEEN 4096

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline uint32_t home_of(uint32_t buckets, uint64_t hash) { return (uint32_t)((hash & 0xffffffffu) * buckets >> 32); }

/* Which of a bucket's terms have a fingerprint: bit i for fingerprint[i - 1]. */
static inline unsigned matches(const Bucket *bucket, uint32_t fingerprint)
{
#ifdef __SSE2__
    const __m128i *lanes = (const __m128i *)bucket, wanted = _mm_set1_epi32((int)fingerprint);
    __m128i low = _mm_cmpeq_epi32(_mm_loadu_si128(lanes), wanted), high = _mm_cmpeq_epi32(_mm_loadu_si128(lanes + 1), wanted);
    unsigned found = (unsigned)_mm_movemask_ps(_mm_castsi128_ps(low)) | (unsigned)_mm_movemask_ps(_mm_castsi128_ps(high)) << 4;
    return found & ~1u; /* the first lane is no fingerprint */
#else
    unsigned found = 0;
    for (int i = 0; i < BUCKET; i++) found |= (unsigned)(bucket->fingerprint[i] == fingerprint) << (i + 1);
    return found;
#endif
}

/* The entry of a hash, or the number of entries. Whether a term is known is a coin toss that no processor predicts, so it is
 * no branch here; that a bucket is full is rare. There are buckets that are not full, so the search ends. */
static inline uint32_t find(const Bucket *buckets, uint32_t size, uint32_t unknown, uint64_t hash)
{
    uint32_t fingerprint = (uint32_t)(hash >> 32);
    fingerprint += !fingerprint;
    uint32_t at = home_of(size, hash);
    unsigned found = matches(buckets + at, fingerprint);
    while (__builtin_expect(!found & (buckets[at].fingerprint[BUCKET - 1] != 0), 0)) {
        if (++at == size) at = 0;
        found = matches(buckets + at, fingerprint);
    }
    uint32_t known = -(uint32_t)(found != 0), entry = buckets[at].first + (uint32_t)__builtin_ctz(found | 1u << 8) - 1;
    return (entry & known) | (unknown & ~known);
}

static int room_for(Found *found, size_t more)
{
    return reserve(&found->entry, &found->entry_room, found->size + more + AHEAD, sizeof *found->entry);
}

static int look_up_words(const Table *table, Found *found, const Text *text, int block)
{
    Terms *terms = &found->terms;
    uint32_t size = table->header->buckets, unknown = table->header->terms;
    if (terms_of(terms, text, block) || room_for(found, terms->size + 1)) return -1;
    for (size_t i = 0; i < terms->size; i++) __builtin_prefetch(table->buckets + home_of(size, terms->hash[i]));
    for (size_t i = 0; i < terms->size; i++) found->entry[i] = find(table->buckets, size, unknown, terms->hash[i]);
    found->size = terms->size;
    return 0;
}

/* Looks one run up, and appends its known entries. */
static int look_up_run(const Table *table, Found *found, const uint32_t *run, size_t length, int block)
{
    Terms *terms = &found->terms;
    uint32_t size = table->header->buckets, unknown = table->header->terms;
    terms->size = 0;
    if (run_terms(terms, run, length, block)) return -1;
    for (size_t i = 0; i < terms->size; i++) __builtin_prefetch(table->buckets + home_of(size, terms->hash[i]));
    for (size_t i = 0; i < terms->size; i++) {
        found->entry[found->size] = find(table->buckets, size, unknown, terms->hash[i]);
        found->size += found->entry[found->size] != unknown;
    }
    return 0;
}

static int look_up_chars(const Table *table, Found *found, const Text *text, int block)
{
    uint64_t key;
    for (size_t at = 0, start; (start = next_run(text, &at, &key)) < at;) {
        const uint32_t *run = text->point + 1 + start;
        size_t length = at - start, first = found->size;
        if (add_unit(&found->terms, start, first) || room_for(found, run_terms_most(length) + RUN_ENTRIES)) return -1;
        Seen *seen = &table->seen[key % SEEN];
        if (seen->length == length && seen->block == block && !memcmp(seen->point, run, length * sizeof *run)) {
            memcpy(found->entry + first, seen->entry, sizeof seen->entry);
            found->size += seen->known;
            continue;
        }
        if (look_up_run(table, found, run, length, block)) return -1;
        if (length > RUN_MOST) continue;
        *seen = (Seen){.length = (uint16_t)length, .block = (uint16_t)block, .known = (uint16_t)(found->size - first)};
        memcpy(seen->point, run, length * sizeof *run);
        memcpy(seen->entry, found->entry + first, seen->known * sizeof *seen->entry);
    }
    return 0;
}

int look_up(Table *table, Found *found, const Text *text, int block)
{
    found->size = found->terms.units = 0;
    if ((of_words(block) ? look_up_words : look_up_chars)(table, found, text, block) || room_for(found, 0)) return -1;
    for (size_t i = 0; i < AHEAD; i++) found->entry[found->size + i] = table->header->terms;
    return 0;
}

int add_block(Table *table, Found *found, const Text *text, int block, double *share)
{
    Sum sum = {0};
    if (look_up(table, found, text, block)) return -1;
    count_entries(table, found, 0, found->size, &sum);
    forget(table, found, 0, found->size);
    add_share(&sum, share);
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
        if (!(header->scale[head] > 0)) return "the table's scale must be positive";
    return NULL;
}

static const char *check_buckets(const Table *table)
{
    uint32_t terms = 0, open = 0;
    for (uint32_t number = 0; number < table->header->buckets; number++) {
        const Bucket *bucket = &table->buckets[number];
        int filled = 0;
        while (filled < BUCKET && bucket->fingerprint[filled]) filled++;
        for (int i = filled; i < BUCKET; i++)
            if (bucket->fingerprint[i]) return "the table's buckets are not filled from the left";
        if (bucket->first != terms) return "the table's buckets do not follow each other";
        terms += (uint32_t)filled;
        open |= filled < BUCKET;
    }
    return terms == table->header->terms && open ? NULL : "the table's terms do not fit its buckets";
}

static const char *check_entries(const Table *table)
{
    for (uint32_t number = 0; number < table->header->terms; number++) {
        const Entry *entry = &table->entries[number];
        if (!isfinite(entry->idf) || !isfinite(entry->weight[0]) || !isfinite(entry->weight[1]))
            return "the table holds a number that is not finite";
        if (!(entry->idf > 0)) return "the table's terms need a positive idf";
    }
    return NULL;
}

const char *table_open(Table *table, const void *bytes, size_t size)
{
    const Header *header = table->header = bytes;
    if ((uintptr_t)header % sizeof(double)) return "the weights do not begin at a multiple of 8 bytes";
    if (size < sizeof *header || memcmp(header->magic, "WINNOW01", 8)) return "the weights are not a table of this version";
    if (!header->buckets || header->buckets > MAX_BUCKETS || header->terms / BUCKET > header->buckets ||
        header->signals > MAX_SIGNALS || header->edges > MAX_EDGES)
        return "the table's header names impossible sizes";
    if (header->stride > header->window || (header->window && !header->stride))
        return "the table's stride must be between 1 and its window";
    size_t starts = ((size_t)header->signals + 2) / 2 * 8, edges = (size_t)header->edges * 8;
    size_t values = ((size_t)header->edges + header->signals) * HEADS * 8;
    size_t buckets = header->buckets * sizeof(Bucket), entries = header->terms * sizeof(Entry);
    if (size != sizeof *header + starts + edges + values + buckets + entries) return "the table's size does not fit its header";
    const char *at = (const char *)(header + 1);
    table->edge_start = (const uint32_t *)at;
    table->edges = (const double *)(at += starts);
    table->values = (const double *)(at += edges);
    table->buckets = (const Bucket *)(at += values);
    table->entries = (const Entry *)(at + buckets);
    const char *wrong = check_signals(table);
    if (!wrong) wrong = check_buckets(table);
    if (!wrong) wrong = check_entries(table);
    if (wrong) return wrong;
    table->count = calloc((size_t)header->terms + 1, sizeof *table->count);
    table->seen = calloc(SEEN, sizeof *table->seen);
    sums_open();
    return table->count && table->seen ? NULL : "there is too little memory for the table";
}

static void found_free(Found *found)
{
    terms_free(&found->terms);
    free(found->entry);
    free(found->reach);
    *found = (Found){0};
}

void table_free(Table *table)
{
    found_free(&table->words);
    found_free(&table->chars);
    free(table->count);
    free(table->seen);
    table->count = NULL;
    table->seen = NULL;
}

void table_trim(Table *table)
{
    if (table->words.entry_room > KEPT_TERMS) found_free(&table->words);
    if (table->chars.entry_room > KEPT_TERMS) found_free(&table->chars);
}
