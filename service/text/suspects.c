/* Finds the words of a lower-case text that may be common ones in disguise; suspects.py does the same in Python and says what the
 * answers mean.
 *
 * Suspects(vocabulary, ordinary, foreign) keeps tables of words; calling it with a text gives None, or
 * (signs, tokens, known, foreign, places of words in pieces, places of words).
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define PRIME 0x100000001b3ULL
#define OFFSET 0xcbf29ce484222325ULL
#define SPREAD 0x9e3779b97f4a7c15ULL
#define SHORTEST 4
#define LONGEST 14
#define LONGEST_RUN 40
#define LONGEST_PIECE 12
#define MOST_PIECES 7
#define ANY_LETTER 6
#define BITS 7
#define FILTER (1 << 19)
/* A common or neighbouring word; a word of the vocabulary; one that may be put in; a small word of another language; a guarded word
 * mistyped; one of ANY_LETTER or more without the letter at a place; a word with each run as one letter. */
enum { ORDINARY = 1, KNOWN = 2, GUARDED = 4, OTHER = 8, TYPO = 16, LEFT_AT = 32, PLAIN = 64 };

typedef struct {
    uint64_t *entries, mask, size;
} Table;

/* Words that people write, and what guarded ones become by mistyping: apart, as most words of a text need only the small first. */
typedef struct {
    PyObject_HEAD
    Table words, forms;
    uint64_t may_be[FILTER / 64]; /* a bit for each of the forms: most words are none, and this says so without a look at the table */
} Suspects;

/* A token: the letters that it begins with after quotes, and whether it may be the first, an inner or the last piece of a word. */
typedef struct {
    Py_ssize_t first, last;
    unsigned flags;
    int begins, goes_on, ends;
} Piece;

typedef struct {
    const Py_UCS4 *letters; /* with two blanks before and after */
    Py_ssize_t length;
    PyObject *joins, *words;
    Piece pieces[MOST_PIECES]; /* of the latest tokens, the latest first */
    int signs;
    long tokens, known, foreign;
} Text;

/* ---- the table: a hash without its low bits, and in these what the word is ----------------------------------------------------- */
static uint64_t *slot_of(const Table *table, uint64_t hash)
{
    uint64_t key = hash >> BITS << BITS, slot = (key * SPREAD) >> 32 & table->mask;
    while (table->entries[slot] && table->entries[slot] >> BITS << BITS != key) slot = (slot + 1) & table->mask;
    return table->entries + slot;
}

static unsigned flags_of(const Table *table, uint64_t hash)
{
    return (unsigned)(*slot_of(table, hash) & ((1 << BITS) - 1));
}

static int put(Table *table, uint64_t hash, unsigned flags)
{
    if ((table->size + 1) * 2 > table->mask) {
        Table larger = {.mask = table->mask ? table->mask * 2 + 1 : 1023, .size = 0};
        larger.entries = PyMem_Calloc(larger.mask + 1, sizeof(uint64_t));
        if (!larger.entries) return -1;
        for (uint64_t at = 0; table->entries && at <= table->mask; at++)
            if (table->entries[at]) *slot_of(&larger, table->entries[at]) = table->entries[at];
        PyMem_Free(table->entries);
        table->entries = larger.entries;
        table->mask = larger.mask;
    }
    uint64_t *slot = slot_of(table, hash);
    if (!*slot) table->size++;
    *slot |= (hash >> BITS << BITS) | flags;
    return 0;
}

static uint64_t filter_bit(uint64_t hash) { return (hash >> BITS) * SPREAD >> 45; }

static int put_form(Suspects *self, uint64_t hash, unsigned flags)
{
    uint64_t bit = filter_bit(hash);
    self->may_be[bit / 64] |= 1ULL << bit % 64;
    return put(&self->forms, hash, flags);
}

static unsigned form_of(const Suspects *self, uint64_t hash)
{
    uint64_t bit = filter_bit(hash);
    return self->may_be[bit / 64] >> bit % 64 & 1 ? flags_of(&self->forms, hash) : 0;
}

static uint64_t step(uint64_t hash, Py_UCS4 letter) { return (hash ^ letter) * PRIME; }

static uint64_t at_place(uint64_t hash, int place) { return hash ^ (uint64_t)(place + 1) * SPREAD; }

/* The hash of letters without the one at a place (none: -1), or with each run as one letter. */
static uint64_t hash_without(const unsigned char *letters, int count, int place)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (at != place) hash = step(hash, letters[at]);
    return hash;
}

static uint64_t hash_plain(const unsigned char *letters, int count)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (!at || letters[at] != letters[at - 1]) hash = step(hash, letters[at]);
    return hash;
}

static int is_vowel(int letter) { return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u'; }

/* The hash of a word without its inner vowels, set apart from those of whole words. */
static uint64_t hash_skeleton(const unsigned char *letters, int count)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++)
        if (!at || at == count - 1 || !is_vowel(letters[at])) hash = step(hash, letters[at]);
    return hash;
}

static uint64_t hash_swapped(const unsigned char *letters, int count, int place)
{
    uint64_t hash = OFFSET;
    for (int at = 0; at < count; at++) hash = step(hash, letters[at == place ? at + 1 : at == place + 1 ? at - 1 : at]);
    return hash;
}

static int is_ending(int letter) { return memchr("sdrynt", letter, 6) != NULL; }

static int enter_wrong_keys(Suspects *self, const unsigned char *letters, int count, int place)
{
    static const char keys[] = " qwertyuiop asdfghjkl zxcvbnm ";
    unsigned char wrong[LONGEST];
    const char *key = strchr(keys, letters[place]);
    memcpy(wrong, letters, (size_t)count);
    for (int side = -1; key && side <= 1; side += 2) {
        wrong[place] = (unsigned char)key[side];
        if (key[side] != ' ' && !(place == count - 1 && is_ending(key[side])) && put_form(self, hash_without(wrong, count, -1), TYPO)) return -1;
    }
    return 0;
}

static int enter(Suspects *self, const unsigned char *letters, int count, unsigned flags)
{
    if (put(&self->words, hash_without(letters, count, -1), flags)) return -1;
    if (flags & KNOWN && count > 2 && put_form(self, hash_plain(letters, count), PLAIN)) return -1;
    if (!(flags & GUARDED)) return 0;
    for (int place = 1; place < count; place++) {
        uint64_t left = hash_without(letters, count, place);
        if (place < count - 1 && put_form(self, left, TYPO)) return -1;
        if (count >= ANY_LETTER && place < count - 1 && put_form(self, at_place(left, place), LEFT_AT)) return -1;
        if (enter_wrong_keys(self, letters, count, place)) return -1;
        if (place < count - 1 && put_form(self, hash_swapped(letters, count, place), TYPO)) return -1;
    }
    return count > SHORTEST ? put_form(self, hash_skeleton(letters, count), TYPO) : 0;
}

static int enter_all(Suspects *self, PyObject *words, unsigned flags)
{
    PyObject *each = PyObject_GetIter(words), *word;
    if (!each) return -1;
    while ((word = PyIter_Next(each))) {
        Py_ssize_t count;
        const char *letters = PyUnicode_AsUTF8AndSize(word, &count);
        unsigned guarded = flags & KNOWN && count >= SHORTEST && count <= LONGEST ? GUARDED : 0;
        int failed = !letters || (count <= LONGEST_RUN && enter(self, (const unsigned char *)letters, (int)count, flags | guarded));
        Py_DECREF(word);
        if (failed) break;
    }
    Py_DECREF(each);
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- one word ------------------------------------------------------------------------------------------------------------------ */
static int has_run(const unsigned char *letters, int count)
{
    for (int at = 2; at < count; at++)
        if (letters[at] == letters[at - 1] && letters[at] == letters[at - 2]) return 1;
    return 0;
}

static int is_near(const Suspects *self, const unsigned char *letters, int count, uint64_t whole)
{
    if (form_of(self, whole) & TYPO) return 1;
    uint64_t before = step(OFFSET, letters[0]);
    for (int place = 1; place < count; before = step(before, letters[place++])) {
        int last = place == count - 1, twice = letters[place] == letters[place - 1];
        uint64_t left = before;
        for (int at = place + 1; at < count; at++) left = step(left, letters[at]);
        if ((twice || (!last && count > 5)) && flags_of(&self->words, left) & KNOWN) return 1;
        if (count >= ANY_LETTER && !last && form_of(self, at_place(left, place)) & LEFT_AT) return 1;
    }
    return 0;
}

/* Whether known words follow one another from the first letter to the last. */
static int is_run_of_words(const Suspects *self, const unsigned char *letters, int count)
{
    char reached[LONGEST_RUN + 1] = {1};
    for (int start = 0; start < count; start++) {
        uint64_t hash = OFFSET;
        for (int end = start; reached[start] && end < count && end - start < LONGEST; end++) {
            hash = step(hash, letters[end]);
            if (end > start && !reached[end + 1]) reached[end + 1] = (flags_of(&self->words, hash) & KNOWN) != 0;
        }
    }
    return reached[count];
}

static int is_suspect(const Suspects *self, const unsigned char *letters, int count)
{
    uint64_t hash = hash_without(letters, count, -1);
    if (flags_of(&self->words, hash) & ORDINARY) return 0;
    if (is_ending(letters[count - 1]) && flags_of(&self->words, hash_without(letters, count, count - 1)) & ORDINARY) return 0;
    if (has_run(letters, count) && form_of(self, hash_plain(letters, count)) & PLAIN) return 1;
    if (count >= SHORTEST && count <= LONGEST + 1 && is_near(self, letters, count, hash)) return 1;
    return count > 6 && is_run_of_words(self, letters, count);
}

/* ---- a text -------------------------------------------------------------------------------------------------------------------- */
#define MARGIN 2

static Py_UCS4 letter_at(const Text *text, Py_ssize_t at) { return text->letters[at]; }

static int is_letter(Py_UCS4 c) { return c >= 'a' && c <= 'z'; }

static int is_wordish(Py_UCS4 c) { return c < 0x80 ? is_letter(c) || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z') : Py_UNICODE_ISALNUM(c); }

static int add_place(PyObject **list, Py_ssize_t start, Py_ssize_t end)
{
    if (!*list && !(*list = PyList_New(0))) return -1;
    PyObject *place = Py_BuildValue("(nn)", start, end);
    int failed = !place || PyList_Append(*list, place);
    Py_XDECREF(place);
    return failed ? -1 : 0;
}

static int is_address(const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    Py_UCS4 first = letter_at(text, start);
    int at_sign = 0;
    if (first == '@' || first == '#') return 1;
    for (Py_ssize_t at = start; at < end; at++) {
        Py_UCS4 c = letter_at(text, at);
        if (c == '/') return 1;
        at_sign |= c == '@';
        if (c != '.') continue;
        Py_UCS4 before = at > start ? letter_at(text, at - 1) : ' ';
        if (at_sign || (at + 1 < end && is_letter(letter_at(text, at + 1)) && (is_letter(before) || (before >= '0' && before <= '9')))) return 1;
    }
    return 0;
}

static int is_sign(Py_UCS4 c) { return (c >= '0' && c <= '9') || c == '@' || c == '$' || c == 0x20ac || c == '!' || c == '|' || c == '(' || c == '+'; }

static Py_UCS4 spoken(Py_UCS4 c, int dialect)
{
    static const char signs[] = "0123456789@$!|(+", *const letters[2] = {"oizeasgtbgasilct", "olzeasbtbgaslict"};
    if (c == 0x20ac) return 'e';
    const char *found = c < 0x80 && !is_letter(c) ? strchr(signs, (int)c) : NULL;
    return found ? (Py_UCS4)letters[dialect][found - signs] : c;
}

/* Whether a run of letters and signs may spell a guarded word. */
static int is_leet(const Suspects *self, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    int signs = 0;
    while (end > start && letter_at(text, end - 1) == '!') end--;
    for (Py_ssize_t at = start + (letter_at(text, start) == '('); at < end; at++) signs |= is_sign(letter_at(text, at));
    if (!signs) return 0;
    if (end - start < SHORTEST || end - start > LONGEST) return 0;
    for (int dialect = 0; dialect < 2; dialect++) {
        uint64_t hash = OFFSET;
        for (Py_ssize_t at = start; at < end; at++) hash = step(hash, spoken(letter_at(text, at), dialect));
        if (flags_of(&self->words, hash) & GUARDED) return 1;
    }
    return 0;
}

static int see_run(const Suspects *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    unsigned char letters[LONGEST_RUN];
    if (end - start < 3 || end - start > LONGEST_RUN) return 0;
    Py_UCS4 before = letter_at(text, start - 1), after = letter_at(text, end);
    if (is_wordish(before) || before == '*' || before == '\'' || is_wordish(after) || after == '*') return 0;
    if (after == '\'' && is_letter(letter_at(text, end + 1))) return 0;
    for (Py_ssize_t at = start; at < end; at++) letters[at - start] = (unsigned char)letter_at(text, at);
    return is_suspect(self, letters, (int)(end - start)) ? add_place(&text->words, start, end) : 0;
}

/* The runs of letters, and of letters and signs, of a token that is no address. */
static int see_runs(const Suspects *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t run = start, leet = start;
    int letters = 0, signs = 0;
    for (Py_ssize_t at = start; at <= end; at++) {
        Py_UCS4 c = at < end ? letter_at(text, at) : ' ';
        int letter = is_letter(c), sign = !letter && is_sign(c);
        if (c == '*' && at > start && is_letter(letter_at(text, at - 1)) && is_letter(letter_at(text, at + 1))) text->signs = 1;
        if (!letter) {
            if (at > run && see_run(self, text, run, at)) return -1;
            run = at + 1;
        }
        if (!letter && !sign) {
            if (letters && signs && is_leet(self, text, leet, at)) text->signs = 1;
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
    Py_UCS4 c = letter_at(text, at), next = letter_at(text, at + 1);
    return (c == '\\' && next == '/') || (c == '/' && next == '\\') || (c == '|' && (next == '-' || next == '<' || next == ')' || next == '\\'));
}

static int is_quote(Py_UCS4 c) { return c == '"' || c == '\'' || c == '('; }

static uint64_t hash_of(const Text *text, uint64_t hash, Py_ssize_t start, Py_ssize_t end)
{
    for (Py_ssize_t at = start; at < end; at++) hash = step(hash, letter_at(text, at));
    return hash;
}

static void read_piece(const Suspects *self, const Text *text, Py_ssize_t start, Py_ssize_t end, Piece *piece)
{
    Py_ssize_t first = start, last;
    uint64_t hash = OFFSET;
    while (first < start + 2 && is_quote(letter_at(text, first))) first++;
    for (last = first; is_letter(letter_at(text, last)); last++) hash = step(hash, letter_at(text, last));
    Py_UCS4 sign = letter_at(text, last);
    int tail = end - last <= 6 && sign != '\'' && sign != '@' && sign != '/' && sign != '*' && sign != '-';
    for (Py_ssize_t at = last; tail && at < end; at++) tail = !is_wordish(letter_at(text, at));
    int fits = last > first && last - first <= LONGEST_PIECE;
    *piece = (Piece){first, last, last > first ? flags_of(&self->words, hash) : 0, fits && last == end, fits && first == start && last == end, fits && first == start && tail};
}

/* Looks for guarded words that end with the latest token and have a piece that is no word by itself. */
static int see_pieces(const Suspects *self, Text *text)
{
    const Piece *end = text->pieces;
    if (!end->ends) return 0;
    Py_ssize_t letters = end->last - end->first;
    int unknown = !(end->flags & KNOWN), strange = !(end->flags & ORDINARY), single = letters == 1;
    for (int count = 1; count < MOST_PIECES; count++) {
        const Piece *start = end + count;
        Py_ssize_t size = start->last - start->first;
        letters += size;
        if (!start->begins || letters > LONGEST) return 0;
        unknown |= !(start->flags & KNOWN);
        strange |= !(start->flags & ORDINARY);
        single |= size == 1;
        if ((strange || (unknown && letters > 5)) && letters >= SHORTEST && !(count == 1 && single)) {
            uint64_t hash = OFFSET;
            for (const Piece *piece = start; piece >= end; piece--) hash = hash_of(text, hash, piece->first, piece->last);
            if (flags_of(&self->words, hash) & GUARDED && add_place(&text->joins, start->first, end->last)) return -1;
        }
        if (!start->goes_on) return 0;
    }
    return 0;
}

static int see_token(const Suspects *self, Text *text, Py_ssize_t start, Py_ssize_t end)
{
    memmove(text->pieces + 1, text->pieces, sizeof(Piece) * (MOST_PIECES - 1));
    Piece *piece = text->pieces;
    read_piece(self, text, start, end, piece);
    text->tokens++;
    text->known += (piece->flags & KNOWN) != 0;
    text->foreign += (piece->flags & OTHER) != 0;
    if (see_pieces(self, text)) return -1;
    if (piece->flags & ORDINARY && (piece->last == end || (piece->ends && !is_sign(letter_at(text, piece->last))))) return 0;
    return is_address(text, start, end) ? 0 : see_runs(self, text, start, end);
}

/* The text in code points, with blanks around; PyMem_Free what is given beyond ``room``. */
static Py_UCS4 *code_points(PyObject *string, Py_UCS4 *room, Py_ssize_t size)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(string);
    Py_UCS4 *letters = length + 2 * MARGIN <= size ? room : PyMem_Malloc((size_t)(length + 2 * MARGIN) * sizeof(Py_UCS4));
    if (!letters) return NULL;
    for (int at = 0; at < MARGIN; at++) letters[at] = letters[length + MARGIN + at] = ' ';
    const Py_UCS1 *narrow = PyUnicode_1BYTE_DATA(string);
    if (PyUnicode_KIND(string) == PyUnicode_1BYTE_KIND)
        for (Py_ssize_t at = 0; at < length; at++) letters[at + MARGIN] = narrow[at];
    else
        for (Py_ssize_t at = 0; at < length; at++) letters[at + MARGIN] = PyUnicode_READ_CHAR(string, at);
    return letters;
}

static int is_blank(Py_UCS4 c) { return c <= ' ' ? Py_UNICODE_ISSPACE(c) : c >= 0x80 && Py_UNICODE_ISSPACE(c); }

static PyObject *suspects_call(PyObject *object, PyObject *args, PyObject *keywords)
{
    const Suspects *self = (const Suspects *)object;
    PyObject *string;
    if (keywords || !PyArg_ParseTuple(args, "U", &string)) return keywords ? PyErr_Format(PyExc_TypeError, "takes one text") : NULL;
    Py_UCS4 room[1024], *letters = code_points(string, room, 1024);
    if (!letters) return PyErr_NoMemory();
    Text text = {.letters = letters + MARGIN, .length = PyUnicode_GET_LENGTH(string)};
    int failed = 0;
    Py_ssize_t start = 0;
    for (Py_ssize_t at = 0; at <= text.length && !failed; at++) {
        Py_UCS4 c = letter_at(&text, at);
        if (is_letter(c)) continue;
        if ((c == '\\' || c == '|' || c == '/') && is_stroke(&text, at)) text.signs = 1;
        if (!is_blank(c)) continue;
        if (at > start) failed = see_token(self, &text, start, at);
        start = at + 1;
    }
    if (letters != room) PyMem_Free(letters);
    PyObject *result = NULL;
    if (!failed) {
        int nothing = !text.signs && !text.joins && !text.words;
        PyObject *joins = text.joins ? text.joins : Py_None, *words = text.words ? text.words : Py_None;
        result = nothing ? Py_NewRef(Py_None) : Py_BuildValue("(OlllOO)", text.signs ? Py_True : Py_False, text.tokens, text.known, text.foreign, joins, words);
    }
    Py_XDECREF(text.joins);
    Py_XDECREF(text.words);
    return result;
}

static PyObject *suspects_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *vocabulary, *ordinary, *foreign;
    if (keywords || !PyArg_ParseTuple(args, "OOO", &vocabulary, &ordinary, &foreign)) return keywords ? PyErr_Format(PyExc_TypeError, "takes three sets of words") : NULL;
    Suspects *self = (Suspects *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    int failed = enter_all(self, ordinary, ORDINARY) || enter_all(self, vocabulary, ORDINARY | KNOWN) || enter_all(self, foreign, ORDINARY | OTHER);
    failed = failed || put(&self->words, OFFSET, 0) || put_form(self, OFFSET, 0);
    if (failed) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void suspects_dealloc(PyObject *object)
{
    PyMem_Free(((Suspects *)object)->words.entries);
    PyMem_Free(((Suspects *)object)->forms.entries);
    Py_TYPE(object)->tp_free(object);
}

static PyTypeObject SuspectsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service.text._suspects.Suspects",
    .tp_basicsize = sizeof(Suspects),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Tables of words; call it with a text.",
    .tp_new = suspects_new,
    .tp_dealloc = suspects_dealloc,
    .tp_call = suspects_call,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_suspects", "Finds words that may be common ones in disguise.", -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__suspects(void)
{
    PyObject *self = PyModule_Create(&module);
    if (!self || PyType_Ready(&SuspectsType) || PyModule_AddObjectRef(self, "Suspects", (PyObject *)&SuspectsType)) {
        Py_XDECREF(self);
        return NULL;
    }
    return self;
}
