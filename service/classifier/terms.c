#include "terms.h"

#include <stdlib.h>
#include <string.h>

#define MIN_CHARS 2
#define MAX_CHARS 5
#define PRIME 0x100000001b3ULL

static const uint64_t SEED[BLOCKS] = {0x9ae16a3b2f90404fULL, 0xc3a5c85c97cb3127ULL, 0xb492b66fbe98f273ULL, 0x8f14e45fceea167aULL};

static inline uint64_t fold(uint64_t hash, uint32_t point) { return (hash ^ point) * PRIME; }

static inline uint64_t finish(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93ULL;
    return hash ^ (hash >> 29);
}

/* Classes of code points; TOKEN in terms.py says the same as a regular expression. */
enum { SKIP = '.', WORD = 'a', SYMBOL = '!' };

static const char ASCII[] = /* from U+0000, U+0020, U+0040 and U+0060 */
    "................................"
    ".!.!!!!...!!...!aaaaaaaaaa!.!!!!"
    "!aaaaaaaaaaaaaaaaaaaaaaaaaa...!a"
    ".aaaaaaaaaaaaaaaaaaaaaaaaaa.!.!.";

static int class_of(uint32_t c)
{
    if (c < 0x80) return ASCII[c];
    if (c < 0xa1) return SKIP;
    if (c < 0xc0) return c == 0xaa || c == 0xb5 || c == 0xba ? WORD : SYMBOL;
    if (c == 0xd7 || c == 0xf7) return SYMBOL;
    if (c < 0x2000) return WORD;
    if (c < 0x2070) return SKIP;
    if (c < 0x20a0) return WORD;
    if (c < 0x2c00) return SYMBOL;
    if (c >= 0x3000 && c < 0x3040) return SYMBOL;
    if (c >= 0xfe00 && c < 0xfe70) return SKIP;
    if (c >= 0xff00 && c < 0xff10) return SYMBOL;
    if (c >= 0xfff0 && c < 0x10000) return SKIP;
    if (c >= 0x1f000 && c < 0x1fb00) return SYMBOL;
    return WORD;
}

int add_unit(Terms *terms, size_t start, size_t first)
{
    if (reserve(&terms->unit, &terms->unit_room, terms->units + 1, sizeof *terms->unit)) return -1;
    terms->unit[terms->units++] = (Unit){(uint32_t)start, (uint32_t)first};
    return 0;
}

/* Words alone and in pairs: for each word the pair that it ends, then itself, so that word n is term 2n and its pair 2n - 1. */
static int word_terms(Terms *terms, const uint32_t *text, size_t length, uint64_t seed)
{
    uint64_t before = 0;
    for (size_t i = 0; i < length;) {
        int class = class_of(text[i]);
        if (class == SKIP) {
            i++;
            continue;
        }
        size_t start = i;
        uint64_t one = seed, two = fold(before, ' ');
        do {
            one = fold(one, text[i]);
            two = fold(two, text[i]);
            i++;
        } while (class == WORD && i < length && class_of(text[i]) == WORD);
        if (reserve(&terms->hash, &terms->hash_room, terms->size + 2, sizeof *terms->hash)) return -1;
        if (terms->units) terms->hash[terms->size++] = finish(two);
        if (add_unit(terms, start, terms->size)) return -1;
        terms->hash[terms->size++] = finish(one);
        before = one;
    }
    return 0;
}

int run_terms(Terms *terms, const uint32_t *run, size_t length, int block)
{
    if (reserve(&terms->hash, &terms->hash_room, terms->size + run_terms_most(length), sizeof *terms->hash)) return -1;
    uint64_t *out = terms->hash + terms->size;
    const uint32_t *last = run + length; /* the space behind */
    for (const uint32_t *from = run - 1; from < last; from++) {
        uint64_t hash = fold(SEED[block], from[0]); /* all four are made, those past the end are written over: no branch */
        out[0] = finish(hash = fold(hash, from[1]));
        out[1] = finish(hash = fold(hash, from[2]));
        out[2] = finish(hash = fold(hash, from[3]));
        out[3] = finish(fold(hash, from[4]));
        out += last - from < MAX_CHARS - 1 ? last - from : MAX_CHARS - 1;
    }
    terms->size = (size_t)(out - terms->hash);
    return 0;
}

size_t next_run(const Text *text, size_t *at, uint64_t *key)
{
    const uint32_t *point = text->point + 1;
    size_t i = *at, start;
    while (point[i] == ' ' && i < text->length) i++;
    for (start = i, *key = 0; point[i] != ' '; i++) *key = fold(*key, point[i]);
    *key = finish(*key);
    *at = i;
    return start;
}

static int char_terms(Terms *terms, const Text *text, int block)
{
    uint64_t key;
    for (size_t at = 0, start; (start = next_run(text, &at, &key)) < at;)
        if (add_unit(terms, start, terms->size) || run_terms(terms, text->point + 1 + start, at - start, block)) return -1;
    return 0;
}

int terms_of(Terms *terms, const Text *text, int block)
{
    terms->size = terms->units = 0;
    return of_words(block) ? word_terms(terms, text->point + 1, text->length, SEED[block]) : char_terms(terms, text, block);
}

void terms_free(Terms *terms)
{
    free(terms->hash);
    free(terms->unit);
    *terms = (Terms){0};
}
