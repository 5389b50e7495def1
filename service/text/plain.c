#include "plain.h"

#include <string.h>

#define ASCII 128
#define MOST_WORDS 62
#define LONGEST_WORD 16
#define ROOM 2048 /* letters that need no memory of their own */

#define LOOK 2 /* a pair of letters may also ask for a look at the words that begin so: their number, shifted by so much */

typedef struct {
    unsigned char letters[LONGEST_WORD], length, asks;
} Telling;

struct Plain {
    PyObject_HEAD
    const Suspects *suspects;
    Py_ssize_t most;
    unsigned char pairs[ASCII][ASCII];
    unsigned char separators[ASCII]; /* signs that may part the letters of a word */
    Telling words[MOST_WORDS];       /* those that begin alike side by side */
    int word_count;
};

/* A lower-case text with MARGIN blanks before and after, and what was seen of it. */
typedef struct {
    const unsigned char *letters;
    Py_ssize_t length;
} Line;
#define MARGIN 8

/* Which of the telling words with a beginning stand at a place; `first` is the number of the first of them. */
static int words_ask(const Plain *self, int first, const unsigned char *at)
{
    int asks = 0;
    const Telling *beginning = self->words + first;
    for (const Telling *word = beginning; word < self->words + self->word_count && !memcmp(word->letters, beginning->letters, 2); word++)
        if (!memcmp(word->letters, at, word->length)) asks |= word->asks;
    return asks;
}

static int is_word(unsigned char c) { return is_small(c) || is_digit(c); }

/* Whether a letter or digit alone is one of four in a row with blanks between. */
static int is_third_of_four(const unsigned char *at)
{
    return at[-1] == ' ' && is_word(at[-2]) && at[-3] == ' ' && is_word(at[-4]) && !is_word(at[-5]) && at[1] == ' ' && is_word(at[2]) && !is_word(at[3]);
}

/* Whether a letter alone may be one of a word drawn apart: between signs, after a sign apart, among others alone, or one of www. */
static int stands_apart(const Plain *self, const unsigned char *at)
{
    if (self->separators[at[-1]] && self->separators[at[1]]) return 1;
    if (at[-1] == ' ' && self->separators[at[-2]] && at[-3] == ' ') return 1;
    return is_third_of_four(at) || (*at == 'w' && at[-1] == ' ' && at[1] == ' ');
}

/* Whether a sign stands four times in a row, or three letters twice each. */
static int is_drawn_out(const unsigned char *at)
{
    if (at[0] != at[-1]) return 0;
    if (at[-2] == at[0] && at[-3] == at[0]) return *at > ' ' && !is_digit(*at);
    return at[-2] == at[-3] && at[-4] == at[-5] && is_small(*at);
}

/* What a text asks for, GUARDS and SHAPES. */
static int asks_of(const Plain *self, const Line *line)
{
    int asks = 0;
    const unsigned char *end = line->letters + line->length;
    for (const unsigned char *at = line->letters; at < end; at++) {
        int pair = self->pairs[at[0]][at[1]];
        asks |= pair & (GUARDS | SHAPES);
        if (pair >> LOOK) asks |= words_ask(self, (pair >> LOOK) - 1, at);
        if (is_drawn_out(at) || (is_word(*at) && !is_word(at[-1]) && !is_word(at[1]) && stands_apart(self, at))) asks |= GUARDS;
    }
    return asks;
}

static int is_blank(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f); }

/* Writes the text in small letters with single blanks, none at its ends; gives its new length. */
static Py_ssize_t write_lower(const unsigned char *from, Py_ssize_t length, unsigned char *to)
{
    Py_ssize_t size = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        unsigned char c = from[i];
        if (is_capital(c))
            to[size++] = c | 0x20;
        else if (!is_blank(c))
            to[size++] = c;
        else if (size && to[size - 1] != ' ')
            to[size++] = ' ';
    }
    return size && to[size - 1] == ' ' ? size - 1 : size;
}

static void fence(unsigned char *letters, Py_ssize_t length)
{
    memset(letters, ' ', MARGIN);
    memset(letters + MARGIN + length, ' ', MARGIN + LONGEST_WORD);
}

Py_ssize_t plain_room(Py_ssize_t length) { return length + 2 * MARGIN + LONGEST_WORD; }

int may_be_plain(const Plain *self, const Letters *text) { return text->ascii && text->length <= self->most; }

int plain_look(const Plain *self, const Letters *text, unsigned char *room, Glance *glance)
{
    Line line = {room + MARGIN, write_lower(text->data, text->length, room + MARGIN)};
    fence(room, line.length);
    int asks = asks_of(self, &line);
    *glance = (Glance){line.letters, line.length, 0, asks};
    if (asks & GUARDS) return 0;
    Suspicions found;
    int failed = suspects_look(self->suspects, &(Letters){line.letters, line.length, PyUnicode_1BYTE_KIND, 1}, &found);
    glance->plain = !failed && !is_suspicious(&found);
    suspicions_free(&found);
    return failed;
}

/* As much room as a text needs, in `room` or in memory of its own; NULL with an exception. */
static unsigned char *room_for(Py_ssize_t length, unsigned char *room)
{
    Py_ssize_t size = plain_room(length);
    unsigned char *found = size <= ROOM ? room : PyMem_Malloc((size_t)size);
    return found ? found : (unsigned char *)PyErr_NoMemory();
}

PyObject *plain_lower(const Plain *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    Letters letters = letters_of(text);
    if (!may_be_plain(self, &letters)) Py_RETURN_NONE;
    unsigned char own[ROOM], *room = room_for(letters.length, own);
    if (!room) return NULL;
    Glance glance;
    PyObject *lower = NULL;
    if (plain_look(self, &letters, room, &glance))
        PyErr_NoMemory();
    else
        lower = glance.plain ? PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, glance.letters, glance.length) : Py_NewRef(Py_None);
    if (room != own) PyMem_Free(room);
    return lower;
}

static PyObject *lower(PyObject *self, PyObject *text) { return plain_lower((const Plain *)self, text); }

/* is_shapeless(text): whether a normalised text is proven to meet no shape. */
static PyObject *is_shapeless(PyObject *object, PyObject *text)
{
    const Plain *self = (const Plain *)object;
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (!PyUnicode_IS_ASCII(text) || length > self->most) Py_RETURN_FALSE;
    unsigned char room[ROOM], *letters = room_for(length, room);
    if (!letters) return NULL;
    memcpy(letters + MARGIN, PyUnicode_1BYTE_DATA(text), (size_t)length);
    fence(letters, length);
    int asks = asks_of(self, &(Line){letters + MARGIN, length});
    if (letters != room) PyMem_Free(letters);
    return PyBool_FromLong(!(asks & SHAPES));
}

/* ---- the tables ---------------------------------------------------------------------------------------------------------------- */

/* Takes (word, asks) pairs, in order; words of the same beginning must follow each other. */
static int take_words(Plain *self, PyObject *words)
{
    for (Py_ssize_t number = 0; number < PyTuple_GET_SIZE(words); number++) {
        const char *letters;
        Py_ssize_t length;
        int asks;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(words, number), "s#i", &letters, &length, &asks)) return -1;
        if (number >= MOST_WORDS || length < 2 || length > LONGEST_WORD || (letters[0] | letters[1]) & 0x80) {
            PyErr_SetString(PyExc_ValueError, "a telling word has 2 to 16 ASCII letters, and there are at most 62");
            return -1;
        }
        Telling *word = self->words + self->word_count++;
        *word = (Telling){.length = (unsigned char)length, .asks = (unsigned char)asks};
        memcpy(word->letters, letters, (size_t)length);
        unsigned char *pair = &self->pairs[word->letters[0]][word->letters[1]];
        if (!(*pair >> LOOK)) *pair |= (unsigned char)((number + 1) << LOOK);
    }
    return 0;
}

static PyObject *plain_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *suspects, *words;
    const char *pairs, *separators;
    Py_ssize_t size, most;
    if (keywords && PyDict_GET_SIZE(keywords)) return PyErr_Format(PyExc_TypeError, "takes no names");
    if (!PyArg_ParseTuple(args, "O!y#O!sn", &SuspectsType, &suspects, &pairs, &size, &PyTuple_Type, &words, &separators, &most)) return NULL;
    if (size != ASCII * ASCII) return PyErr_Format(PyExc_ValueError, "there are 128 times 128 pairs");
    Plain *self = (Plain *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->suspects = (const Suspects *)Py_NewRef(suspects);
    self->most = most;
    for (Py_ssize_t at = 0; at < size; at++) self->pairs[at / ASCII][at % ASCII] = pairs[at] & (GUARDS | SHAPES);
    for (; *separators; separators++) self->separators[*separators & 0x7f] = 1;
    if (take_words(self, words)) Py_CLEAR(self);
    return (PyObject *)self;
}

static void plain_dealloc(PyObject *self)
{
    Py_DECREF(((Plain *)self)->suspects);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef METHODS[] = {
    {"lower", lower, METH_O, "lower(text) -> the normalised text, where it is proven to be that; else None"},
    {"is_shapeless", is_shapeless, METH_O, "is_shapeless(text) -> whether it is proven that the text meets no shape"},
    {NULL, NULL, 0, NULL}};

PyTypeObject PlainType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Plain",
    .tp_basicsize = sizeof(Plain),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Plain(suspects, pairs, words, separators, most): what plain.py makes.",
    .tp_new = plain_new,
    .tp_dealloc = plain_dealloc,
    .tp_methods = METHODS,
};
