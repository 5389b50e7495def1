/* Sends many answers with one call, without the interpreter lock, which another thread then has. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <sys/socket.h>

#include "../aside.h"

typedef struct {
    const char *bytes;
    Py_ssize_t size;
    int socket;
} Answer;

/* Reads (socket, bytes) pairs; -1 with an exception where one is something else. */
static int read_answers(PyObject *pairs, Answer *answers)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(pairs); at++) {
        PyObject *pair = PyTuple_GET_ITEM(pairs, at);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2 || !PyBytes_Check(PyTuple_GET_ITEM(pair, 1))) {
            PyErr_SetString(PyExc_TypeError, "an answer is a socket's number and bytes");
            return -1;
        }
        long number = PyLong_AsLong(PyTuple_GET_ITEM(pair, 0));
        if (number == -1 && PyErr_Occurred()) return -1;
        answers[at] = (Answer){PyBytes_AS_STRING(PyTuple_GET_ITEM(pair, 1)), PyBytes_GET_SIZE(PyTuple_GET_ITEM(pair, 1)), (int)number};
    }
    return 0;
}

/* Sends what the sockets take at once; each answer's size becomes how much that was, 0 where it failed. */
static void send_answers(Answer *answers, Py_ssize_t size)
{
    PyThreadState *aside = step_aside(NULL, size);
    for (Py_ssize_t at = 0; at < size; at++) {
        ssize_t sent = send(answers[at].socket, answers[at].bytes, (size_t)answers[at].size, MSG_DONTWAIT | MSG_NOSIGNAL);
        answers[at].size = sent < 0 ? 0 : sent;
    }
    step_back(NULL, aside);
}

static PyObject *send_these(PyObject *pairs, Answer *answers)
{
    Py_ssize_t size = PyTuple_GET_SIZE(pairs);
    if (read_answers(pairs, answers)) return NULL;
    send_answers(answers, size);
    PyObject *sent = PyList_New(size);
    for (Py_ssize_t at = 0; sent && at < size; at++) {
        PyObject *number = PyLong_FromSsize_t(answers[at].size);
        if (!number)
            Py_CLEAR(sent);
        else
            PyList_SET_ITEM(sent, at, number);
    }
    return sent;
}

static PyObject *send_all(PyObject *module, PyObject *given)
{
    (void)module;
    PyObject *pairs = PySequence_Tuple(given); /* our own: nobody changes it meanwhile */
    if (!pairs) return NULL;
    Answer *answers = PyMem_Calloc((size_t)PyTuple_GET_SIZE(pairs), sizeof *answers);
    PyObject *sent = answers ? send_these(pairs, answers) : PyErr_NoMemory();
    PyMem_Free(answers);
    Py_DECREF(pairs);
    return sent;
}

static PyMethodDef METHODS[] = {
    {"send_all", send_all, METH_O, "send_all(pairs of a socket's number and bytes) -> how many bytes each socket took at once"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "_sending", .m_doc = "Sends answers.", .m_size = -1, .m_methods = METHODS};

PyMODINIT_FUNC PyInit__sending(void) { return PyModule_Create(&MODULE); }
