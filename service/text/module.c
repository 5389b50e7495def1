/* The text room's compiled part: the same answers as the Python beside it, sooner. */
#include "authors.h"
#include "characters.h"
#include "phrases.h"
#include "plain.h"
#include "suspects.h"
#include "talk.h"
#include "vector.h"

static PyMethodDef METHODS[] = {
    {"characters", characters, METH_O, "Counts a text's characters by class."},
    {"has_wide_run", has_wide_run, METH_O, "Whether a sign outside ASCII stands four times in a row."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "_text", .m_doc = "Reads texts.", .m_size = -1, .m_methods = METHODS};

PyMODINIT_FUNC PyInit__text(void)
{
    PyObject *module = PyModule_Create(&MODULE);
    PyTypeObject *types[] = {&PhrasesType, &SuspectsType, &PlainType, &VectorType, &AuthorsType, &TalkType};
    for (size_t at = 0; module && at < sizeof types / sizeof *types; at++)
        if (PyModule_AddType(module, types[at])) Py_CLEAR(module);
    return module;
}
