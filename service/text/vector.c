#include "vector.h"

#include <math.h>
#include <string.h>

#define UNKNOWN -1.0
#define MOST_FAMILIES 8
#define MOST_SHAPES 63
enum { RAW_SIGNALS = 14, WORD_SIGNALS = 6, PAIR_SIGNALS = 9 };

/* Groups of phrases as bits. */
typedef struct {
    unsigned long long half[2];
} Groups;

/* Sets of groups and of shapes, in the order in which signals.py names them. */
enum { PRAISE, OFFERS, TESTIMONIALS, PROMOTION, TRADE, MESSENGER, GROUP_NAMED, HATE, RUDE, GROUP_SETS };
enum { REACH, NO_TALK, SHAPE_SETS };

struct Vector {
    PyObject_HEAD
    Phrases *phrases;
    int families, shapes;
    Groups family[MOST_FAMILIES], groups[GROUP_SETS];
    unsigned long long shape_sets[SHAPE_SETS];
};

enum { REMOVED_SIGNALS = 12, LINES_LEFT = REMOVED_SIGNALS, RUNS_CUT, REMOVED_ROW, LINK_SIGNALS = 10 };

static double in_row(PyObject *row, Py_ssize_t at) { return PyFloat_AS_DOUBLE(PyTuple_GET_ITEM(row, at)); }

static double at_most(unsigned count, unsigned most) { return count < most ? count : most; }

static void cut(unsigned *counts, const unsigned *others, int class)
{
    if (others[class] < counts[class]) counts[class] = others[class];
}

/* Corrects the raw text's counts: letters that were only drawn, and signs that were only markup, do not count. Gives its size. */
static double correct(const Given *given, unsigned *counts)
{
    unsigned plain[CLASSES];
    Py_ssize_t raw = PyUnicode_GET_LENGTH(given->raw), normalised = PyUnicode_GET_LENGTH(given->normalised);
    int removed = given->removed != Py_None;
    Letters letters = letters_of(given->normalised);
    if (counts[FOREIGN] || removed) count_characters(&letters, plain);
    if (counts[FOREIGN]) cut(counts, plain, FOREIGN);
    if (removed) {
        for (int class = SIGNS; class <= QUESTIONS; class++) cut(counts, plain, class);
        double lines = in_row(given->removed, LINES_LEFT);
        if (lines >= 0) counts[LINES] = (unsigned)lines;
        if (raw > normalised) raw = normalised;
    }
    return raw ? (double)raw : 1.0;
}

static double *put_raw(double *out, const Given *given, const Counted *counted)
{
    unsigned counts[CLASSES], words = counted->scan.words;
    memcpy(counts, counted->counts, sizeof counts);
    double size = correct(given, counts), letters = counts[LETTERS];
    *out++ = letters ? counts[CAPITALS] / letters : 0.0;
    *out++ = at_most(counts[CAPITAL_WORDS], 10);
    *out++ = words >= 10 && !counts[CAPITALS];
    *out++ = at_most(counts[EXCLAMATIONS], 10);
    *out++ = at_most(counts[QUESTIONS], 5);
    *out++ = at_most(counts[DOTS], 5);
    *out++ = counts[SIGNS] / size;
    *out++ = counts[COMMAS] / (double)(words ? words : 1);
    *out++ = counts[DIGITS] / size;
    *out++ = at_most(counts[EMOJI], 30);
    *out++ = counts[EMOJI] / size;
    *out++ = letters ? counts[FOREIGN] / letters : 0.0;
    *out++ = at_most(counts[LINES], 20);
    *out++ = given->removed != Py_None && in_row(given->removed, RUNS_CUT);
    return out;
}

static double *put_words(double *out, const Given *given, const Scan *scan)
{
    double length = (double)PyUnicode_GET_LENGTH(given->normalised), words = scan->words;
    *out++ = log1p(length);
    *out++ = log1p(words);
    *out++ = words ? fmin(length / words, 15.0) : 0.0;
    *out++ = words >= 8 ? scan->function / words : UNKNOWN;
    *out++ = (scan->persons & FIRST) != 0;
    *out++ = (scan->persons & SECOND) != 0;
    return out;
}

static int meet(const Scan *scan, const Groups *groups)
{
    return (scan->met[0] & groups->half[0]) != 0 || (scan->met[1] & groups->half[1]) != 0;
}

static double *put_pairs(double *out, const Vector *self, const Given *given, const Scan *scan)
{
    const Groups *groups = self->groups;
    unsigned words = scan->words;
    int linked = given->links != Py_None, address = given->address;
    int reach = linked || (given->shapes & self->shape_sets[REACH]) || meet(scan, groups + MESSENGER);
    int talk = !(given->shapes & self->shape_sets[NO_TALK]) && !meet(scan, groups + TRADE);
    *out++ = meet(scan, groups + PRAISE) && (linked || address);
    *out++ = words < 25 && address;
    *out++ = reach && meet(scan, groups + OFFERS);
    *out++ = reach && meet(scan, groups + TESTIMONIALS);
    *out++ = linked && meet(scan, groups + PROMOTION);
    *out++ = linked && words < 12;
    *out++ = words >= 12 && !reach && talk;
    *out++ = meet(scan, groups + GROUP_NAMED) && meet(scan, groups + HATE);
    *out++ = (scan->persons & SECOND) && meet(scan, groups + RUDE);
    return out;
}

static double *put_phrases(double *out, const Vector *self, const Scan *scan)
{
    uint32_t groups = phrases_groups(self->phrases);
    for (uint32_t group = 0; group < groups; group++) *out++ = scan->counts[group];
    for (int family = 0; family < self->families; family++) {
        const Groups *bits = self->family + family;
        int kinds = __builtin_popcountll(scan->met[0] & bits->half[0]) + __builtin_popcountll(scan->met[1] & bits->half[1]);
        *out++ = kinds < 8 ? kinds : 8;
    }
    return out;
}

static double *put_shapes(double *out, const Vector *self, unsigned long long shapes)
{
    for (int shape = 1; shape < self->shapes; shape++) *out++ = shapes >> shape & 1; /* the first is no signal */
    return out;
}

/* A row of floats, or as many zeros. */
static double *put_row(double *out, PyObject *row, Py_ssize_t size)
{
    for (Py_ssize_t at = 0; at < size; at++) *out++ = row == Py_None ? 0.0 : in_row(row, at);
    return out;
}

/* The second signal of links is how many they are, and becomes how many a word. */
static double *put_links(double *out, PyObject *row, unsigned words)
{
    double *end = put_row(out, row, LINK_SIGNALS);
    out[1] /= words ? words : 1;
    return end;
}

int vector_count(const Vector *self, Kind *memory, const Letters *raw, const Letters *normalised, Counted *counted)
{
    count_characters(raw, counted->counts);
    return phrases_scan(self->phrases, memory, normalised, &counted->scan);
}

PyObject *vector_make(const Vector *self, const Given *given, const Counted *counted)
{
    const Scan *scan = &counted->scan;
    Py_ssize_t around = PyBytes_GET_SIZE(given->author);
    Py_ssize_t own = RAW_SIGNALS + REMOVED_SIGNALS + WORD_SIGNALS + LINK_SIGNALS + self->shapes - 1 +
                     (Py_ssize_t)phrases_groups(self->phrases) + self->families + PAIR_SIGNALS;
    PyObject *vector = PyBytes_FromStringAndSize(NULL, own * (Py_ssize_t)sizeof(double) + around);
    if (!vector) return NULL;
    double *out = (double *)PyBytes_AS_STRING(vector);
    out = put_raw(out, given, counted);
    out = put_row(out, given->removed, REMOVED_SIGNALS);
    out = put_words(out, given, scan);
    out = put_links(out, given->links, scan->words);
    out = put_shapes(out, self, given->shapes);
    out = put_phrases(out, self, scan);
    out = put_pairs(out, self, given, scan);
    memcpy(out, PyBytes_AS_STRING(given->author), (size_t)around);
    return vector;
}

static int is_row(PyObject *row, Py_ssize_t size)
{
    if (row == Py_None) return 1;
    if (!PyTuple_Check(row) || PyTuple_GET_SIZE(row) != size) return 0;
    for (Py_ssize_t at = 0; at < size; at++)
        if (!PyFloat_CheckExact(PyTuple_GET_ITEM(row, at))) return 0;
    return 1;
}

static int are_doubles(PyObject *bytes) { return PyBytes_Check(bytes) && PyBytes_GET_SIZE(bytes) % (Py_ssize_t)sizeof(double) == 0; }

static int is_usable(const Given *given)
{
    return PyUnicode_Check(given->raw) && PyUnicode_Check(given->normalised) && are_doubles(given->author) &&
           is_row(given->removed, REMOVED_ROW) && is_row(given->links, LINK_SIGNALS);
}

static PyObject *make(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 7) return PyErr_Format(PyExc_TypeError, "takes seven values");
    Given given = {args[0], args[1], args[4], args[5], args[6], PyLong_AsUnsignedLongLong(args[2]), PyObject_IsTrue(args[3])};
    if (PyErr_Occurred()) return NULL;
    if (!is_usable(&given)) return PyErr_Format(PyExc_TypeError, "these are no texts, or no rows of floats");
    Letters raw = letters_of(given.raw), normalised = letters_of(given.normalised);
    Counted counted;
    if (vector_count((Vector *)self, NULL, &raw, &normalised, &counted)) return PyErr_NoMemory();
    return vector_make((Vector *)self, &given, &counted);
}

/* ---- what it is made of -------------------------------------------------------------------------------------------------------- */

static int take_groups(PyObject *given, Groups *groups, Py_ssize_t most)
{
    Py_ssize_t size = PyTuple_GET_SIZE(given);
    if (size > most) return -1;
    for (Py_ssize_t at = 0; at < size; at++)
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(given, at), "KK", groups[at].half, groups[at].half + 1)) return -1;
    return (int)size;
}

static PyObject *vector_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *phrases, *families, *groups;
    unsigned long long reach, no_talk;
    int shapes;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes no names");
    if (!PyArg_ParseTuple(args, "O!iO!O!KK", &PhrasesType, &phrases, &shapes, &PyTuple_Type, &families, &PyTuple_Type, &groups, &reach, &no_talk)) return NULL;
    Vector *self = (Vector *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->phrases = (Phrases *)Py_NewRef(phrases);
    self->shapes = shapes;
    self->shape_sets[REACH] = reach;
    self->shape_sets[NO_TALK] = no_talk;
    self->families = take_groups(families, self->family, MOST_FAMILIES);
    if (self->families < 0 || take_groups(groups, self->groups, GROUP_SETS) != GROUP_SETS || shapes < 1 || shapes > MOST_SHAPES) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "the sets of groups do not fit");
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void vector_dealloc(PyObject *self)
{
    Py_DECREF(((Vector *)self)->phrases);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef METHODS[] = {
    {"make", (PyCFunction)(void (*)(void))make, METH_FASTCALL,
     "make(raw, normalised, shapes, address, author, removed, links) -> the signals but for those of typing, as float64"},
    {NULL, NULL, 0, NULL}};

PyTypeObject VectorType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Vector",
    .tp_basicsize = sizeof(Vector),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Vector(phrases, number of shapes, families, sets of groups, shapes to reach somebody, shapes that are no talk).",
    .tp_new = vector_new,
    .tp_dealloc = vector_dealloc,
    .tp_methods = METHODS,
};
