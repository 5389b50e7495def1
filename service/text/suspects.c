#include "suspects.h"

#include <stdlib.h>
#include <string.h>

#include "../arrays.h"

#define LONGEST_PIECE 12
#define MOST_PIECES 7
#define RING 8
#define MARGIN 2
#define ROOM 1024 /* code points that need no memory of their own */

/* A token: the letters that it begins with after quotes, and whether it may be the first, an inner or the last piece of a word. */
typedef struct {
    Py_ssize_t first, last;
    unsigned flags;
    int begins, goes_on, ends;
} Piece;

/* A text while it is read. */
typedef struct {
    const Py_UCS4 *letters; /* with two blanks before and after */
    Py_ssize_t length;
    Suspicions *found;
    Piece pieces[RING];   /* of the latest tokens: that of token n at n modulo RING */
    unsigned long tokens; /* with RING before the first, which are no pieces */
} Text;

static Py_UCS4 point_at(const Text *text, Py_ssize_t at) { return text->letters[at]; }

static int is_wordish(Py_UCS4 c) { return c == '_' || is_alnum(c); }

static int add_place(Places *places, Py_ssize_t start, Py_ssize_t end)
{
    if (reserve(&places->at, &places->room, places->size + 1, sizeof *places->at)) return -1;
    places->at[places->size++] = (Place){start, end};
    return 0;
}

static int is_address(const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    Py_UCS4 first = point_at(text, start);
    int at_sign = 0;
    if (first == '@' || first == '#') return 1;
    for (Py_ssize_t at = start; at < end; at++) {
        Py_UCS4 c = point_at(text, at);
        if (c == '/') return 1;
        at_sign |= c == '@';
        if (c != '.') continue;
        Py_UCS4 before = at > start ? point_at(text, at - 1) : ' ';
        if (at_sign || (at + 1 < end && is_small(point_at(text, at + 1)) && (is_small(before) || is_digit(before)))) return 1;
    }
    return 0;
}

static int is_sign(Py_UCS4 c) { return is_digit(c) || c == '@' || c == '$' || c == 0x20ac || c == '!' || c == '|' || c == '(' || c == '+'; }

static Py_UCS4 spoken(Py_UCS4 c, int dialect)
{
    static const char signs[] = "0123456789@$!|(+", *const letters[2] = {"oizeasgtbgasilct", "olzeasbtbgaslict"};
    if (c == 0x20ac) return 'e';
    const char *found = c < 0x80 && !is_small(c) ? strchr(signs, (int)c) : NULL;
    return found ? (Py_UCS4)letters[dialect][found - signs] : c;
}

/* Whether a run of letters and signs may spell a guarded word. */
static int is_leet(const Words *self, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    int signs = 0;
    while (end > start && point_at(text, end - 1) == '!') end--;
    for (Py_ssize_t at = start + (point_at(text, start) == '('); at < end; at++) signs |= is_sign(point_at(text, at));
    if (!signs) return 0;
    if (end - start < SHORTEST || end - start > LONGEST) return 0;
    for (int dialect = 0; dialect < 2; dialect++) {
        uint64_t hash = OFFSET;
        for (Py_ssize_t at = start; at < end; at++) hash = fold(hash, spoken(point_at(text, at), dialect));
        if (word_flags(self, hash) & GUARDED) return 1;
    }
    return 0;
}

static int see_run(const Words *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    unsigned char letters[LONGEST_RUN];
    if (end - start < 3 || end - start > LONGEST_RUN) return 0;
    Py_UCS4 before = point_at(text, start - 1), after = point_at(text, end);
    if (is_wordish(before) || before == '*' || before == '\'' || is_wordish(after) || after == '*') return 0;
    if (after == '\'' && is_small(point_at(text, end + 1))) return 0;
    for (Py_ssize_t at = start; at < end; at++) letters[at - start] = (unsigned char)point_at(text, at);
    return is_suspect(self, letters, (int)(end - start)) ? add_place(&text->found->words, start, end) : 0;
}

/* The runs of letters, and of letters and signs, of a token that is no address. */
static int see_runs(const Words *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t run = start, leet = start;
    int letters = 0, signs = 0;
    for (Py_ssize_t at = start; at <= end; at++) {
        Py_UCS4 c = at < end ? point_at(text, at) : ' ';
        int letter = is_small(c), sign = !letter && is_sign(c);
        if (c == '*' && at > start && is_small(point_at(text, at - 1)) && is_small(point_at(text, at + 1))) text->found->signs = 1;
        if (!letter) {
            if (at > run && see_run(self, text, run, at)) return -1;
            run = at + 1;
        }
        if (!letter && !sign) {
            if (letters && signs && is_leet(self, text, leet, at)) text->found->signs = 1;
            leet = at + 1;
            letters = signs = 0;
        }
        letters |= letter;
        signs |= sign;
    }
    return 0;
}

static int is_stroke(const Text *text, Py_ssize_t at)
{
    Py_UCS4 c = point_at(text, at), next = point_at(text, at + 1);
    return (c == '\\' && next == '/') || (c == '/' && next == '\\') || (c == '|' && (next == '-' || next == '<' || next == ')' || next == '\\'));
}

static int is_quote(Py_UCS4 c) { return c == '"' || c == '\'' || c == '('; }

static uint64_t hash_of(const Text *text, uint64_t hash, Py_ssize_t start, Py_ssize_t end)
{
    for (Py_ssize_t at = start; at < end; at++) hash = fold(hash, point_at(text, at));
    return hash;
}

static void read_piece(const Words *self, const Text *text, Py_ssize_t start, Py_ssize_t end, Piece *piece)
{
    Py_ssize_t first = start, last;
    uint64_t hash = OFFSET;
    while (first < start + 2 && is_quote(point_at(text, first))) first++;
    for (last = first; is_small(point_at(text, last)); last++) hash = fold(hash, point_at(text, last));
    Py_UCS4 sign = point_at(text, last);
    int tail = end - last <= 6 && sign != '\'' && sign != '@' && sign != '/' && sign != '*' && sign != '-';
    for (Py_ssize_t at = last; tail && at < end; at++) tail = !is_wordish(point_at(text, at));
    int fits = last > first && last - first <= LONGEST_PIECE;
    *piece = (Piece){first, last, last > first ? word_flags(self, hash) : 0, fits && last == end, fits && first == start && last == end, fits && first == start && tail};
}

/* The piece that is the token so many before the latest. */
static Piece *piece_of(Text *text, int before) { return text->pieces + (text->tokens - before) % RING; }

/* Looks for guarded words that end with the latest token and have a piece that is no word by itself, or are pairs of letters. */
static int see_pieces(const Words *self, Text *text)
{
    const Piece *end = piece_of(text, 0);
    if (!end->ends) return 0;
    Py_ssize_t letters = end->last - end->first;
    int unknown = !(end->flags & KNOWN), strange = !(end->flags & ORDINARY), single = letters == 1, pairs = letters <= 2;
    for (int count = 1; count < MOST_PIECES; count++) {
        const Piece *start = piece_of(text, count);
        Py_ssize_t size = start->last - start->first;
        letters += size;
        if (!start->begins || letters > LONGEST) return 0;
        unknown |= !(start->flags & KNOWN);
        strange |= !(start->flags & ORDINARY);
        single |= size == 1;
        pairs &= size == 2;
        if ((strange || (unknown && letters > 5) || (pairs && count > 1)) && letters >= SHORTEST && !(count == 1 && single)) {
            uint64_t hash = OFFSET;
            for (int part = count; part >= 0; part--) hash = hash_of(text, hash, piece_of(text, part)->first, piece_of(text, part)->last);
            if (word_flags(self, hash) & GUARDED && add_place(&text->found->joins, start->first, end->last)) return -1;
        }
        if (!start->goes_on) return 0;
    }
    return 0;
}

static int see_token(const Words *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    text->tokens++;
    Piece *piece = piece_of(text, 0);
    read_piece(self, text, start, end, piece);
    text->found->known += (piece->flags & KNOWN) != 0;
    text->found->foreign += (piece->flags & OTHER) != 0;
    if (see_pieces(self, text)) return -1;
    if (piece->flags & ORDINARY && (piece->last == end || (piece->ends && !is_sign(point_at(text, piece->last))))) return 0;
    return is_address(text, start, end) ? 0 : see_runs(self, text, start, end);
}

/* The text in code points, with blanks around; free what is given beyond ``room``. */
static Py_UCS4 *code_points(const Letters *text, Py_UCS4 *room, Py_ssize_t size)
{
    Py_ssize_t length = text->length;
    Py_UCS4 *letters = length + 2 * MARGIN <= size ? room : malloc((size_t)(length + 2 * MARGIN) * sizeof(Py_UCS4));
    if (!letters) return NULL;
    for (int at = 0; at < MARGIN; at++) letters[at] = letters[length + MARGIN + at] = ' ';
    const Py_UCS1 *narrow = text->data;
    if (text->kind == PyUnicode_1BYTE_KIND)
        for (Py_ssize_t at = 0; at < length; at++) letters[at + MARGIN] = narrow[at];
    else
        for (Py_ssize_t at = 0; at < length; at++) letters[at + MARGIN] = letter_at(text, at);
    return letters;
}

static int is_blank(Py_UCS4 c) { return c <= ' ' ? Py_UNICODE_ISSPACE(c) : c >= 0x80 && Py_UNICODE_ISSPACE(c); }

static int read_text(const Words *self, Text *text)
{
    for (Py_ssize_t at = 0, start = 0; at <= text->length; at++) {
        Py_UCS4 c = point_at(text, at);
        if (is_small(c)) continue;
        if ((c == '\\' || c == '|' || c == '/') && is_stroke(text, at)) text->found->signs = 1;
        if (!is_blank(c)) continue;
        if (at > start && see_token(self, text, start, at)) return -1;
        start = at + 1;
    }
    return 0;
}

int suspects_look(const Suspects *self, const Letters *letters, Suspicions *found)
{
    Py_UCS4 room[ROOM], *points = code_points(letters, room, ROOM);
    *found = (Suspicions){0};
    if (!points) return -1;
    Text text = {.letters = points + MARGIN, .length = letters->length, .tokens = RING, .found = found};
    int failed = read_text(&self->words, &text);
    if (points != room) free(points);
    found->tokens = (long)(text.tokens - RING);
    return failed;
}

void suspicions_free(Suspicions *found)
{
    free(found->joins.at);
    free(found->words.at);
}

int is_suspicious(const Suspicions *found) { return found->signs || found->joins.size || found->words.size; }

/* None where there are none, or a list of (start, end). */
static PyObject *list_of(const Places *places)
{
    if (!places->size) return Py_NewRef(Py_None);
    PyObject *list = PyList_New((Py_ssize_t)places->size);
    for (size_t at = 0; list && at < places->size; at++) {
        PyObject *place = Py_BuildValue("(nn)", places->at[at].start, places->at[at].end);
        if (!place)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)at, place);
    }
    return list;
}

/* None, or (signs, tokens, known, foreign, places of words in pieces, places of words). */
static PyObject *told(const Suspicions *found)
{
    if (!is_suspicious(found)) return Py_NewRef(Py_None);
    PyObject *joins = list_of(&found->joins), *words = joins ? list_of(&found->words) : NULL;
    if (!words) {
        Py_XDECREF(joins);
        return NULL;
    }
    return Py_BuildValue("(OlllNN)", found->signs ? Py_True : Py_False, found->tokens, found->known, found->foreign, joins, words);
}

static PyObject *suspects_call(PyObject *self, PyObject *args, PyObject *keywords)
{
    PyObject *string;
    if (keywords || !PyArg_ParseTuple(args, "U", &string)) return keywords ? PyErr_Format(PyExc_TypeError, "takes one text") : NULL;
    Letters letters = letters_of(string);
    Suspicions found;
    PyObject *result = suspects_look((const Suspects *)self, &letters, &found) ? PyErr_NoMemory() : told(&found);
    suspicions_free(&found);
    return result;
}

static PyObject *suspects_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *vocabulary, *ordinary, *foreign;
    if (keywords || !PyArg_ParseTuple(args, "OOO", &vocabulary, &ordinary, &foreign)) return keywords ? PyErr_Format(PyExc_TypeError, "takes three sets of words") : NULL;
    Suspects *self = (Suspects *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    Words *words = &self->words;
    int failed = enter_words(words, ordinary, ORDINARY) || enter_words(words, vocabulary, ORDINARY | KNOWN) ||
                 enter_words(words, foreign, ORDINARY | OTHER) || close_words(words);
    if (failed) {
        if (!PyErr_Occurred()) PyErr_NoMemory();
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void suspects_dealloc(PyObject *self)
{
    free_words(&((Suspects *)self)->words);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject SuspectsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._text.Suspects",
    .tp_basicsize = sizeof(Suspects),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Suspects(vocabulary, ordinary, foreign): tables of words; call it with a lower-case text.",
    .tp_new = suspects_new,
    .tp_dealloc = suspects_dealloc,
    .tp_call = suspects_call,
};
