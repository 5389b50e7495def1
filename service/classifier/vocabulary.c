#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#define MAX_TERMS ((size_t)1 << 30)

typedef struct {
    uint64_t hash;
    uint32_t frequency, text, place; /* texts with the term; the last text that had it, and its place in that text's row */
} Known;

typedef struct {
    PyObject_HEAD
    int block;
    Terms terms;
    Text text;
    Known *known;
    uint32_t *slot; /* column + 1, 0: empty; at most half full */
    size_t size, room, slots;
    uint32_t texts;
} Vocabulary;

/* Rows of a sparse matrix in the making. */
typedef struct {
    int32_t *column, *count;
    size_t size, column_room, count_room;
} Rows;

static int widen(Vocabulary *vocabulary)
{
    size_t slots = vocabulary->slots ? vocabulary->slots * 2 : 1 << 16, mask = slots - 1;
    uint32_t *slot = calloc(slots, sizeof *slot);
    if (!slot) return -1;
    for (size_t column = 0; column < vocabulary->size; column++) {
        size_t at = vocabulary->known[column].hash & mask;
        while (slot[at]) at = (at + 1) & mask;
        slot[at] = (uint32_t)column + 1;
    }
    free(vocabulary->slot);
    vocabulary->slot = slot;
    vocabulary->slots = slots;
    return 0;
}

/* The column of a hash; a new one when `learn`, else -1 for an unknown hash; -2 when memory is out. */
static int64_t column_of(Vocabulary *vocabulary, uint64_t hash, int learn)
{
    size_t mask = vocabulary->slots - 1, at = hash & mask;
    for (uint32_t there; (there = vocabulary->slot[at]); at = (at + 1) & mask)
        if (vocabulary->known[there - 1].hash == hash) return there - 1;
    if (!learn) return -1;
    if (vocabulary->size >= MAX_TERMS ||
        reserve(&vocabulary->known, &vocabulary->room, vocabulary->size + 1, sizeof *vocabulary->known))
        return -2;
    vocabulary->known[vocabulary->size] = (Known){hash, 0, 0, 0};
    vocabulary->slot[at] = (uint32_t)++vocabulary->size;
    int64_t column = (int64_t)vocabulary->size - 1;
    return vocabulary->size * 2 > vocabulary->slots && widen(vocabulary) ? -2 : column;
}

/* Numbers a new text; the marks of older ones are wiped when the numbers run out. */
static void next_text(Vocabulary *vocabulary)
{
    if (++vocabulary->texts) return;
    for (size_t column = 0; column < vocabulary->size; column++) vocabulary->known[column].text = 0;
    vocabulary->texts = 1;
}

/* Appends one text's row. */
static int add_row(Vocabulary *vocabulary, Rows *rows, int learn)
{
    Terms *terms = &vocabulary->terms;
    size_t mask = vocabulary->slots - 1;
    if (terms_of(terms, &vocabulary->text, vocabulary->block) ||
        reserve(&rows->column, &rows->column_room, rows->size + terms->size, sizeof *rows->column) ||
        reserve(&rows->count, &rows->count_room, rows->size + terms->size, sizeof *rows->count))
        return -1;
    next_text(vocabulary);
    size_t first = rows->size;
    for (size_t i = 0; i < terms->size; i++) __builtin_prefetch(&vocabulary->slot[terms->hash[i] & mask]);
    for (size_t i = 0; i < terms->size; i++) {
        int64_t column = column_of(vocabulary, terms->hash[i], learn);
        if (column == -2) return -1;
        if (column < 0) continue;
        Known *known = &vocabulary->known[column];
        if (known->text == vocabulary->texts) {
            rows->count[first + known->place]++;
            continue;
        }
        known->text = vocabulary->texts;
        known->place = (uint32_t)(rows->size - first);
        known->frequency += learn != 0;
        rows->column[rows->size] = (int32_t)column;
        rows->count[rows->size++] = 1;
    }
    return 0;
}

static PyObject *bytes_of(const void *items, size_t count, size_t size)
{
    return PyBytes_FromStringAndSize(items, (Py_ssize_t)(count * size));
}

static PyObject *rows_of(Vocabulary *vocabulary, PyObject *texts, int learn)
{
    Rows rows = {0};
    PyObject *result = NULL, *items = PySequence_Tuple(texts);
    if (!items) return NULL;
    Py_ssize_t size = PyTuple_GET_SIZE(items);
    PyObject *starts = PyBytes_FromStringAndSize(NULL, (size + 1) * (Py_ssize_t)sizeof(int64_t));
    if (!starts) goto done;
    int64_t *start = (int64_t *)PyBytes_AS_STRING(starts);
    start[0] = 0;
    for (Py_ssize_t row = 0; row < size; row++) {
        if (PyErr_CheckSignals() || read_text(&vocabulary->text, PyTuple_GET_ITEM(items, row))) goto done;
        if (add_row(vocabulary, &rows, learn)) {
            PyErr_NoMemory();
            goto done;
        }
        start[row + 1] = (int64_t)rows.size;
    }
    result = Py_BuildValue("(ONN)", starts, bytes_of(rows.column, rows.size, sizeof *rows.column),
                           bytes_of(rows.count, rows.size, sizeof *rows.count));
done:
    Py_XDECREF(starts);
    Py_DECREF(items);
    free(rows.column);
    free(rows.count);
    return result;
}

static PyObject *vocabulary_learn(PyObject *self, PyObject *texts) { return rows_of((Vocabulary *)self, texts, 1); }
static PyObject *vocabulary_count(PyObject *self, PyObject *texts) { return rows_of((Vocabulary *)self, texts, 0); }

static PyObject *vocabulary_known(PyObject *self, PyObject *nothing)
{
    const Vocabulary *vocabulary = (Vocabulary *)self;
    (void)nothing;
    PyObject *hashes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(vocabulary->size * sizeof(uint64_t)));
    PyObject *frequencies = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(vocabulary->size * sizeof(uint32_t)));
    if (!hashes || !frequencies) {
        Py_XDECREF(hashes);
        Py_XDECREF(frequencies);
        return NULL;
    }
    uint64_t *hash = (uint64_t *)PyBytes_AS_STRING(hashes);
    uint32_t *frequency = (uint32_t *)PyBytes_AS_STRING(frequencies);
    for (size_t column = 0; column < vocabulary->size; column++) {
        hash[column] = vocabulary->known[column].hash;
        frequency[column] = vocabulary->known[column].frequency;
    }
    return Py_BuildValue("(NN)", hashes, frequencies);
}

static int take_hashes(Vocabulary *vocabulary, const Py_buffer *hashes)
{
    for (Py_ssize_t at = 0; at + 8 <= hashes->len; at += 8) {
        uint64_t hash;
        memcpy(&hash, (const char *)hashes->buf + at, sizeof hash);
        if (column_of(vocabulary, hash, 1) < 0) {
            PyErr_NoMemory();
            return -1;
        }
    }
    if ((Py_ssize_t)(vocabulary->size * sizeof(uint64_t)) == hashes->len) return 0;
    PyErr_SetString(PyExc_ValueError, "the hashes must be distinct, 8 bytes each");
    return -1;
}

static PyObject *vocabulary_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    int block;
    Py_buffer hashes = {0};
    static char *names[] = {"block", "hashes", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, named, "i|y*:Vocabulary", names, &block, &hashes)) return NULL;
    Vocabulary *vocabulary = NULL;
    if (block < 0 || block >= BLOCKS)
        PyErr_SetString(PyExc_ValueError, "block must be 0, 1, 2 or 3");
    else
        vocabulary = (Vocabulary *)type->tp_alloc(type, 0);
    if (vocabulary) {
        vocabulary->block = block;
        int failed = widen(vocabulary);
        if (failed) PyErr_NoMemory();
        if (failed || (hashes.obj && take_hashes(vocabulary, &hashes))) Py_CLEAR(vocabulary);
    }
    if (hashes.obj) PyBuffer_Release(&hashes);
    return (PyObject *)vocabulary;
}

static void vocabulary_dealloc(PyObject *self)
{
    Vocabulary *vocabulary = (Vocabulary *)self;
    PyTypeObject *type = Py_TYPE(self);
    terms_free(&vocabulary->terms);
    free(vocabulary->text.point);
    free(vocabulary->known);
    free(vocabulary->slot);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"learn", vocabulary_learn, METH_O, "learn(texts) -> (starts, columns, counts), giving new terms new columns"},
    {"count", vocabulary_count, METH_O, "count(texts) -> (starts, columns, counts) of the known terms"},
    {"known", vocabulary_known, METH_NOARGS, "known() -> (hashes, numbers of learnt texts that have them), by column"},
    {NULL, NULL, 0, NULL}};

static PyType_Slot SLOTS[] = {{Py_tp_new, vocabulary_new},
                              {Py_tp_dealloc, vocabulary_dealloc},
                              {Py_tp_methods, METHODS},
                              {Py_tp_doc, "Columns for the terms of one block."},
                              {0, NULL}};

static PyType_Spec SPEC = {"service.classifier._kernel.Vocabulary", sizeof(Vocabulary), 0, Py_TPFLAGS_DEFAULT, SLOTS};

PyObject *vocabulary_type(void) { return PyType_FromSpec(&SPEC); }
