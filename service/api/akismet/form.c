/* URL-encoded forms: where names and values stand in a body, found once, and decoded only as they are asked for.
 *
 * form.py does the same with a dict of all fields, and says what is meant by a name that comes twice or carries escapes.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <string.h>
#include <structmember.h>

#define FEW 64 /* pairs that need no memory of their own */

typedef struct {
    const char *letters;
    Py_ssize_t length;
} Part;

typedef struct {
    Part name, value;
    int escaped; /* the name has a percent sign */
} Pair;

typedef struct {
    PyObject_HEAD
    PyObject *body; /* in which all parts stand */
    Py_ssize_t size;
    int escaped; /* some name is */
    int kinds;   /* of fields that may be there */
    Pair few[FEW], *pairs;
} Form;

/* Kinds of fields, as form.py numbers them: several names each, so that it pays to know that there are none. */
enum { CONTEXT = 1, HIDDEN = 2 };

static int same(Part one, Part two) { return one.length == two.length && !memcmp(one.letters, two.letters, (size_t)one.length); }

/* ---- reading the body ---------------------------------------------------------------------------------------------------------- */

static Part until(const char *from, const char *end, char sign)
{
    const char *found = memchr(from, sign, (size_t)(end - from));
    return (Part){from, (found ? found : end) - from};
}

static Pair pair_of(Part field)
{
    Part name = until(field.letters, field.letters + field.length, '=');
    int has_value = name.length < field.length;
    Part value = {name.letters + name.length + has_value, field.length - name.length - has_value};
    return (Pair){name, value, memchr(name.letters, '%', (size_t)name.length) != NULL};
}

static Py_ssize_t count_pairs(const char *from, const char *end)
{
    Py_ssize_t count = 1;
    for (; (from = memchr(from, '&', (size_t)(end - from))); from++) count++;
    return count;
}

static int begins(Part name, const char *with)
{
    size_t length = strlen(with);
    return (size_t)name.length >= length && !memcmp(name.letters, with, length);
}

/* The kind that a name as it stands may be of; with an escape it may be any name. */
static int kind_of(const Pair *pair)
{
    int kind = pair->escaped ? HIDDEN : 0;
    if (begins(pair->name, "comment_context")) return kind | CONTEXT;
    return begins(pair->name, "ak_") || begins(pair->name, "POST_ak_") || begins(pair->name, "honeypot_") ? HIDDEN : kind;
}

static int read_pairs(Form *form, const char *from, Py_ssize_t length, Py_ssize_t count)
{
    const char *end = from + length;
    form->pairs = count <= FEW ? form->few : PyMem_New(Pair, count);
    if (!form->pairs) return -1;
    for (; from <= end && form->size < count; from++) {
        Part field = until(from, end, '&');
        Pair *pair = form->pairs + form->size++;
        *pair = pair_of(field);
        form->escaped |= pair->escaped;
        form->kinds |= kind_of(pair);
        from += field.length;
    }
    return 0;
}

/* ---- decoding ------------------------------------------------------------------------------------------------------------------ */

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next letter that a part stands for, and the place behind it: a plus is a blank, a broken escape stands for itself. */
static unsigned char next_letter(const char **at, const char *end)
{
    const char *from = (*at)++;
    if (*from == '+') return ' ';
    if (*from != '%' || end - from < 3) return (unsigned char)*from;
    int high = hex(from[1]), low = hex(from[2]);
    if (high < 0 || low < 0) return '%';
    *at += 2;
    return (unsigned char)(high * 16 + low);
}

/* Writes what a value stands for, and gives the length; `seen` has the bits of all letters. */
static Py_ssize_t unquote(Part value, char *to, unsigned *seen)
{
    char *start = to;
    for (const char *at = value.letters, *end = at + value.length; at < end;) {
        unsigned char c = next_letter(&at, end);
        *seen |= c;
        *to++ = (char)c;
    }
    return to - start;
}

/* PHP's stripslashes, in place: a backslash goes, what follows stays, a zero after it is NUL. Gives the new length. */
static Py_ssize_t unslash(char *letters, Py_ssize_t length)
{
    char *to = letters, *end = letters + length;
    for (char *from = letters; from < end; from++) {
        char c = *from;
        if (c == '\\') {
            if (++from == end) break;
            c = *from == '0' ? '\0' : *from;
        }
        *to++ = c;
    }
    return to - letters;
}

/* The text of a value, at most so many characters of it; None where it is no UTF-8. */
static PyObject *text_of(Part value, int slashed, Py_ssize_t most, char *room)
{
    unsigned seen = 0;
    Py_ssize_t length = unquote(value, room, &seen);
    if (seen < 0x80) {
        if (slashed && memchr(room, '\\', (size_t)length)) length = unslash(room, length);
        return PyUnicode_FromStringAndSize(room, length < most ? length : most);
    }
    PyObject *text = PyUnicode_DecodeUTF8(room, length, NULL);
    if (text && slashed && memchr(room, '\\', (size_t)length)) { /* whole letters stay whole: it is UTF-8 */
        Py_DECREF(text);
        text = PyUnicode_DecodeUTF8(room, unslash(room, length), NULL);
    }
    if (text && PyUnicode_GET_LENGTH(text) > most) Py_SETREF(text, PyUnicode_Substring(text, 0, most));
    if (!text && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    return text;
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------- */

static const Pair *last_of(const Form *form, Part name)
{
    for (const Pair *pair = form->pairs + form->size; pair-- > form->pairs;)
        if (same(pair->name, name)) return pair;
    return NULL;
}

static int stands_for(Part escaped, Part name)
{
    const char *at = escaped.letters, *end = at + escaped.length, *letter = name.letters, *last = letter + name.length;
    while (at < end && letter < last)
        if (next_letter(&at, end) != (unsigned char)*letter++) return 0;
    return at == end && letter == last;
}

/* The pair of a name: the last that has it as it stands, else the last of the first that has it with escapes. */
static const Pair *find(const Form *form, Part name)
{
    const Pair *found = last_of(form, name);
    for (Py_ssize_t at = 0; !found && form->escaped && at < form->size; at++)
        if (form->pairs[at].escaped && stands_for(form->pairs[at].name, name)) found = last_of(form, form->pairs[at].name);
    return found;
}

static Part part_of(PyObject *bytes) { return (Part){PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)}; }

/* get(name): the raw value, or None. */
static PyObject *form_get(PyObject *self, PyObject *name)
{
    if (!PyBytes_Check(name)) return PyErr_Format(PyExc_TypeError, "a name is bytes");
    const Pair *pair = find((Form *)self, part_of(name));
    return pair ? PyBytes_FromStringAndSize(pair->value.letters, pair->value.length) : Py_NewRef(Py_None);
}

static int form_contains(PyObject *self, PyObject *name) { return PyBytes_Check(name) && find((Form *)self, part_of(name)) != NULL; }

/* The raw value of a wanted field, or of the one to look at instead where that is empty. */
static Part wanted_value(const Form *form, PyObject *name, PyObject *instead)
{
    const Pair *pair = find(form, part_of(name));
    if ((!pair || !pair->value.length) && instead != Py_None) pair = find(form, part_of(instead));
    return pair ? pair->value : (Part){"", 0};
}

static PyObject *text_wanted(const Form *form, PyObject *wanted, int slashed, char *room)
{
    PyObject *name = NULL, *instead = NULL;
    Py_ssize_t most = -1;
    if (PyTuple_Check(wanted) && PyTuple_GET_SIZE(wanted) == 3) {
        name = PyTuple_GET_ITEM(wanted, 0);
        instead = PyTuple_GET_ITEM(wanted, 1);
        most = PyLong_AsSsize_t(PyTuple_GET_ITEM(wanted, 2));
    }
    if (most < 0 || !PyBytes_Check(name) || !(instead == Py_None || PyBytes_Check(instead)))
        return PyErr_Format(PyExc_TypeError, "wanted is (name, name instead or None, most characters)");
    return text_of(wanted_value(form, name, instead), slashed, most, room);
}

/* texts(wanted, slashed): texts of the wanted (name, name instead or None, most characters), or None where one is no UTF-8. */
static PyObject *form_texts(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Form *form = (Form *)self;
    if (count != 2 || !PyTuple_Check(args[0])) return PyErr_Format(PyExc_TypeError, "takes a tuple and whether there are slashes");
    int slashed = PyObject_IsTrue(args[1]);
    Py_ssize_t size = PyTuple_GET_SIZE(args[0]);
    char *room = PyMem_Malloc((size_t)PyBytes_GET_SIZE(form->body) + 1);
    PyObject *texts = room ? PyList_New(size) : PyErr_NoMemory();
    for (Py_ssize_t at = 0; texts && at < size; at++) {
        PyObject *text = text_wanted(form, PyTuple_GET_ITEM(args[0], at), slashed, room);
        if (text && text != Py_None) {
            PyList_SET_ITEM(texts, at, text);
        } else {
            Py_SETREF(texts, text); /* an error, or nothing */
            break;
        }
    }
    PyMem_Free(room);
    return texts;
}

/* ---- the type ------------------------------------------------------------------------------------------------------------------ */

static PyTypeObject FormType;

/* form(body, most): the body's Form, or None where it has more fields. */
static PyObject *form_open(PyObject *module, PyObject *const *args, Py_ssize_t given)
{
    (void)module;
    Py_ssize_t most = given == 2 ? PyLong_AsSsize_t(args[1]) : -1;
    if (most < 0 || !PyBytes_Check(args[0])) return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "takes bytes and a number");
    const char *letters = PyBytes_AS_STRING(args[0]);
    Py_ssize_t length = PyBytes_GET_SIZE(args[0]), count = count_pairs(letters, letters + length);
    if (count > most) Py_RETURN_NONE;
    Form *form = PyObject_New(Form, &FormType); /* not zeroed: the pairs take more room than all else */
    if (!form) return NULL;
    form->body = Py_NewRef(args[0]);
    form->size = form->escaped = form->kinds = 0;
    if (read_pairs(form, letters, length, count)) {
        form->pairs = form->few;
        Py_DECREF(form);
        return PyErr_NoMemory();
    }
    return (PyObject *)form;
}

static void form_dealloc(PyObject *self)
{
    Form *form = (Form *)self;
    if (form->pairs != form->few) PyMem_Free(form->pairs);
    Py_XDECREF(form->body);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef METHODS[] = {
    {"get", form_get, METH_O, "get(name) -> the raw value, or None"},
    {"texts", (PyCFunction)(void (*)(void))form_texts, METH_FASTCALL,
     "texts(((name, name instead or None, most characters), ...), slashed) -> the decoded values, or None where one is no UTF-8"},
    {NULL, NULL, 0, NULL}};

static PyMemberDef MEMBERS[] = {{"kinds", T_INT, offsetof(Form, kinds), READONLY, "kinds of fields that may be there, as bits"}, {NULL}};

static PySequenceMethods CONTAINS = {.sq_contains = form_contains};

static PyTypeObject FormType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.api.akismet._form.Form",
    .tp_basicsize = sizeof(Form),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "A URL-encoded form; form gives it.",
    .tp_dealloc = form_dealloc,
    .tp_methods = METHODS,
    .tp_members = MEMBERS,
    .tp_as_sequence = &CONTAINS,
};

static PyMethodDef FUNCTIONS[] = {
    {"form", (PyCFunction)(void (*)(void))form_open, METH_FASTCALL, "form(body, most) -> the body's Form, or None where it has more fields"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "_form", .m_doc = "Reads URL-encoded forms.", .m_size = -1, .m_methods = FUNCTIONS};

PyMODINIT_FUNC PyInit__form(void)
{
    PyObject *module = PyModule_Create(&MODULE);
    if (module && PyModule_AddType(module, &FormType)) Py_CLEAR(module);
    return module;
}
