/* What Python sees of the kernel: Table, which scores; Vocabulary, which counts for training; terms. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <structmember.h>

#include "../aside.h"
#include "sums.h"
#include "vocabulary.h"
#include "weighing.h"

/* A table over a buffer that it keeps open. Its scratch serves one reading at a time: whoever weighs holds the lock. */
typedef struct {
    PyObject_HEAD
    Py_buffer buffer;
    PyThread_type_lock lock;
    Scales scales;
    unsigned signals, terms, window, stride;
} Weights;

static void take(Weights *weights)
{
    PyThreadState *aside = step_aside(weights->lock, 1);
    if (aside) PyEval_RestoreThread(aside);
}

static void leave(Weights *weights) { PyThread_release_lock(weights->lock); }

/* A str as it is stored; sets an exception and returns -1 where it is none. */
static int view_text(PyObject *given, Stored *stored)
{
    if (!PyUnicode_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "a text must be a str");
        return -1;
    }
    *stored = (Stored){PyUnicode_DATA(given), (size_t)PyUnicode_GET_LENGTH(given), (int)PyUnicode_KIND(given)};
    return 0;
}

int read_text(Text *text, PyObject *given)
{
    Stored stored;
    if (view_text(given, &stored)) return -1;
    if (!copy_text(text, &stored)) return 0;
    PyErr_NoMemory();
    return -1;
}

/* The bytes of as many signals as the table knows, or NULL with an exception. */
static const char *view_signals(const Weights *weights, PyObject *vector)
{
    if (PyBytes_Check(vector) && (size_t)PyBytes_GET_SIZE(vector) == weights->signals * sizeof(double)) return PyBytes_AS_STRING(vector);
    PyErr_SetString(PyExc_ValueError, "the number of signals does not fit the table");
    return NULL;
}

static int view_reading(const Weights *weights, PyObject *const *args, Py_ssize_t count, Given *given)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "a text, fields and a vector are needed");
        return -1;
    }
    if (!(given->signals = view_signals(weights, args[2]))) return -1;
    return view_text(args[0], &given->text) || view_text(args[1], &given->fields) ? -1 : 0;
}

static PyObject *weights_logits(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Weights *weights = (Weights *)self;
    Given given;
    double sum[HEADS];
    if (view_reading(weights, args, count, &given)) return NULL;
    take(weights);
    int failed = sum_of(&weights->scales, &given, sum);
    leave(weights);
    return failed ? PyErr_NoMemory() : Py_BuildValue("(dd)", sum[0], sum[1]);
}

static PyObject *spans(const Span *where, const double *share)
{
    return Py_BuildValue("((nnd)(nnd))", (Py_ssize_t)where[0].start, (Py_ssize_t)where[0].end, share[0],
                         (Py_ssize_t)where[1].start, (Py_ssize_t)where[1].end, share[1]);
}

static PyObject *weights_worst(PyObject *self, PyObject *text)
{
    Weights *weights = (Weights *)self;
    Scales *scales = &weights->scales;
    double whole[HEADS], worst[HEADS];
    Span where[HEADS];
    Stored stored;
    if (view_text(text, &stored)) return NULL;
    take(weights);
    int failed = copy_text(&scales->text, &stored) || find_worst(&scales->table, &scales->text, NULL, whole, worst, where);
    table_trim(&scales->table);
    leave(weights);
    return failed ? PyErr_NoMemory() : spans(where, worst);
}

static PyObject *weighed(const Weighed *found)
{
    PyObject *worst = found->suspicious ? spans(found->where, found->worst) : Py_NewRef(Py_None);
    return worst ? Py_BuildValue("(ddN)", found->sum[0], found->sum[1], worst) : NULL;
}

/* Weighs readings, many of them without the interpreter lock, which another thread then has; -1 when memory is out. */
static int weigh_all(Weights *weights, const Given *given, Weighed *found, Py_ssize_t size)
{
    int failed = 0;
    PyThreadState *aside = step_aside(weights->lock, size);
    for (Py_ssize_t at = 0; at < size && !failed; at++) failed = weigh(&weights->scales, given + at, found + at);
    step_back(weights->lock, aside);
    return failed;
}

static PyObject *weights_weigh(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Weights *weights = (Weights *)self;
    Given given;
    Weighed found;
    if (view_reading(weights, args, count, &given)) return NULL;
    return weigh_all(weights, &given, &found, 1) ? PyErr_NoMemory() : weighed(&found);
}

static PyObject *scored(const Header *header, const Weighed *found)
{
    if (found->suspicious) return weighed(found);
    PyObject *spam = PyFloat_FromDouble(probability(header, found->sum, 0)), *abuse = PyFloat_FromDouble(probability(header, found->sum, 1));
    PyObject *result = spam && abuse ? PyTuple_Pack(2, spam, abuse) : NULL;
    Py_XDECREF(spam);
    Py_XDECREF(abuse);
    return result;
}

static PyObject *score_these(Weights *weights, PyObject *readings, Given *given, Weighed *found)
{
    Py_ssize_t size = PyTuple_GET_SIZE(readings);
    for (Py_ssize_t at = 0; at < size; at++) {
        PyObject *reading = PyTuple_GET_ITEM(readings, at);
        if (!PyTuple_Check(reading)) return PyErr_Format(PyExc_TypeError, "a reading must be a tuple");
        if (view_reading(weights, &PyTuple_GET_ITEM(reading, 0), PyTuple_GET_SIZE(reading), given + at)) return NULL;
    }
    if (weigh_all(weights, given, found, size)) return PyErr_NoMemory();
    PyObject *scores = PyList_New(size);
    for (Py_ssize_t at = 0; scores && at < size; at++) {
        PyObject *score = scored(weights->scales.table.header, found + at);
        if (!score)
            Py_CLEAR(scores);
        else
            PyList_SET_ITEM(scores, at, score);
    }
    return scores;
}

static PyObject *weights_score_all(PyObject *self, PyObject *given)
{
    PyObject *readings = PySequence_Tuple(given); /* our own: nobody changes it meanwhile */
    if (!readings) return NULL;
    size_t size = (size_t)PyTuple_GET_SIZE(readings);
    Given *views = PyMem_Calloc(size, sizeof *views);
    Weighed *found = PyMem_Calloc(size, sizeof *found);
    PyObject *scores = views && found ? score_these((Weights *)self, readings, views, found) : PyErr_NoMemory();
    PyMem_Free(views);
    PyMem_Free(found);
    Py_DECREF(readings);
    return scores;
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

/* Writes down what each part of a text adds to the heads; gives NULL with an exception. */
static PyObject *shares_of(Table *table, const Text *text, int block)
{
    Found *found = &table->chars;
    if (look_up(table, found, text, block)) return PyErr_NoMemory();
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

static PyObject *weights_shares(PyObject *self, PyObject *args)
{
    Weights *weights = (Weights *)self;
    PyObject *text;
    Stored stored;
    int block;
    if (!PyArg_ParseTuple(args, "Oi:shares", &text, &block) || view_text(text, &stored)) return NULL;
    if (block < 0 || block >= BLOCKS) return PyErr_Format(PyExc_ValueError, "block must be 0, 1, 2 or 3");
    Text *own = &weights->scales.text;
    take(weights);
    PyObject *result = copy_text(own, &stored) ? PyErr_NoMemory() : shares_of(&weights->scales.table, own, block);
    leave(weights);
    return result;
}

static PyObject *weights_steps(PyObject *self, PyObject *vector)
{
    Weights *weights = (Weights *)self;
    double sum[HEADS] = {0};
    const char *signals = view_signals(weights, vector);
    PyObject *result = signals ? PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(weights->signals * HEADS * sizeof(double))) : NULL;
    if (result) add_signals(&weights->scales.table, signals, sum, (double *)PyBytes_AS_STRING(result));
    return result;
}

static PyObject *weights_pair(PyObject *self, void *offset)
{
    const double *pair = (const double *)((const char *)((Weights *)self)->scales.table.header + (uintptr_t)offset);
    return Py_BuildValue("(dd)", pair[0], pair[1]);
}

static void weights_dealloc(PyObject *self)
{
    Weights *weights = (Weights *)self;
    PyTypeObject *type = Py_TYPE(self);
    table_free(&weights->scales.table);
    free(weights->scales.text.point);
    free(weights->scales.fields.point);
    if (weights->lock) PyThread_free_lock(weights->lock);
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
    if (!(weights->lock = PyThread_allocate_lock())) {
        Py_DECREF(weights);
        return PyErr_NoMemory();
    }
    if (PyObject_GetBuffer(bytes, &weights->buffer, PyBUF_SIMPLE) ||
        (wrong = table_open(&weights->scales.table, weights->buffer.buf, (size_t)weights->buffer.len))) {
        if (wrong) PyErr_SetString(PyExc_ValueError, wrong);
        Py_DECREF(weights);
        return NULL;
    }
    const Header *header = weights->scales.table.header;
    weights->signals = header->signals;
    weights->terms = header->terms;
    weights->window = header->window;
    weights->stride = header->stride;
    return (PyObject *)weights;
}

static PyMethodDef TABLE_METHODS[] = {
    {"score_all", weights_score_all, METH_O, "score_all(readings) -> for each (text, fields, vector) calibrated (spam, abuse), or what weigh gives where a window may decide"},
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
