#include "disguised.h"

#include <string.h>

#define ANY_LETTER 6

/* ---- the table: a hash without its low bits, and in these what the word is ----------------------------------------------------- */
static uint64_t *slot_of(const Table *table, uint64_t hash)
{
    uint64_t key = hash >> BITS << BITS, slot = (key * SPREAD) >> 32 & table->mask;
    while (table->entries[slot] && table->entries[slot] >> BITS << BITS != key) slot = (slot + 1) & table->mask;
    return table->entries + slot;
}

static unsigned flags_of(const Table *table, uint64_t hash)
{
    return (unsigned)(*slot_of(table, hash) & ((1 << BITS) - 1));
}

static int put(Table *table, uint64_t hash, unsigned flags)
{
    if ((table->size + 1) * 2 > table->mask) {
        Table larger = {.mask = table->mask ? table->mask * 2 + 1 : 1023, .size = 0};
        larger.entries = PyMem_Calloc(larger.mask + 1, sizeof(uint64_t));
        if (!larger.entries) return -1;
        for (uint64_t at = 0; table->entries && at <= table->mask; at++)
            if (table->entries[at]) *slot_of(&larger, table->entries[at]) = table->entries[at];
        PyMem_Free(table->entries);
        table->entries = larger.entries;
        table->mask = larger.mask;
    }
    uint64_t *slot = slot_of(table, hash);
    if (!*slot) table->size++;
    *slot |= (hash >> BITS << BITS) | flags;
    return 0;
}

static uint64_t filter_bit(uint64_t hash) { return (hash >> BITS) * SPREAD >> 45; }

static int put_form(Words *self, uint64_t hash, unsigned flags)
{
    uint64_t bit = filter_bit(hash);
    self->may_be[bit / 64] |= 1ULL << bit % 64;
    return put(&self->forms, hash, flags);
}

static unsigned form_of(const Words *self, uint64_t hash)
{
    uint64_t bit = filter_bit(hash);
    return self->may_be[bit / 64] >> bit % 64 & 1 ? flags_of(&self->forms, hash) : 0;
}

static uint64_t at_place(uint64_t hash, int place) { return hash ^ (uint64_t)(place + 1) * SPREAD; }

/* The hash of letters without the one at a place (none: -1), or with each run as one letter. */
static uint64_t hash_without(const unsigned char *letters, int count, int place)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (at != place) hash = fold(hash, letters[at]);
    return hash;
}

static uint64_t hash_plain(const unsigned char *letters, int count)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (!at || letters[at] != letters[at - 1]) hash = fold(hash, letters[at]);
    return hash;
}

static int is_vowel(int letter) { return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u'; }

/* The hash of a word without its inner vowels, set apart from those of whole words. */
static uint64_t hash_skeleton(const unsigned char *letters, int count)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (!at || at == count - 1 || !is_vowel(letters[at])) hash = fold(hash, letters[at]);
    return hash;
}

static uint64_t hash_swapped(const unsigned char *letters, int count, int place)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++) hash = fold(hash, letters[at == place ? at + 1 : at == place + 1 ? at - 1 : at]);
    return hash;
}

static int is_ending(int letter) { return memchr("sdrynt", letter, 6) != NULL; }

static int enter_wrong_keys(Words *self, const unsigned char *letters, int count, int place)
{
    static const char keys[] = " qwertyuiop asdfghjkl zxcvbnm ";
    unsigned char wrong[LONGEST];
    const char *key = strchr(keys, letters[place]);
    memcpy(wrong, letters, (size_t)count);
    for (int side = -1; key && side <= 1; side += 2) {
        wrong[place] = (unsigned char)key[side];
        if (key[side] != ' ' && !(place == count - 1 && is_ending(key[side])) && put_form(self, hash_without(wrong, count, -1), TYPO)) return -1;
    }
    return 0;
}

static int enter(Words *self, const unsigned char *letters, int count, unsigned flags)
{
    if (put(&self->words, hash_without(letters, count, -1), flags)) return -1;
    if (flags & KNOWN && count > 2 && put_form(self, hash_plain(letters, count), PLAIN)) return -1;
    if (!(flags & GUARDED)) return 0;
    for (int place = 1; place < count; place++) {
        uint64_t left = hash_without(letters, count, place);
        if (place < count - 1 && put_form(self, left, TYPO)) return -1;
        if (count >= ANY_LETTER && place < count - 1 && put_form(self, at_place(left, place), LEFT_AT)) return -1;
        if (enter_wrong_keys(self, letters, count, place)) return -1;
        if (place < count - 1 && put_form(self, hash_swapped(letters, count, place), TYPO)) return -1;
    }
    return count > SHORTEST ? put_form(self, hash_skeleton(letters, count), TYPO) : 0;
}

int enter_words(Words *self, PyObject *words, unsigned flags)
{
    PyObject *each = PyObject_GetIter(words), *word;
    if (!each) return -1;
    while ((word = PyIter_Next(each))) {
        Py_ssize_t count;
        const char *letters = PyUnicode_AsUTF8AndSize(word, &count);
        unsigned guarded = flags & KNOWN && count >= SHORTEST && count <= LONGEST ? GUARDED : 0;
        int failed = !letters || (count <= LONGEST_RUN && enter(self, (const unsigned char *)letters, (int)count, flags | guarded));
        Py_DECREF(word);
        if (failed) break;
    }
    Py_DECREF(each);
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- one word ------------------------------------------------------------------------------------------------------------------ */
static int has_run(const unsigned char *letters, int count)
{
    for (int at = 2; at < count; at++)
        if (letters[at] == letters[at - 1] && letters[at] == letters[at - 2]) return 1;
    return 0;
}

static int is_near(const Words *self, const unsigned char *letters, int count, uint64_t whole)
{
    if (form_of(self, whole) & TYPO) return 1;
    uint64_t before = fold(OFFSET, letters[0]);
    for (int place = 1; place < count; before = fold(before, letters[place++])) {
        int last = place == count - 1, twice = letters[place] == letters[place - 1];
        uint64_t left = before;
        for (int at = place + 1; at < count; at++) left = fold(left, letters[at]);
        if ((twice || (!last && count > 5)) && flags_of(&self->words, left) & KNOWN) return 1;
        if (count >= ANY_LETTER && !last && form_of(self, at_place(left, place)) & LEFT_AT) return 1;
    }
    return 0;
}

/* Whether known words follow one another from the first letter to the last. */
static int is_run_of_words(const Words *self, const unsigned char *letters, int count)
{
    char reached[LONGEST_RUN + 1] = {1};
    for (int start = 0; start < count; start++) {
        uint64_t hash = OFFSET;
        for (int end = start; reached[start] && end < count && end - start < LONGEST; end++) {
            hash = fold(hash, letters[end]);
            if (end > start && !reached[end + 1]) reached[end + 1] = (flags_of(&self->words, hash) & KNOWN) != 0;
        }
    }
    return reached[count];
}

int is_suspect(const Words *self, const unsigned char *letters, int count)
{
    uint64_t hash = hash_without(letters, count, -1);
    if (flags_of(&self->words, hash) & ORDINARY) return 0;
    if (is_ending(letters[count - 1]) && flags_of(&self->words, hash_without(letters, count, count - 1)) & ORDINARY) return 0;
    if (has_run(letters, count) && form_of(self, hash_plain(letters, count)) & PLAIN) return 1;
    if (count >= SHORTEST && count <= LONGEST + 1 && is_near(self, letters, count, hash)) return 1;
    return count > 6 && is_run_of_words(self, letters, count);
}

unsigned word_flags(const Words *self, uint64_t hash) { return flags_of(&self->words, hash); }

int close_words(Words *self) { return put(&self->words, OFFSET, 0) || put_form(self, OFFSET, 0) ? -1 : 0; }

void free_words(Words *self)
{
    PyMem_Free(self->words.entries);
    PyMem_Free(self->forms.entries);
}
