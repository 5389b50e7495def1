#include "phrases.h"

#include <stdlib.h>
#include <string.h>

#include "../arrays.h"

#define WINDOW 120
#define MOST_COUNTED 3
#define MAX_ACTIVE 32
#define MIN_STEM 2
#define MAX_STEM 16
#define KINDS 4096 /* words remembered with what they mean */
#define LABELS 4   /* most labels of a word that is remembered */

/* An open-addressing table; key 0 is empty. In words and stems, value is a label (0: none), and begun the state that the word begins
 * (0: none), so that most words cost one look-up. */
typedef struct {
    uint64_t key;
    uint32_t value, bits : 8, begun : 24;
} Entry;

typedef struct {
    Entry *entries;
    uint64_t mask;
} Map;

/* What a word means: its classes, and its labels with the states that they begin. */
typedef struct {
    uint32_t value, begun;
} Label;

struct Kind {
    uint64_t hash;
    uint32_t bits, size;
    Label labels[LABELS];
};

struct Phrases {
    PyObject_HEAD
    PyObject *owners; /* the bytes that starts and groups live in */
    Map words, stems, moves;
    Kind *kinds; /* by hash; what was asked last stands there */
    const uint32_t *starts, *groups;
    uint32_t *any_move; /* for each state, where any word leads (0: nowhere) */
    uint64_t *ways;     /* for each state, a bit for each label that leads on, 64 of them sharing one: most lead nowhere */
    uint32_t states, any, group_count;
};

typedef struct {
    uint32_t at, state;
} Hit;

/* A text while it is read. */
typedef struct {
    const Letters *letters;
    Kind *kinds;
    Hit *hits;
    size_t size, room;
    uint32_t active[MAX_ACTIVE];
    size_t active_size;
    uint32_t words, function, persons;
} Run;

static Entry *slot_of(const Map *map, uint64_t key)
{
    uint64_t slot = (key * SPREAD) >> 32 & map->mask;
    while (map->entries[slot].key && map->entries[slot].key != key) slot = (slot + 1) & map->mask;
    return map->entries + slot;
}

static const Entry *look_up(const Map *map, uint64_t key)
{
    const Entry *entry = slot_of(map, key);
    return entry->key ? entry : NULL;
}

/* ---- one word ------------------------------------------------------------------------------------------------------------------ */

/* A word's letters and, as one '#' each, its numbers, as a hash. */
static uint64_t numbered_hash(const Letters *letters, Py_ssize_t start, Py_ssize_t end)
{
    uint64_t hash = OFFSET;
    for (Py_ssize_t i = start, in_number = 0; i < end; i++) {
        Py_UCS4 c = letter_at(letters, i);
        if (c == '\'') continue;
        int digit = c < 0x80 ? is_digit(c) : Py_UNICODE_ISDECIMAL(c);
        if (!digit || !in_number) hash = fold(hash, digit ? '#' : c);
        in_number = digit;
    }
    return hash;
}

static void add_label(const Entry *found, Label *labels, uint32_t *size)
{
    if (found && found->value) labels[(*size)++] = (Label){found->value, found->begun};
}

/* Looks up what a word means; there is room for MAX_STEM + 2 labels. */
static uint32_t read_kind(const Phrases *self, const Letters *letters, Py_ssize_t start, Py_ssize_t end, uint64_t whole, Label *labels, uint32_t *size)
{
    const Entry *found = look_up(&self->words, whole);
    uint32_t bits = found ? found->bits : 0;
    add_label(found, labels, size);
    uint64_t numbered = numbered_hash(letters, start, end), begun = OFFSET;
    if (numbered != whole) add_label(look_up(&self->words, numbered), labels, size);
    for (Py_ssize_t i = start, length = 0; i < end && length < MAX_STEM; i++) {
        Py_UCS4 c = letter_at(letters, i);
        if (c == '\'') continue;
        begun = fold(begun, c);
        if (++length >= MIN_STEM) add_label(look_up(&self->stems, begun), labels, size);
    }
    return bits;
}

/* What a word means, remembered where it was asked before. */
static const Kind *kind_of(const Phrases *self, const Run *run, Py_ssize_t start, Py_ssize_t end, uint64_t whole, Kind *other)
{
    Label labels[MAX_STEM + 2];
    Kind *kind = run->kinds + ((whole * SPREAD) >> 32) % KINDS;
    if (kind->hash == whole && whole) return kind;
    uint32_t size = 0, bits = read_kind(self, run->letters, start, end, whole, labels, &size);
    if (size > LABELS) return *other = (Kind){whole, bits, size, {{0, 0}}}, other;
    *kind = (Kind){whole, bits, size, {{0, 0}}};
    memcpy(kind->labels, labels, size * sizeof *labels);
    return kind;
}

/* ---- the automaton ------------------------------------------------------------------------------------------------------------- */

/* Enters a state: remembers it for the next word, and as a hit where groups end. */
static int enter(const Phrases *self, Run *run, uint32_t state, uint32_t *reached, size_t *size)
{
    if (*size < MAX_ACTIVE) reached[(*size)++] = state;
    if (self->starts[state] == self->starts[state + 1]) return 0;
    if (reserve(&run->hits, &run->room, run->size + 1, sizeof *run->hits)) return -1;
    run->hits[run->size++] = (Hit){run->words, state};
    return 0;
}

static uint64_t way_of(uint32_t label) { return 1ULL << label % 64; }

static int move(const Phrases *self, Run *run, uint32_t from, uint32_t label, uint32_t *reached, size_t *size)
{
    if (!(self->ways[from] & way_of(label))) return 0;
    const Entry *found = look_up(&self->moves, (uint64_t)(from + 1) << 32 | label);
    return found ? enter(self, run, found->value, reached, size) : 0;
}

/* Moves on by a word of these labels. */
static int advance(const Phrases *self, Run *run, const Label *labels, size_t label_count, uint32_t bits)
{
    uint32_t reached[MAX_ACTIVE];
    size_t size = 0;
    int failed = 0;
    for (size_t i = 0; i < run->active_size; i++)
        for (size_t k = 0; k < label_count; k++) failed |= move(self, run, run->active[i], labels[k].value, reached, &size);
    for (size_t i = 0; i < run->active_size; i++)
        if (self->any_move[run->active[i]]) failed |= enter(self, run, self->any_move[run->active[i]], reached, &size);
    for (size_t k = 0; k < label_count; k++)
        if (labels[k].begun) failed |= enter(self, run, labels[k].begun, reached, &size);
    if (bits & FILLER)
        for (size_t i = 0; i < run->active_size && size < MAX_ACTIVE; i++) reached[size++] = run->active[i];
    memcpy(run->active, reached, size * sizeof *reached);
    run->active_size = size;
    return failed;
}

static int word_end(const Phrases *self, Run *run, Py_ssize_t start, Py_ssize_t end, uint64_t whole)
{
    Kind other;
    Label labels[MAX_STEM + 2];
    const Kind *kind = kind_of(self, run, start, end, whole, &other);
    uint32_t bits = kind->bits, size = kind->size;
    int failed = 0;
    run->function += (bits & FUNCTION) != 0;
    run->persons |= bits & (FIRST | SECOND);
    if (size > LABELS) {
        size = 0;
        read_kind(self, run->letters, start, end, whole, labels, &size);
        failed = advance(self, run, labels, size, bits);
    } else if (size || run->active_size) {
        failed = advance(self, run, kind->labels, size, bits);
    }
    run->words++;
    return failed;
}

static int read_words(const Phrases *self, Run *run)
{
    const Letters *letters = run->letters;
    Py_ssize_t start = -1;
    uint64_t whole = OFFSET;
    for (Py_ssize_t i = 0; i < letters->length; i++) {
        Py_UCS4 c = letter_at(letters, i);
        if (c == '\'') continue;
        if (is_alnum(c)) {
            if (start < 0) start = i;
            whole = fold(whole, c);
        } else if (start >= 0) {
            if (word_end(self, run, start, i, whole)) return -1;
            whole = OFFSET;
            start = -1;
        }
    }
    return start >= 0 ? word_end(self, run, start, letters->length, whole) : 0;
}

/* ---- the answer ---------------------------------------------------------------------------------------------------------------- */

/* The hits within WINDOW words that hold most of them, the first such. */
static void densest(const Run *run, size_t *first, size_t *size)
{
    *first = 0;
    *size = run->size;
    if (run->words <= WINDOW || !run->size) return;
    *size = 0;
    for (size_t start = 0, end = 0; end < run->size; end++) {
        while (run->hits[start].at + WINDOW <= run->hits[end].at) start++;
        if (end + 1 - start > *size) {
            *size = end + 1 - start;
            *first = start;
        }
    }
}

static void count_groups(const Phrases *self, const Run *run, Scan *scan)
{
    uint32_t counted_at[MOST_GROUPS] = {0}; /* index of the word + 1: two phrases of a group that end together count once */
    size_t first, size;
    densest(run, &first, &size);
    for (size_t i = first; i < first + size; i++) {
        uint32_t state = run->hits[i].state;
        for (uint32_t k = self->starts[state]; k < self->starts[state + 1]; k++) {
            uint32_t group = self->groups[k];
            if (scan->counts[group] < MOST_COUNTED && counted_at[group] != run->hits[i].at + 1) scan->counts[group]++;
            counted_at[group] = run->hits[i].at + 1;
            scan->met[group / 64] |= 1ULL << group % 64;
        }
    }
}

Kind *phrases_memory(void) { return calloc(KINDS, sizeof(Kind)); }

int phrases_scan(const Phrases *self, Kind *memory, const Letters *letters, Scan *scan)
{
    Run run = {.letters = letters, .kinds = memory ? memory : self->kinds};
    int failed = read_words(self, &run);
    memset(scan, 0, sizeof *scan);
    if (!failed) {
        scan->words = run.words;
        scan->function = run.function;
        scan->persons = run.persons;
        count_groups(self, &run, scan);
    }
    free(run.hits);
    return failed ? -1 : 0;
}

uint32_t phrases_groups(const Phrases *self) { return self->group_count; }

/* What Python calls: (words, function words, persons, counts, groups met 0-63, groups met 64-127). */
static PyObject *phrases_call(PyObject *object, PyObject *args, PyObject *keywords)
{
    Phrases *self = (Phrases *)object;
    PyObject *text;
    Scan scan;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes one text");
    if (!PyArg_ParseTuple(args, "U", &text)) return NULL;
    Letters letters = letters_of(text);
    if (phrases_scan(self, NULL, &letters, &scan)) return PyErr_NoMemory();
    PyObject *floats = PyTuple_New(self->group_count);
    for (uint32_t group = 0; floats && group < self->group_count; group++) {
        PyObject *count = PyFloat_FromDouble(scan.counts[group]);
        if (!count)
            Py_CLEAR(floats);
        else
            PyTuple_SET_ITEM(floats, group, count);
    }
    if (!floats) return NULL;
    return Py_BuildValue("(IIINKK)", scan.words, scan.function, scan.persons, floats, scan.met[0], scan.met[1]);
}

/* ---- the tables ---------------------------------------------------------------------------------------------------------------- */

/* Fills a map from (key, value | bits << 32) pairs; at least a fifth of its slots stay empty. */
static int open_map(PyObject *bytes, Map *map)
{
    size_t size = (size_t)PyBytes_GET_SIZE(bytes) / 16, slots = 16;
    const uint64_t *pairs = (const uint64_t *)PyBytes_AS_STRING(bytes);
    while (slots < size + size / 4) slots *= 2;
    map->mask = slots - 1;
    if (!(map->entries = PyMem_Calloc(slots, sizeof *map->entries))) return -1;
    for (size_t i = 0; i < size; i++)
        if (pairs[2 * i]) *slot_of(map, pairs[2 * i]) = (Entry){pairs[2 * i], (uint32_t)pairs[2 * i + 1], pairs[2 * i + 1] >> 32 & 0xff, 0};
    return 0;
}

/* Every number that is used as a place must be one. */
static int tables_fit(const Phrases *self, PyObject *starts, PyObject *groups)
{
    uint64_t size = (uint64_t)PyBytes_GET_SIZE(groups) / 4;
    if (PyBytes_GET_SIZE(starts) < 8 || self->group_count > MOST_GROUPS || self->states >= 1 << 24) return 0;
    for (uint32_t state = 0; state < self->states; state++)
        if (self->starts[state] > self->starts[state + 1] || self->starts[state + 1] > size) return 0;
    for (uint64_t i = 0; i < size; i++)
        if (self->groups[i] >= self->group_count) return 0;
    for (uint64_t slot = 0; slot <= self->moves.mask; slot++) {
        const Entry *entry = self->moves.entries + slot;
        if (entry->value >= self->states || (entry->key && (entry->key >> 32) - 1 >= self->states)) return 0;
    }
    return 1;
}

static uint32_t target_of(const Phrases *self, uint32_t from, uint32_t label)
{
    const Entry *found = label ? look_up(&self->moves, (uint64_t)(from + 1) << 32 | label) : NULL;
    return found ? found->value : 0;
}

/* Puts the moves that nearly every word asks for where no look-up is needed. */
static int shorten_ways(Phrases *self)
{
    const Map *maps[] = {&self->words, &self->stems};
    for (int map = 0; map < 2; map++)
        for (uint64_t slot = 0; slot <= maps[map]->mask; slot++)
            maps[map]->entries[slot].begun = target_of(self, 0, maps[map]->entries[slot].value);
    self->any_move = PyMem_Calloc(self->states, sizeof *self->any_move);
    self->ways = PyMem_Calloc(self->states, sizeof *self->ways);
    self->kinds = phrases_memory();
    if (!self->any_move || !self->ways || !self->kinds) return -1;
    for (uint64_t slot = 0; slot <= self->moves.mask; slot++) {
        uint64_t key = self->moves.entries[slot].key; /* (state + 1) << 32 | label */
        if (key) self->ways[(key >> 32) - 1] |= way_of((uint32_t)key);
    }
    for (uint32_t state = 0; state < self->states; state++) self->any_move[state] = target_of(self, state, self->any);
    return 0;
}

static PyObject *phrases_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)keywords;
    PyObject *words, *stems, *moves, *starts, *groups;
    unsigned int any, group_count;
    if (!PyArg_ParseTuple(args, "SSSSSII", &words, &stems, &moves, &starts, &groups, &any, &group_count)) return NULL;
    Phrases *self = (Phrases *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->owners = PyTuple_Pack(2, starts, groups);
    self->starts = (const uint32_t *)PyBytes_AS_STRING(starts);
    self->groups = (const uint32_t *)PyBytes_AS_STRING(groups);
    self->states = (uint32_t)(PyBytes_GET_SIZE(starts) / 4) - 1;
    self->any = any;
    self->group_count = group_count;
    if (!self->owners || open_map(words, &self->words) || open_map(stems, &self->stems) || open_map(moves, &self->moves) ||
        !tables_fit(self, starts, groups) || shorten_ways(self)) {
        Py_DECREF(self);
        PyErr_SetString(PyExc_ValueError, "the tables do not fit each other");
        return NULL;
    }
    return (PyObject *)self;
}

static void phrases_dealloc(PyObject *object)
{
    Phrases *self = (Phrases *)object;
    Py_XDECREF(self->owners);
    free(self->kinds);
    PyMem_Free(self->any_move);
    PyMem_Free(self->ways);
    PyMem_Free(self->words.entries);
    PyMem_Free(self->stems.entries);
    PyMem_Free(self->moves.entries);
    Py_TYPE(object)->tp_free(object);
}

PyTypeObject PhrasesType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Phrases",
    .tp_basicsize = sizeof(Phrases),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Phrases(words, stems, moves, starts, groups, any, group count): what scanning.py makes; call it with a text.",
    .tp_new = phrases_new,
    .tp_dealloc = phrases_dealloc,
    .tp_call = phrases_call,
};
