#include "talk.h"

#include "authors.h"
#include "plain.h"
#include "vector.h"

/* The parts that read, and what they leave to Python: authors, and shapes. */
typedef struct {
    PyObject_HEAD
    PyObject *plain, *authors, *vector, *author_of, *shapes_of;
} Talk;

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

static PyObject *put_together(const Talk *self, PyObject *raw, PyObject *text, PyObject *author, unsigned long long shapes)
{
    PyObject *fields = PyTuple_GET_ITEM(author, 0), *host = PyTuple_GET_ITEM(author, 2);
    int address = PyUnicode_GET_LENGTH(host) != 0;
    Given given = {raw, text, PyTuple_GET_ITEM(author, 1), Py_None, Py_None, shapes, address};
    PyObject *vector = vector_make((Vector *)self->vector, &given);
    PyObject *domains = vector ? domains_of(host, PyTuple_GET_ITEM(author, 3)) : NULL;
    PyObject *result = domains ? PyTuple_Pack(4, text, fields, vector, domains) : NULL;
    Py_XDECREF(vector);
    Py_XDECREF(domains);
    return result;
}

static PyObject *talk_read(PyObject *object, PyObject *const *args, Py_ssize_t count)
{
    const Talk *self = (const Talk *)object;
    unsigned long long shapes;
    int asks;
    if (count != 4) return PyErr_Format(PyExc_TypeError, "takes a text, a name, an address and an e-mail");
    PyObject *text = plain_lower((const Plain *)self->plain, args[0], &asks), *author = NULL, *result = NULL;
    if (!text || text == Py_None) return text;
    int failed = read_shapes(self, text, asks, &shapes);
    if (!failed && shapes & 1)
        result = Py_NewRef(Py_None); /* something like a link */
    else if (!failed && (author = read_author(self, args + 1)))
        result = put_together(self, args[0], text, author, shapes);
    Py_XDECREF(author);
    Py_DECREF(text);
    return result;
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
    return (PyObject *)self;
}

static void talk_dealloc(PyObject *object)
{
    Talk *self = (Talk *)object;
    Py_DECREF(self->plain);
    Py_DECREF(self->authors);
    Py_DECREF(self->vector);
    Py_DECREF(self->author_of);
    Py_DECREF(self->shapes_of);
    Py_TYPE(object)->tp_free(object);
}

static PyMethodDef METHODS[] = {
    {"read", (PyCFunction)(void (*)(void))talk_read, METH_FASTCALL,
     "read(text, name, address, e-mail) -> (normalised, fields, signals but for those of typing, domains), or None if it is not plain"},
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
