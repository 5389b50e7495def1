#include "talk.h"

#include <stdlib.h>

#include "../aside.h"
#include "authors.h"
#include "plain.h"
#include "vector.h"

/* The parts that read, and what they leave to Python: authors, and shapes. Who looks at texts holds the lock: `memory` is for one. */
typedef struct {
    PyObject_HEAD
    PyObject *plain, *authors, *vector, *author_of, *shapes_of;
    Kind *memory;
    PyThread_type_lock lock;
} Talk;

/* A text while it is looked at, which some are not worth. */
typedef struct {
    Letters raw;
    int worth;
    unsigned char *room;
    Glance glance;
    Counted counted;
} Look;

static int look_at(const Talk *self, Look *look)
{
    if (!look->worth) return 0;
    if (plain_look((const Plain *)self->plain, &look->raw, look->room, &look->glance)) return -1;
    if (!look->glance.plain) return 0;
    Letters lower = {look->glance.letters, look->glance.length, PyUnicode_1BYTE_KIND, 1};
    return vector_count((const Vector *)self->vector, self->memory, &look->raw, &lower, &look->counted);
}

/* Looks at texts, at many of them without the interpreter lock, which another thread then has; -1 when memory is out. */
static int look_at_all(Talk *self, Look *looks, Py_ssize_t size)
{
    int failed = 0;
    PyThreadState *aside = step_aside(self->lock, size);
    for (Py_ssize_t at = 0; at < size && !failed; at++) failed = look_at(self, looks + at);
    step_back(self->lock, aside);
    return failed;
}

static PyObject *read_author(const Talk *self, PyObject *const *author)
{
    PyObject *said = authors_read((const Authors *)self->authors, author);
    if (said != Py_None) return said;
    Py_DECREF(said);
    said = PyObject_Vectorcall(self->author_of, author, 3, NULL);
    if (!said || (PyTuple_Check(said) && PyTuple_GET_SIZE(said) == 4)) return said;
    Py_DECREF(said);
    return PyErr_Format(PyExc_TypeError, "an author is read as four values");
}

/* The shapes of a normalised text as bits; looked for only where it may have some. */
static int read_shapes(const Talk *self, PyObject *text, int asks, unsigned long long *shapes)
{
    *shapes = 0;
    if (!(asks & SHAPES)) return 0;
    PyObject *found = PyObject_CallOneArg(self->shapes_of, text);
    if (found) *shapes = PyLong_AsUnsignedLongLong(found);
    Py_XDECREF(found);
    return PyErr_Occurred() ? -1 : 0;
}

/* The domains that an author's address and e-mail name, each once. */
static PyObject *domains_of(PyObject *host, PyObject *mail_domain)
{
    int same = PyUnicode_Compare(host, mail_domain) == 0;
    PyObject *domains[2];
    Py_ssize_t size = 0;
    if (PyUnicode_GET_LENGTH(host)) domains[size++] = host;
    if (PyUnicode_GET_LENGTH(mail_domain) && !same) domains[size++] = mail_domain;
    return size == 2 ? PyTuple_Pack(2, domains[0], domains[1]) : size ? PyTuple_Pack(1, domains[0]) : PyTuple_New(0);
}

static PyObject *put_together(const Talk *self, PyObject *raw, PyObject *text, PyObject *author, unsigned long long shapes, const Counted *counted)
{
    PyObject *fields = PyTuple_GET_ITEM(author, 0), *host = PyTuple_GET_ITEM(author, 2);
    int address = PyUnicode_GET_LENGTH(host) != 0;
    Given given = {raw, text, PyTuple_GET_ITEM(author, 1), Py_None, Py_None, shapes, address};
    PyObject *vector = vector_make((const Vector *)self->vector, &given, counted);
    PyObject *domains = vector ? domains_of(host, PyTuple_GET_ITEM(author, 3)) : NULL;
    PyObject *result = domains ? PyTuple_Pack(4, text, fields, vector, domains) : NULL;
    Py_XDECREF(vector);
    Py_XDECREF(domains);
    return result;
}

/* What is read in a text that was looked at, and of its author; None if it is not plain. */
static PyObject *tell(const Talk *self, PyObject *const *args, const Look *look)
{
    unsigned long long shapes;
    if (!look->glance.plain) return Py_NewRef(Py_None);
    PyObject *text = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, look->glance.letters, look->glance.length), *author = NULL, *result = NULL;
    if (!text) return NULL;
    int failed = read_shapes(self, text, look->glance.asks, &shapes);
    if (!failed && shapes & 1)
        result = Py_NewRef(Py_None); /* something like a link */
    else if (!failed && (author = read_author(self, args + 1)))
        result = put_together(self, args[0], text, author, shapes, &look->counted);
    Py_XDECREF(author);
    Py_DECREF(text);
    return result;
}

/* Notes the texts and gives room to those that are worth a look; NULL with an exception. */
static unsigned char *prepare(const Talk *self, PyObject *comments, Look *looks)
{
    const Plain *plain = (const Plain *)self->plain;
    Py_ssize_t size = PyTuple_GET_SIZE(comments), needed = 1;
    for (Py_ssize_t at = 0; at < size; at++) {
        PyObject *comment = PyTuple_GET_ITEM(comments, at);
        if (!PyTuple_Check(comment) || PyTuple_GET_SIZE(comment) != 4 || !PyUnicode_Check(PyTuple_GET_ITEM(comment, 0)))
            return PyErr_SetString(PyExc_TypeError, "takes a text, a name, an address and an e-mail of each"), NULL;
        looks[at].raw = letters_of(PyTuple_GET_ITEM(comment, 0));
        looks[at].worth = may_be_plain(plain, &looks[at].raw);
        if (looks[at].worth) needed += plain_room(looks[at].raw.length);
    }
    unsigned char *room = PyMem_Malloc((size_t)needed), *next = room;
    for (Py_ssize_t at = 0; room && at < size; at++) {
        looks[at].room = next;
        if (looks[at].worth) next += plain_room(looks[at].raw.length);
    }
    return room ? room : (unsigned char *)PyErr_NoMemory();
}

static PyObject *tell_all(const Talk *self, PyObject *comments, const Look *looks)
{
    PyObject *told = PyList_New(PyTuple_GET_SIZE(comments));
    for (Py_ssize_t at = 0; told && at < PyTuple_GET_SIZE(comments); at++) {
        PyObject *one = tell(self, &PyTuple_GET_ITEM(PyTuple_GET_ITEM(comments, at), 0), looks + at);
        if (!one)
            Py_CLEAR(told);
        else
            PyList_SET_ITEM(told, at, one);
    }
    return told;
}

static PyObject *talk_read_all(PyObject *object, PyObject *given)
{
    Talk *self = (Talk *)object;
    PyObject *comments = PySequence_Tuple(given), *told = NULL; /* our own: nobody changes it meanwhile */
    if (!comments) return NULL;
    Look *looks = PyMem_Calloc((size_t)PyTuple_GET_SIZE(comments), sizeof *looks);
    unsigned char *room = looks ? prepare(self, comments, looks) : (unsigned char *)PyErr_NoMemory();
    if (room) told = look_at_all(self, looks, PyTuple_GET_SIZE(comments)) ? PyErr_NoMemory() : tell_all(self, comments, looks);
    PyMem_Free(room);
    PyMem_Free(looks);
    Py_DECREF(comments);
    return told;
}

static PyObject *talk_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *plain, *authors, *vector, *author_of, *shapes_of;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes no names");
    if (!PyArg_ParseTuple(args, "O!O!O!OO", &PlainType, &plain, &AuthorsType, &authors, &VectorType, &vector, &author_of, &shapes_of)) return NULL;
    Talk *self = (Talk *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->plain = Py_NewRef(plain);
    self->authors = Py_NewRef(authors);
    self->vector = Py_NewRef(vector);
    self->author_of = Py_NewRef(author_of);
    self->shapes_of = Py_NewRef(shapes_of);
    self->memory = phrases_memory();
    self->lock = PyThread_allocate_lock();
    if (self->memory && self->lock) return (PyObject *)self;
    Py_DECREF(self);
    return PyErr_NoMemory();
}

static void talk_dealloc(PyObject *object)
{
    Talk *self = (Talk *)object;
    Py_DECREF(self->plain);
    Py_DECREF(self->authors);
    Py_DECREF(self->vector);
    Py_DECREF(self->author_of);
    Py_DECREF(self->shapes_of);
    free(self->memory);
    if (self->lock) PyThread_free_lock(self->lock);
    Py_TYPE(object)->tp_free(object);
}

static PyMethodDef METHODS[] = {
    {"read_all", talk_read_all, METH_O,
     "read_all(comments) -> for each (text, name, address, e-mail): (normalised, fields, signals but for those of typing, domains), or None if it is not plain"},
    {NULL, NULL, 0, NULL}};

PyTypeObject TalkType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Talk",
    .tp_basicsize = sizeof(Talk),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Talk(plain, authors, vector, function that reads an author, function that tells shapes).",
    .tp_new = talk_new,
    .tp_dealloc = talk_dealloc,
    .tp_methods = METHODS,
};
