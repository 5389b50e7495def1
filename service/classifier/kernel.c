/* What Python sees of the kernel: Table, which scores; Vocabulary, which counts for training; terms. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <structmember.h>

#include "sums.h"
#include "table.h"
#include "vocabulary.h"

/* A table over a buffer that it keeps open. Every call keeps the interpreter lock, so one scratch serves all. */
typedef struct {
    PyObject_HEAD
    Py_buffer buffer;
    Table table;
    Text text, fields;
    unsigned signals, terms, window, stride;
} Weights;

int read_text(Text *text, PyObject *given)
{
    if (!PyUnicode_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "a text must be a str");
        return -1;
    }
    size_t length = (size_t)PyUnicode_GET_LENGTH(given);
    if (length >= UINT32_MAX / 8 || reserve(&text->point, &text->room, 1 + length + PADDING, sizeof *text->point)) {
        PyErr_NoMemory();
        return -1;
    }
    if (length && !PyUnicode_AsUCS4(given, text->point + 1, (Py_ssize_t)length, 0)) return -1;
    text->point[0] = ' ';
    for (size_t i = 0; i < PADDING; i++) text->point[1 + length + i] = ' ';
    text->length = length;
    return 0;
}

/* Adds what signals, given as the bytes of doubles, say to the heads, and writes it down where `steps` is not NULL. */
static int add_signals(const Table *table, PyObject *vector, double *sum, double *steps)
{
    if (!PyBytes_Check(vector) || (size_t)PyBytes_GET_SIZE(vector) != table->header->signals * sizeof(double)) {
        PyErr_SetString(PyExc_ValueError, "the number of signals does not fit the table");
        return -1;
    }
    const char *values = PyBytes_AS_STRING(vector);
    for (uint32_t signal = 0; signal < table->header->signals; signal++, values += sizeof(double)) {
        double value;
        memcpy(&value, values, sizeof value);
        const double *step = step_of(table, signal, value);
        for (int head = 0; head < HEADS; head++) {
            sum[head] += step[head];
            if (steps) *steps++ = step[head];
        }
    }
    return 0;
}

static int no_memory(void)
{
    PyErr_NoMemory();
    return -1;
}

/* Sums what stands around a reading's text, and reads the text. */
static int sum_around(Weights *weights, PyObject *const *args, Py_ssize_t given, double *sum)
{
    Table *table = &weights->table;
    if (given != 3) {
        PyErr_SetString(PyExc_TypeError, "a text, fields and a vector are needed");
        return -1;
    }
    for (int head = 0; head < HEADS; head++) sum[head] = table->header->bias[head];
    if (add_signals(table, args[2], sum, NULL) || read_text(&weights->text, args[0]) || read_text(&weights->fields, args[1])) return -1;
    if (add_block(table, &table->words, &weights->fields, FIELD_WORDS, sum) ||
        add_block(table, &table->chars, &weights->fields, FIELD_CHARS, sum))
        return no_memory();
    return 0;
}

/* Sums a reading's log-odds. */
static int sum_of(Weights *weights, PyObject *const *args, Py_ssize_t given, double *sum)
{
    Table *table = &weights->table;
    double share[HEADS] = {0};
    if (sum_around(weights, args, given, sum)) return -1;
    if (add_block(table, &table->words, &weights->text, TEXT_WORDS, share) ||
        add_block(table, &table->chars, &weights->text, TEXT_CHARS, share))
        return no_memory();
    for (int head = 0; head < HEADS; head++) sum[head] += share[head];
    table_trim(table);
    return 0;
}

static PyObject *weights_logits(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    double sum[HEADS];
    return sum_of((Weights *)self, args, given, sum) ? NULL : Py_BuildValue("(dd)", sum[0], sum[1]);
}

static PyObject *spans(const Span *where, const double *share)
{
    return Py_BuildValue("((nnd)(nnd))", (Py_ssize_t)where[0].start, (Py_ssize_t)where[0].end, share[0],
                         (Py_ssize_t)where[1].start, (Py_ssize_t)where[1].end, share[1]);
}

static PyObject *weights_worst(PyObject *self, PyObject *text)
{
    Weights *weights = (Weights *)self;
    double whole[HEADS], worst[HEADS];
    Span where[HEADS];
    if (read_text(&weights->text, text)) return NULL;
    if (find_worst(&weights->table, &weights->text, NULL, whole, worst, where)) return PyErr_NoMemory();
    table_trim(&weights->table);
    return spans(where, worst);
}

/* A reading's log-odds, and the windows that have the largest shares where one is suspicious. */
typedef struct {
    double sum[HEADS], worst[HEADS];
    Span where[HEADS];
    int suspicious;
} Weighed;

static int weigh(Weights *weights, PyObject *const *args, Py_ssize_t given, Weighed *found)
{
    const Header *header = weights->table.header;
    double whole[HEADS];
    if (sum_around(weights, args, given, found->sum)) return -1;
    if (find_worst(&weights->table, &weights->text, header->suspect, whole, found->worst, found->where)) return no_memory();
    table_trim(&weights->table);
    found->suspicious = 0;
    for (int head = 0; head < HEADS; head++) {
        int part = found->where[head].start != 0 || found->where[head].end != weights->text.length;
        found->suspicious |= part && found->worst[head] >= header->suspect[head];
        found->sum[head] += whole[head];
    }
    return 0;
}

static PyObject *weighed(const Weighed *found)
{
    PyObject *worst = found->suspicious ? spans(found->where, found->worst) : Py_NewRef(Py_None);
    return worst ? Py_BuildValue("(ddN)", found->sum[0], found->sum[1], worst) : NULL;
}

static PyObject *weights_weigh(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Weighed found;
    return weigh((Weights *)self, args, given, &found) ? NULL : weighed(&found);
}

static double probability(const Header *header, const double *sum, int head)
{
    return 1.0 / (1.0 + exp(-(header->scale[head] * sum[head] + header->offset[head])));
}

static PyObject *weights_score(PyObject *self, PyObject *const *args, Py_ssize_t given)
{
    Weighed found;
    const Header *header = ((Weights *)self)->table.header;
    if (weigh((Weights *)self, args, given, &found)) return NULL;
    if (found.suspicious) return weighed(&found);
    PyObject *spam = PyFloat_FromDouble(probability(header, found.sum, 0)), *abuse = PyFloat_FromDouble(probability(header, found.sum, 1));
    PyObject *result = spam && abuse ? PyTuple_Pack(2, spam, abuse) : NULL;
    Py_XDECREF(spam);
    Py_XDECREF(abuse);
    return result;
}

/* What the occurrences [from, to) add to the heads: a term's sum, divided among its occurrences. */
static void add_shares(const Table *table, const Found *found, size_t from, size_t to, double norm, double *share)
{
    for (int head = 0; head < HEADS; head++) share[head] = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t entry = found->entry[i], count = table->count[entry];
        if (entry == table->header->terms) continue;
        for (int head = 0; head < HEADS; head++) share[head] += damp(count) / count / norm * table->entries[entry].weight[head];
    }
}

static PyObject *weights_shares(PyObject *self, PyObject *args)
{
    Weights *weights = (Weights *)self;
    PyObject *text;
    int block;
    Table *table = &weights->table;
    Found *found = &table->chars;
    if (!PyArg_ParseTuple(args, "Oi:shares", &text, &block) || read_text(&weights->text, text)) return NULL;
    if (block < 0 || block >= BLOCKS) return PyErr_Format(PyExc_ValueError, "block must be 0, 1, 2 or 3");
    if (look_up(table, found, &weights->text, block)) return PyErr_NoMemory();
    Sum sum = {0};
    count_entries(table, found, 0, found->size, &sum);
    double norm = sqrt(sum.squares);
    size_t parts = of_words(block) ? found->size : found->terms.units;
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(parts * HEADS * sizeof(double)));
    double *share = result ? (double *)PyBytes_AS_STRING(result) : NULL;
    for (size_t part = 0; share && part < parts; part++) {
        size_t from = of_words(block) ? part : unit_start(found, part), to = of_words(block) ? part + 1 : unit_start(found, part + 1);
        add_shares(table, found, from, to, norm, share + HEADS * part);
    }
    forget(table, found, 0, found->size);
    table_trim(table);
    return result;
}

static PyObject *weights_steps(PyObject *self, PyObject *vector)
{
    Weights *weights = (Weights *)self;
    double sum[HEADS] = {0};
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(weights->signals * HEADS * sizeof(double)));
    if (result && add_signals(&weights->table, vector, sum, (double *)PyBytes_AS_STRING(result))) Py_CLEAR(result);
    return result;
}

static PyObject *weights_pair(PyObject *self, void *offset)
{
    const double *pair = (const double *)((const char *)((Weights *)self)->table.header + (uintptr_t)offset);
    return Py_BuildValue("(dd)", pair[0], pair[1]);
}

static void weights_dealloc(PyObject *self)
{
    Weights *weights = (Weights *)self;
    PyTypeObject *type = Py_TYPE(self);
    table_free(&weights->table);
    free(weights->text.point);
    free(weights->fields.point);
    if (weights->buffer.obj) PyBuffer_Release(&weights->buffer);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *weights_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *bytes;
    static char *names[] = {"weights", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, named, "O:Table", names, &bytes)) return NULL;
    Weights *weights = (Weights *)type->tp_alloc(type, 0);
    if (!weights) return NULL;
    const char *wrong = NULL;
    if (PyObject_GetBuffer(bytes, &weights->buffer, PyBUF_SIMPLE) ||
        (wrong = table_open(&weights->table, weights->buffer.buf, (size_t)weights->buffer.len))) {
        if (wrong) PyErr_SetString(PyExc_ValueError, wrong);
        Py_DECREF(weights);
        return NULL;
    }
    const Header *header = weights->table.header;
    weights->signals = header->signals;
    weights->terms = header->terms;
    weights->window = header->window;
    weights->stride = header->stride;
    return (PyObject *)weights;
}

static PyMethodDef TABLE_METHODS[] = {
    {"score", (PyCFunction)(void (*)(void))weights_score, METH_FASTCALL, "score(text, fields, vector) -> calibrated (spam, abuse), or what weigh gives where a window may decide"},
    {"logits", (PyCFunction)(void (*)(void))weights_logits, METH_FASTCALL, "logits(text, fields, vector) -> (spam, abuse) before calibration"},
    {"weigh", (PyCFunction)(void (*)(void))weights_weigh, METH_FASTCALL, "weigh(text, fields, vector) -> spam, abuse, None or worst"},
    {"worst", weights_worst, METH_O, "worst(text) -> (start, end) for spam and for abuse"},
    {"shares", weights_shares, METH_VARARGS, "shares(text, block) -> float64 (word terms or runs, 2)"},
    {"steps", weights_steps, METH_O, "steps(vector) -> float64 (signals, 2)"},
    {NULL, NULL, 0, NULL}};

static PyMemberDef TABLE_MEMBERS[] = {{"signals", T_UINT, offsetof(Weights, signals), READONLY, NULL},
                                      {"terms", T_UINT, offsetof(Weights, terms), READONLY, NULL},
                                      {"window", T_UINT, offsetof(Weights, window), READONLY, NULL},
                                      {"stride", T_UINT, offsetof(Weights, stride), READONLY, NULL},
                                      {NULL, 0, 0, 0, NULL}};

static PyGetSetDef TABLE_PAIRS[] = {{"bias", weights_pair, NULL, NULL, (void *)offsetof(Header, bias)},
                                    {"suspect", weights_pair, NULL, NULL, (void *)offsetof(Header, suspect)},
                                    {"scale", weights_pair, NULL, NULL, (void *)offsetof(Header, scale)},
                                    {"offset", weights_pair, NULL, NULL, (void *)offsetof(Header, offset)},
                                    {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot TABLE_SLOTS[] = {{Py_tp_new, weights_new},         {Py_tp_dealloc, weights_dealloc},
                                    {Py_tp_methods, TABLE_METHODS},   {Py_tp_members, TABLE_MEMBERS},
                                    {Py_tp_getset, TABLE_PAIRS},      {Py_tp_doc, "A table of weights, ready to score."},
                                    {0, NULL}};

static PyType_Spec TABLE_SPEC = {"service.classifier._kernel.Table", sizeof(Weights), 0, Py_TPFLAGS_DEFAULT, TABLE_SLOTS};

static PyObject *terms_py(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *given, *result = NULL;
    int block;
    Text text = {0};
    Terms terms = {0};
    if (!PyArg_ParseTuple(args, "Oi:terms", &given, &block)) return NULL;
    if (block < 0 || block >= BLOCKS)
        PyErr_SetString(PyExc_ValueError, "block must be 0, 1, 2 or 3");
    else if (!read_text(&text, given)) {
        if (terms_of(&terms, &text, block))
            PyErr_NoMemory();
        else
            result = PyBytes_FromStringAndSize((const char *)terms.hash, (Py_ssize_t)(terms.size * sizeof *terms.hash));
    }
    terms_free(&terms);
    free(text.point);
    return result;
}

static PyMethodDef METHODS[] = {{"terms", terms_py, METH_VARARGS, "terms(text, block) -> uint64 hashes of the block's terms, in order"},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "_kernel", .m_doc = "The scoring kernel.", .m_size = -1, .m_methods = METHODS};

PyMODINIT_FUNC PyInit__kernel(void)
{
    const uint16_t one = 1;
    if (!*(const char *)&one) {
        PyErr_SetString(PyExc_ImportError, "the kernel reads little-endian tables in place; numpy serves this machine");
        return NULL;
    }
    PyObject *module = PyModule_Create(&MODULE), *table = PyType_FromSpec(&TABLE_SPEC), *vocabulary = vocabulary_type();
    if (module && table && vocabulary && !PyModule_AddObjectRef(module, "Table", table) &&
        !PyModule_AddObjectRef(module, "Vocabulary", vocabulary)) {
        Py_DECREF(table);
        Py_DECREF(vocabulary);
        return module;
    }
    Py_XDECREF(module);
    Py_XDECREF(table);
    Py_XDECREF(vocabulary);
    return NULL;
}
