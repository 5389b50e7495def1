#include "authors.h"

#include <string.h>

#include "plain.h"

#define LONGEST_FIELD 300
#define UNKNOWN -1.0
#define MOST_WORDS 150 /* of LONGEST_FIELD letters, with something between */
#define NAME_FIELDS 12
enum { NAME = 3, ADDRESS = 8, MAIL = 15, VALUES = 21 }; /* where the values of each field begin */

struct Authors {
    PyObject_HEAD
    Plain *plain;
    PyObject *trade, *roles;     /* sets of words */
    PyObject *sites, *providers; /* address -> (host, its letters, fields, values); domain -> (registered, field, free, throw-away) */
};

typedef struct {
    const char *letters;
    Py_ssize_t length;
} Part;

/* The fields of an author while they are read. */
typedef struct {
    Part words[MOST_WORDS], mailbox;
    int word_count;
    PyObject *name, *host, *mail_domain; /* borrowed, but for the name */
    double values[VALUES];
    char fields[4 * LONGEST_FIELD], name_letters[LONGEST_FIELD], mail_letters[LONGEST_FIELD];
    size_t size;
} Author;

/* What cannot be read here, and is left to Python, is no error. */
enum { READ = 0, FAILED = -1, LEFT = 1 };

static Part part_of(PyObject *ascii) { return (Part){(const char *)PyUnicode_1BYTE_DATA(ascii), PyUnicode_GET_LENGTH(ascii)}; }

static int is_short_ascii(PyObject *text) { return PyUnicode_Check(text) && PyUnicode_IS_ASCII(text) && PyUnicode_GET_LENGTH(text) <= LONGEST_FIELD; }

static int is_empty(PyObject *text) { return PyUnicode_Check(text) && !PyUnicode_GET_LENGTH(text); }

static int holds(Part whole, Part part)
{
    for (Py_ssize_t at = 0; at + part.length <= whole.length; at++)
        if (!memcmp(whole.letters + at, part.letters, (size_t)part.length)) return 1;
    return 0;
}

/* Whether a word of the name, longer than `length`, stands in other letters. */
static int name_is_in(const Author *author, Part letters, Py_ssize_t length)
{
    for (int at = 0; at < author->word_count; at++)
        if (author->words[at].length > length && holds(letters, author->words[at])) return 1;
    return 0;
}

static int add_field(Author *author, const char *mark, Part field)
{
    if (author->size + (size_t)field.length + 4 > sizeof author->fields) return LEFT;
    if (author->size) author->fields[author->size++] = ' ';
    for (; *mark; mark++) author->fields[author->size++] = *mark;
    memcpy(author->fields + author->size, field.letters, (size_t)field.length);
    author->size += (size_t)field.length;
    return READ;
}

/* ---- the name ------------------------------------------------------------------------------------------------------------------ */

/* Takes the words of the normalised name, which are its letters and digits without apostrophes. */
static void part_words(Author *author)
{
    Part name = part_of(author->name);
    char *to = author->name_letters, *start = to;
    for (Py_ssize_t at = 0; at <= name.length; at++) {
        char c = at < name.length ? name.letters[at] : ' ';
        if (c == '\'') continue;
        if (is_small((unsigned char)c) || is_digit((unsigned char)c)) {
            *to++ = c;
        } else if (to > start) {
            author->words[author->word_count++] = (Part){start, to - start};
            start = to;
        }
    }
}

static int is_new(const Author *author, int word)
{
    for (int at = 0; at < word; at++)
        if (author->words[at].length == author->words[word].length && !memcmp(author->words[at].letters, author->words[word].letters, (size_t)author->words[at].length)) return 0;
    return 1;
}

static int is_member(PyObject *set, Part word)
{
    PyObject *text = PyUnicode_FromStringAndSize(word.letters, word.length);
    int found = text ? PySet_Contains(set, text) : -1;
    Py_XDECREF(text);
    return found;
}

/* How many different words of trade the name has; -1 with an exception. */
static int count_trade(const Authors *self, const Author *author)
{
    int count = 0;
    for (int at = 0; at < author->word_count; at++) {
        int found = is_new(author, at) ? is_member(self->trade, author->words[at]) : 0;
        if (found < 0) return -1;
        count += found;
    }
    return count;
}

static int has_no_capital(PyObject *raw)
{
    Part part = part_of(raw);
    int small = 0;
    for (Py_ssize_t at = 0; at < part.length; at++) {
        if (is_capital((unsigned char)part.letters[at])) return 0;
        small |= is_small((unsigned char)part.letters[at]);
    }
    return small;
}

static int read_name(const Authors *self, PyObject *raw, Author *author)
{
    if (!is_short_ascii(raw)) return LEFT;
    if (!(author->name = plain_lower(self->plain, raw))) return FAILED;
    if (author->name == Py_None) return LEFT;
    Part name = part_of(author->name);
    if (memchr(name.letters, ':', (size_t)name.length)) return LEFT; /* perhaps an address */
    part_words(author);
    double *values = author->values + NAME;
    author->values[0] = name.length != 0;
    if (!author->word_count) return READ;
    int trade = count_trade(self, author), digits = 0;
    if (trade < 0) return FAILED;
    for (Py_ssize_t at = 0; at < name.length; at++) digits |= is_digit((unsigned char)name.letters[at]);
    *values++ = trade < 3 ? trade : 3;
    *values++ = digits;
    *values++ = 0.0; /* a plain name is no address */
    *values++ = author->word_count > 1 && has_no_capital(raw);
    *values = name.length >= 25;
    for (int at = 0; at < author->word_count && at < NAME_FIELDS; at++)
        if (add_field(author, "n_", author->words[at])) return LEFT;
    return READ;
}

/* ---- address and e-mail -------------------------------------------------------------------------------------------------------- */

static int read_address(const Authors *self, PyObject *url, Author *author)
{
    if (!PyUnicode_Check(url)) return LEFT;
    if (!PyUnicode_GET_LENGTH(url)) return READ;
    PyObject *site = PyDict_GetItemWithError(self->sites, url), *letters, *fields, *values;
    if (!site) return PyErr_Occurred() ? FAILED : LEFT;
    if (!PyArg_ParseTuple(site, "UUUO!", &author->host, &letters, &fields, &PyTuple_Type, &values)) return FAILED;
    if (!PyUnicode_IS_ASCII(letters) || !PyUnicode_IS_ASCII(fields) || PyTuple_GET_SIZE(values) != MAIL - ADDRESS) return LEFT;
    if (PyUnicode_GET_LENGTH(fields) && add_field(author, "", part_of(fields))) return LEFT;
    author->values[1] = PyUnicode_GET_LENGTH(author->host) != 0;
    for (int at = 0; at < MAIL - ADDRESS; at++) author->values[ADDRESS + at] = PyFloat_AsDouble(PyTuple_GET_ITEM(values, at));
    if (author->values[1]) author->values[MAIL - 1] = name_is_in(author, part_of(letters), 3);
    return PyErr_Occurred() ? FAILED : READ;
}

static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f); }

/* The e-mail in small letters, without blanks around. */
static Part lower_mail(PyObject *raw, char *to)
{
    Part mail = part_of(raw);
    while (mail.length && is_blank(*mail.letters)) mail.letters++, mail.length--;
    while (mail.length && is_blank(mail.letters[mail.length - 1])) mail.length--;
    for (Py_ssize_t at = 0; at < mail.length; at++) to[at] = is_capital((unsigned char)mail.letters[at]) ? (char)(mail.letters[at] | 0x20) : mail.letters[at];
    return (Part){to, mail.length};
}

static int has_three_digits(Part part)
{
    for (Py_ssize_t at = 0, run = 0; at < part.length; at++) {
        run = is_digit((unsigned char)part.letters[at]) ? run + 1 : 0;
        if (run == 3) return 1;
    }
    return 0;
}

static int put_mail(const Authors *self, Author *author, int is_free, int throwaway)
{
    int role = is_member(self->roles, author->mailbox);
    if (role < 0) return FAILED;
    double *values = author->values + MAIL;
    author->values[2] = 1.0;
    *values++ = author->host && PyUnicode_Compare(author->mail_domain, author->host) == 0;
    *values++ = is_free;
    *values++ = role;
    *values++ = throwaway;
    *values++ = has_three_digits(author->mailbox);
    *values = name_is_in(author, author->mailbox, 2);
    return READ;
}

static int read_mail(const Authors *self, PyObject *raw, Author *author)
{
    if (!is_short_ascii(raw)) return LEFT;
    Part mail = lower_mail(raw, author->mail_letters);
    Py_ssize_t domain_at = mail.length;
    while (domain_at && mail.letters[domain_at - 1] != '@') domain_at--;
    if (domain_at < 2) return READ; /* nobody's: there is no mailbox before the sign */
    author->mailbox = (Part){mail.letters, domain_at - 1};
    PyObject *domain = PyUnicode_FromStringAndSize(mail.letters + domain_at, mail.length - domain_at), *field;
    if (!domain) return FAILED;
    PyObject *provider = PyDict_GetItemWithError(self->providers, domain);
    Py_DECREF(domain);
    int is_free, throwaway;
    if (!provider) return PyErr_Occurred() ? FAILED : LEFT;
    if (!PyArg_ParseTuple(provider, "UUpp", &author->mail_domain, &field, &is_free, &throwaway)) return FAILED;
    if (!PyUnicode_GET_LENGTH(author->mail_domain)) return READ;
    if (!PyUnicode_IS_ASCII(field) || add_field(author, "", part_of(field))) return LEFT;
    return put_mail(self, author, is_free, throwaway);
}

/* ---- all of it ----------------------------------------------------------------------------------------------------------------- */

static int read_fields(const Authors *self, PyObject *const *args, Author *author)
{
    for (int value = 0; value < VALUES; value++) author->values[value] = value < NAME ? 0.0 : UNKNOWN;
    if (is_empty(args[0]) && is_empty(args[1]) && is_empty(args[2])) return LEFT; /* of nobody nothing is known */
    int left = read_name(self, args[0], author);
    if (!left) left = read_address(self, args[1], author);
    return left ? left : read_mail(self, args[2], author);
}

PyObject *authors_read(const Authors *self, PyObject *const *args)
{
    Author author;
    author.word_count = 0;
    author.size = 0;
    author.name = author.host = author.mail_domain = NULL;
    int left = read_fields(self, args, &author);
    Py_XDECREF(author.name);
    if (left) return left == FAILED ? NULL : Py_NewRef(Py_None);
    PyObject *nothing = PyUnicode_New(0, 0), *fields = PyUnicode_FromStringAndSize(author.fields, (Py_ssize_t)author.size);
    PyObject *values = PyBytes_FromStringAndSize((const char *)author.values, sizeof author.values), *result = NULL;
    if (nothing && fields && values)
        result = PyTuple_Pack(4, fields, values, author.host ? author.host : nothing, author.mail_domain ? author.mail_domain : nothing);
    Py_XDECREF(nothing);
    Py_XDECREF(fields);
    Py_XDECREF(values);
    return result;
}

static PyObject *read_author(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 3) return PyErr_Format(PyExc_TypeError, "takes a name, an address and an e-mail");
    return authors_read((const Authors *)self, args);
}

static PyObject *authors_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *plain, *trade, *roles, *sites, *providers;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes no names");
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!", &PlainType, &plain, &PyFrozenSet_Type, &trade, &PyFrozenSet_Type, &roles, &PyDict_Type, &sites, &PyDict_Type, &providers)) return NULL;
    Authors *self = (Authors *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->plain = (Plain *)Py_NewRef(plain);
    self->trade = Py_NewRef(trade);
    self->roles = Py_NewRef(roles);
    self->sites = Py_NewRef(sites);
    self->providers = Py_NewRef(providers);
    return (PyObject *)self;
}

static void authors_dealloc(PyObject *object)
{
    Authors *self = (Authors *)object;
    Py_DECREF(self->plain);
    Py_DECREF(self->trade);
    Py_DECREF(self->roles);
    Py_DECREF(self->sites);
    Py_DECREF(self->providers);
    Py_TYPE(object)->tp_free(object);
}

static PyMethodDef METHODS[] = {
    {"read", (PyCFunction)(void (*)(void))read_author, METH_FASTCALL,
     "read(name, address, e-mail) -> (fields, values, host, domain of the e-mail), or None"},
    {NULL, NULL, 0, NULL}};

PyTypeObject AuthorsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Authors",
    .tp_basicsize = sizeof(Authors),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Authors(plain, words of trade, roles, sites, providers): the last two are filled by who asks.",
    .tp_new = authors_new,
    .tp_dealloc = authors_dealloc,
    .tp_methods = METHODS,
};
