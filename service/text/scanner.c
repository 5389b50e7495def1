/* Reads a text's words once; scanning.py does the same in Python and says what the answers mean.
 *
 * Scanner(words, stems, moves, starts, groups, any, group count) keeps the tables that scanning.py makes; calling it with a text gives
 * (words, distinct words, function words, persons, counts, groups met 0-63, groups met 64-127).
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PRIME 0x100000001b3ULL
#define OFFSET 0xcbf29ce484222325ULL
#define SPREAD 0x9e3779b97f4a7c15ULL
#define WINDOW 120
#define MOST_COUNTED 3
#define MAX_ACTIVE 32
#define MIN_STEM 2
#define MAX_STEM 16
#define MAX_GROUPS 128
enum { FILLER = 1, FUNCTION = 2, FIRST = 4, SECOND = 8 };

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

typedef struct {
    PyObject_HEAD
    PyObject *owners; /* the bytes that starts and groups live in */
    Map words, stems, moves;
    const uint32_t *starts, *groups;
    uint32_t *any_move; /* for each state, where any word leads (0: nowhere) */
    uint32_t states, any, group_count;
    PyObject *counts[MOST_COUNTED + 1];
} Scanner;

typedef struct {
    uint32_t at, state;
} Hit;

typedef struct {
    Hit *hits;
    size_t size, room;
    uint32_t active[MAX_ACTIVE], held[MAX_ACTIVE];
    size_t active_size;
    uint64_t *seen, seen_mask;
    uint32_t words, distinct, function, persons;
} Run;

/* One word while it is read. */
typedef struct {
    uint64_t whole, numbered, begun[MAX_STEM + 1];
    size_t length;
    int in_number, has_number;
} Word;

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

static void word_start(Word *word)
{
    word->whole = word->numbered = OFFSET;
    word->length = 0;
    word->in_number = word->has_number = 0;
}

static void word_letter(Word *word, Py_UCS4 letter)
{
    word->whole = (word->whole ^ letter) * PRIME;
    if (++word->length <= MAX_STEM) word->begun[word->length] = word->whole;
    if (letter < 0x80 ? letter <= '9' : Py_UNICODE_ISDECIMAL(letter)) {
        if (!word->in_number) word->numbered = (word->numbered ^ '#') * PRIME;
        word->in_number = word->has_number = 1;
    } else {
        word->numbered = (word->numbered ^ letter) * PRIME;
        word->in_number = 0;
    }
}

static void see(Run *run, uint64_t hash)
{
    uint64_t key = hash ? hash : 1, slot = (key * SPREAD) >> 32 & run->seen_mask;
    while (run->seen[slot]) {
        if (run->seen[slot] == key) return;
        slot = (slot + 1) & run->seen_mask;
    }
    run->seen[slot] = key;
    run->distinct++;
}

/* Enters a state: remembers it for the next word, and as a hit where groups end. */
static int enter(const Scanner *self, Run *run, uint32_t state, uint32_t *reached, size_t *size)
{
    if (*size < MAX_ACTIVE) reached[(*size)++] = state;
    if (self->starts[state] == self->starts[state + 1]) return 0;
    if (run->size == run->room) {
        size_t room = run->room ? run->room * 2 : 64;
        Hit *grown = realloc(run->hits, room * sizeof *grown);
        if (!grown) return -1;
        run->hits = grown;
        run->room = room;
    }
    run->hits[run->size++] = (Hit){run->words, state};
    return 0;
}

static int move(const Scanner *self, Run *run, uint32_t from, uint32_t label, uint32_t *reached, size_t *size)
{
    const Entry *found = look_up(&self->moves, (uint64_t)(from + 1) << 32 | label);
    return found ? enter(self, run, found->value, reached, size) : 0;
}

static size_t labels_of(const Scanner *self, const Word *word, const Entry **labels, uint32_t *bits)
{
    size_t size = 0;
    const Entry *found = look_up(&self->words, word->whole);
    if (found) {
        *bits = found->bits;
        if (found->value) labels[size++] = found;
    }
    if (word->has_number && word->numbered != word->whole && (found = look_up(&self->words, word->numbered)) && found->value)
        labels[size++] = found;
    size_t longest = word->length < MAX_STEM ? word->length : MAX_STEM;
    for (size_t length = MIN_STEM; length <= longest; length++)
        if ((found = look_up(&self->stems, word->begun[length]))) labels[size++] = found;
    return size;
}

static int word_end(const Scanner *self, Run *run, const Word *word)
{
    const Entry *labels[MAX_STEM + 2];
    uint32_t bits = 0, reached[MAX_ACTIVE];
    size_t size = 0, label_count = labels_of(self, word, labels, &bits);
    int failed = 0;
    see(run, word->whole);
    run->function += (bits & FUNCTION) != 0;
    run->persons |= bits & (FIRST | SECOND);
    for (size_t i = 0; i < run->active_size; i++)
        for (size_t k = 0; k < label_count; k++) failed |= move(self, run, run->active[i], labels[k]->value, reached, &size);
    for (size_t i = 0; i < run->active_size; i++)
        if (self->any_move[run->active[i]]) failed |= enter(self, run, self->any_move[run->active[i]], reached, &size);
    for (size_t k = 0; k < label_count; k++)
        if (labels[k]->begun) failed |= enter(self, run, labels[k]->begun, reached, &size);
    if (bits & FILLER)
        for (size_t i = 0; i < run->active_size && size < MAX_ACTIVE; i++) reached[size++] = run->active[i];
    memcpy(run->active, reached, size * sizeof *reached);
    run->active_size = size;
    run->words++;
    return failed;
}

static int read_words(const Scanner *self, Run *run, PyObject *text)
{
    int kind = PyUnicode_KIND(text), inside = 0;
    const void *data = PyUnicode_DATA(text);
    Word word;
    word_start(&word);
    for (Py_ssize_t i = 0, length = PyUnicode_GET_LENGTH(text); i < length; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == '\'') continue;
        if (c < 0x80 ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') : Py_UNICODE_ISALNUM(c)) {
            word_letter(&word, c);
            inside = 1;
        } else if (inside) {
            if (word_end(self, run, &word)) return -1;
            word_start(&word);
            inside = 0;
        }
    }
    return inside ? word_end(self, run, &word) : 0;
}

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

static PyObject *answer(const Scanner *self, const Run *run)
{
    uint8_t counts[MAX_GROUPS] = {0};
    uint32_t counted_at[MAX_GROUPS] = {0}; /* index of the word + 1: two phrases of a group that end together count once */
    uint64_t met[2] = {0, 0};
    size_t first, size;
    densest(run, &first, &size);
    for (size_t i = first; i < first + size; i++) {
        uint32_t state = run->hits[i].state;
        for (uint32_t k = self->starts[state]; k < self->starts[state + 1]; k++) {
            uint32_t group = self->groups[k];
            if (counts[group] < MOST_COUNTED && counted_at[group] != run->hits[i].at + 1) counts[group]++;
            counted_at[group] = run->hits[i].at + 1;
            met[group / 64] |= 1ULL << group % 64;
        }
    }
    PyObject *floats = PyTuple_New(self->group_count);
    if (!floats) return NULL;
    for (uint32_t group = 0; group < self->group_count; group++)
        PyTuple_SET_ITEM(floats, group, Py_NewRef(self->counts[counts[group]]));
    return Py_BuildValue("(IIIINKK)", run->words, run->distinct, run->function, run->persons, floats, met[0], met[1]);
}

static PyObject *scanner_call(PyObject *object, PyObject *args, PyObject *keywords)
{
    Scanner *self = (Scanner *)object;
    PyObject *text, *result = NULL;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes one text");
    if (!PyArg_ParseTuple(args, "U", &text)) return NULL;
    uint64_t slots = 16;
    while (slots < (uint64_t)PyUnicode_GET_LENGTH(text) + 2) slots *= 2; /* twice as many as words */
    Run run = {0};
    run.seen = calloc(slots, sizeof *run.seen);
    run.seen_mask = slots - 1;
    if (!run.seen || read_words(self, &run, text))
        PyErr_NoMemory();
    else
        result = answer(self, &run);
    free(run.seen);
    free(run.hits);
    return result;
}

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
static int tables_fit(const Scanner *self, PyObject *starts, PyObject *groups)
{
    uint64_t size = (uint64_t)PyBytes_GET_SIZE(groups) / 4;
    if (PyBytes_GET_SIZE(starts) < 8 || self->group_count > MAX_GROUPS || self->states >= 1 << 24) return 0;
    for (uint32_t state = 0; state < self->states; state++)
        if (self->starts[state] > self->starts[state + 1] || self->starts[state + 1] > size) return 0;
    for (uint64_t i = 0; i < size; i++)
        if (self->groups[i] >= self->group_count) return 0;
    for (uint64_t slot = 0; slot <= self->moves.mask; slot++)
        if (self->moves.entries[slot].value >= self->states) return 0;
    return 1;
}

static uint32_t target_of(const Scanner *self, uint32_t from, uint32_t label)
{
    const Entry *found = label ? look_up(&self->moves, (uint64_t)(from + 1) << 32 | label) : NULL;
    return found ? found->value : 0;
}

/* Puts the moves that nearly every word asks for where no look-up is needed. */
static int shorten_ways(Scanner *self)
{
    const Map *maps[] = {&self->words, &self->stems};
    for (int map = 0; map < 2; map++)
        for (uint64_t slot = 0; slot <= maps[map]->mask; slot++)
            maps[map]->entries[slot].begun = target_of(self, 0, maps[map]->entries[slot].value);
    if (!(self->any_move = PyMem_Calloc(self->states, sizeof *self->any_move))) return -1;
    for (uint32_t state = 0; state < self->states; state++) self->any_move[state] = target_of(self, state, self->any);
    return 0;
}

static PyObject *scanner_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)keywords;
    PyObject *words, *stems, *moves, *starts, *groups;
    unsigned int any, group_count;
    if (!PyArg_ParseTuple(args, "SSSSSII", &words, &stems, &moves, &starts, &groups, &any, &group_count)) return NULL;
    Scanner *self = (Scanner *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->owners = PyTuple_Pack(2, starts, groups);
    self->starts = (const uint32_t *)PyBytes_AS_STRING(starts);
    self->groups = (const uint32_t *)PyBytes_AS_STRING(groups);
    self->states = (uint32_t)(PyBytes_GET_SIZE(starts) / 4) - 1;
    self->any = any;
    self->group_count = group_count;
    if (open_map(words, &self->words) || open_map(stems, &self->stems) || open_map(moves, &self->moves) ||
        !tables_fit(self, starts, groups) || shorten_ways(self)) {
        Py_DECREF(self);
        PyErr_SetString(PyExc_ValueError, "the tables do not fit each other");
        return NULL;
    }
    for (int count = 0; count <= MOST_COUNTED; count++)
        if (!(self->counts[count] = PyFloat_FromDouble(count))) {
            Py_DECREF(self);
            return NULL;
        }
    return (PyObject *)self;
}

static void scanner_dealloc(PyObject *object)
{
    Scanner *self = (Scanner *)object;
    Py_XDECREF(self->owners);
    PyMem_Free(self->any_move);
    PyMem_Free(self->words.entries);
    PyMem_Free(self->stems.entries);
    PyMem_Free(self->moves.entries);
    for (int count = 0; count <= MOST_COUNTED; count++) Py_XDECREF(self->counts[count]);
    Py_TYPE(object)->tp_free(object);
}

static PyTypeObject ScannerType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._scanner.Scanner",
    .tp_basicsize = sizeof(Scanner),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The phrases as tables; call it with a text.",
    .tp_new = scanner_new,
    .tp_dealloc = scanner_dealloc,
    .tp_call = scanner_call,
};

/* ---- characters ---------------------------------------------------------------------------------------------------------------- */
enum { CAPITALS, CAPITAL_WORDS, LETTERS, FOREIGN, DIGITS, SIGNS, COMMAS, EXCLAMATIONS, QUESTIONS, DOTS, LINES, EMOJI, COUNTS };

static int is_emoji(Py_UCS4 c)
{
    return (c >= 0x2190 && c <= 0x21ff) || (c >= 0x2300 && c <= 0x27bf) || (c >= 0x2b00 && c <= 0x2bff) || (c >= 0x1f000 && c <= 0x1faff);
}

/* A run of letters while it is read. */
typedef struct {
    size_t length;
    int upper, lower;
} Letters;

static void letters_end(Letters *run, unsigned *counts)
{
    counts[CAPITAL_WORDS] += run->length > 2 && run->upper && !run->lower;
    *run = (Letters){0, 0, 0};
}

static void count_letter(Py_UCS4 c, Letters *run, unsigned *counts)
{
    int upper = c < 0x80 ? c >= 'A' && c <= 'Z' : Py_UNICODE_ISUPPER(c);
    counts[LETTERS]++;
    counts[CAPITALS] += upper != 0;
    counts[FOREIGN] += c >= 0x250 && (c < 0x1e00 || c >= 0x1f00);
    run->length++;
    run->upper |= upper;
    run->lower |= c < 0x80 ? c >= 'a' : Py_UNICODE_ISLOWER(c) || Py_UNICODE_ISTITLE(c);
}

static void count_sign(Py_UCS4 c, Py_UCS4 before, Py_UCS4 earlier, unsigned *counts)
{
    counts[SIGNS] += c > 32 && c < 127;
    counts[COMMAS] += c == ',' || c == '|' || c == ';';
    counts[EXCLAMATIONS] += c == '!';
    counts[QUESTIONS] += c == '?';
    counts[DOTS] += c == '.' && before == '.' && earlier != '.';
    counts[LINES] += c == '\n';
    counts[EMOJI] += is_emoji(c);
}

static PyObject *characters(PyObject *self, PyObject *text)
{
    (void)self;
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    unsigned counts[COUNTS] = {0};
    Letters run = {0, 0, 0};
    Py_UCS4 before = 0, earlier = 0;
    for (Py_ssize_t i = 0, length = PyUnicode_GET_LENGTH(text); i < length; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        int ascii = c < 0x80, digit = ascii ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c);
        if (!digit && (ascii ? (c | 32) >= 'a' && (c | 32) <= 'z' : Py_UNICODE_ISALNUM(c))) {
            count_letter(c, &run, counts);
        } else {
            if (run.length) letters_end(&run, counts);
            counts[DIGITS] += digit != 0;
            if (!digit) count_sign(c, before, earlier, counts);
        }
        earlier = before;
        before = c;
    }
    letters_end(&run, counts);
    PyObject *result = PyTuple_New(COUNTS);
    for (int count = 0; result && count < COUNTS; count++) {
        PyObject *number = PyLong_FromUnsignedLong(counts[count]);
        if (!number) Py_CLEAR(result);
        else PyTuple_SET_ITEM(result, count, number);
    }
    return result;
}

/* Whether a sign outside ASCII stands four times in a row. */
static PyObject *has_wide_run(PyObject *self, PyObject *text)
{
    (void)self;
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    int kind = PyUnicode_KIND(text), run = 0;
    const void *data = PyUnicode_DATA(text);
    Py_UCS4 before = 0;
    for (Py_ssize_t i = 0, length = PyUnicode_GET_LENGTH(text); i < length; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        run = c == before ? run + 1 : 1;
        if (run == 4 && c > 0x7f) Py_RETURN_TRUE;
        before = c;
    }
    Py_RETURN_FALSE;
}

static PyMethodDef methods[] = {
    {"has_wide_run", has_wide_run, METH_O, "Whether a sign outside ASCII stands four times in a row."},
    {"characters", characters, METH_O, "Counts a text's characters by class."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_scanner", "Reads a text's words and characters once.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__scanner(void)
{
    PyObject *self = PyModule_Create(&module);
    if (!self || PyType_Ready(&ScannerType) || PyModule_AddObjectRef(self, "Scanner", (PyObject *)&ScannerType)) {
        Py_XDECREF(self);
        return NULL;
    }
    return self;
}
