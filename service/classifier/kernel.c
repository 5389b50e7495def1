/* The scoring kernel: one pass over a comment's code points against a memory-mapped table.
 *
 * It computes what a scikit-learn pipeline of TfidfVectorizer (word 1-2 and char_wb 2-5, sublinear tf, L2 norm)
 * and a linear model would: for each block  sum(tf * w) / ||tf * idf||,  w = idf * coefficient.
 * layout.py describes the table; fallback.py computes the same without a compiler.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HEADS 2
#define MIN_CHARS 2
#define MAX_CHARS 5
#define PRIME 0x100000001b3ULL

enum { TEXT_WORDS, TEXT_CHARS, FIELD_WORDS, FIELD_CHARS };
static const uint64_t SEED[4] = {
    0x9ae16a3b2f90404fULL, 0xc3a5c85c97cb3127ULL, 0xb492b66fbe98f273ULL, 0x8f14e45fceea167aULL};

typedef struct {
    char magic[8];
    uint32_t log2_slots, signals, edges, window, stride, reserved;
    double bias[HEADS], margin[HEADS];
} Header;

typedef struct {
    uint32_t fingerprint; /* 0: empty */
    float idf, weight[HEADS];
} Entry;

typedef struct {
    const Header *header;
    const uint32_t *edge_start;
    const double *edges, *values;
    const Entry *entries;
} Table;

static inline uint64_t fold(uint64_t hash, uint32_t point) { return (hash ^ point) * PRIME; }

static inline uint64_t finish(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93ULL;
    return hash ^ (hash >> 29);
}

/* Classes of code points; TOKEN in terms.py says the same as a regular expression. */
enum { SPACE, WORD, SYMBOL, SKIP };

static inline int class_of(uint32_t c)
{
    if (c < 0x80) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_') return WORD;
        return c > 0x20 && strchr("!?$%#@&*+=<>~|^/:", (int)c) ? SYMBOL : SKIP;
    }
    if (c < 0xa1) return SKIP;
    if (c < 0xc0) return c == 0xaa || c == 0xb5 || c == 0xba ? WORD : SYMBOL;
    if (c == 0xd7 || c == 0xf7) return SYMBOL;
    if (c < 0x2000) return WORD;
    if (c < 0x2070) return SKIP;
    if (c < 0x20a0) return WORD;
    if (c < 0x2c00) return SYMBOL;
    if (c >= 0x3000 && c < 0x3040) return SYMBOL;
    if (c >= 0xfe00 && c < 0xfe70) return SKIP;
    if (c >= 0xff00 && c < 0xff10) return SYMBOL;
    if (c >= 0xfff0 && c < 0x10000) return SKIP;
    if (c >= 0x1f000 && c < 0x1fb00) return SYMBOL;
    return WORD;
}

/* A growing list of term hashes. */
typedef struct {
    uint64_t *at;
    size_t size, room;
} Hashes;

static int push(Hashes *list, uint64_t hash)
{
    if (list->size == list->room) {
        size_t room = list->room ? list->room * 2 : 4096;
        uint64_t *grown = realloc(list->at, room * sizeof *grown);
        if (!grown) return -1;
        list->at = grown;
        list->room = room;
    }
    list->at[list->size++] = hash;
    return 0;
}

/* Word 1- and 2-grams of text[0:length]; a 2-gram is hashed as "first second". */
static int word_terms(const uint32_t *text, size_t length, uint64_t seed, Hashes *out)
{
    size_t i = 0;
    uint64_t before = 0;
    int has_before = 0;
    while (i < length) {
        int class = class_of(text[i]);
        if (class != WORD && class != SYMBOL) {
            i++;
            continue;
        }
        size_t end = i + 1;
        if (class == WORD)
            while (end < length && class_of(text[end]) == WORD) end++;
        uint64_t one = seed, two = fold(before, ' ');
        for (size_t k = i; k < end; k++) {
            one = fold(one, text[k]);
            two = fold(two, text[k]);
        }
        if (push(out, finish(one)) || (has_before && push(out, finish(two)))) return -1;
        before = one;
        has_before = 1;
        i = end;
    }
    return 0;
}

/* Character 2- to 5-grams inside " word ", for each run of text between spaces. */
static int char_terms(const uint32_t *text, size_t length, uint64_t seed, Hashes *out)
{
    size_t i = 0;
    while (i < length) {
        if (text[i] == ' ') {
            i++;
            continue;
        }
        size_t end = i;
        while (end < length && text[end] != ' ') end++;
        size_t padded = end - i + 2; /* " word " is text[i-1 : end+1] with spaces at both ends */
        for (size_t start = 0; start + MIN_CHARS <= padded; start++) {
            uint64_t hash = seed;
            size_t stop = start + MAX_CHARS < padded ? start + MAX_CHARS : padded;
            for (size_t k = start; k < stop; k++) {
                hash = fold(hash, k == 0 || k == padded - 1 ? ' ' : text[i + k - 1]);
                if (k - start + 1 >= MIN_CHARS && push(out, finish(hash))) return -1;
            }
        }
        i = end;
    }
    return 0;
}

/* Distinct entries of one block with their counts: a small open-addressing map from slot to count. */
typedef struct {
    uint32_t *slot, *count;
    size_t room;
} Counts;

static int counts_clear(Counts *counts, size_t terms)
{
    size_t room = 256;
    while (room < terms * 2) room *= 2;
    if (room > counts->room) {
        free(counts->slot);
        free(counts->count);
        counts->slot = malloc(room * sizeof *counts->slot);
        counts->count = malloc(room * sizeof *counts->count);
        if (!counts->slot || !counts->count) return -1;
        counts->room = room;
    }
    memset(counts->count, 0, counts->room * sizeof *counts->count);
    return 0;
}

static inline void counts_add(Counts *counts, uint32_t slot)
{
    size_t mask = counts->room - 1, at = (slot * 2654435761u) & mask;
    while (counts->count[at] && counts->slot[at] != slot) at = (at + 1) & mask;
    counts->slot[at] = slot;
    counts->count[at]++;
}

static inline int64_t find(const Table *table, uint64_t hash)
{
    uint32_t mask = (1u << table->header->log2_slots) - 1, slot = (uint32_t)hash & mask;
    uint32_t fingerprint = (uint32_t)(hash >> 32);
    if (!fingerprint) fingerprint = 1;
    for (uint32_t probes = 0; probes <= mask; probes++) {
        uint32_t there = table->entries[slot].fingerprint;
        if (there == fingerprint) return slot;
        if (!there) return -1;
        slot = (slot + 1) & mask;
    }
    return -1;
}

typedef struct {
    Hashes hashes;
    Counts counts;
} Scratch;

static double damped[64]; /* 1 + log(count) */

static double damp(uint32_t count) { return count < 64 ? damped[count] : 1.0 + log(count); }

/* Adds one block's share to sum[HEADS]. */
static int add_block(const Table *table, Scratch *scratch, const uint32_t *text, size_t length, int block, double *sum)
{
    Hashes *hashes = &scratch->hashes;
    Counts *counts = &scratch->counts;
    hashes->size = 0;
    int failed = block == TEXT_WORDS || block == FIELD_WORDS ? word_terms(text, length, SEED[block], hashes)
                                                             : char_terms(text, length, SEED[block], hashes);
    if (failed || counts_clear(counts, hashes->size)) return -1;
    for (size_t i = 0; i < hashes->size; i++) {
        int64_t slot = find(table, hashes->at[i]);
        if (slot >= 0) counts_add(counts, (uint32_t)slot);
    }
    double squares = 0, dot[HEADS] = {0};
    for (size_t i = 0; i < counts->room; i++) {
        if (!counts->count[i]) continue;
        const Entry *entry = &table->entries[counts->slot[i]];
        double tf = damp(counts->count[i]), part = tf * entry->idf;
        squares += part * part;
        for (int head = 0; head < HEADS; head++) dot[head] += tf * entry->weight[head];
    }
    if (squares > 0)
        for (int head = 0; head < HEADS; head++) sum[head] += dot[head] / sqrt(squares);
    return 0;
}

static int add_text(const Table *table, Scratch *scratch, const uint32_t *text, size_t length, double *sum)
{
    return add_block(table, scratch, text, length, TEXT_WORDS, sum) ||
           add_block(table, scratch, text, length, TEXT_CHARS, sum);
}

/* The text's share: of the whole, or of its worst window less a margin, whichever is more. */
static int worst_text(const Table *table, Scratch *scratch, const uint32_t *text, size_t length, double *worst)
{
    uint32_t window = table->header->window, stride = table->header->stride;
    if (add_text(table, scratch, text, length, worst)) return -1;
    size_t words = 0;
    for (size_t i = 0; i < length; i++) words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    if (!window || words <= window) return 0;
    size_t *starts = malloc((words + 1) * sizeof *starts);
    if (!starts) return -1;
    size_t found = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ' && (i == 0 || text[i - 1] == ' ')) starts[found++] = i;
    starts[found] = length;
    int failed = 0;
    for (size_t first = 0; first + stride < words + stride && !failed; first += stride) {
        size_t last = first + window < words ? first + window : words;
        double sum[HEADS] = {0};
        failed = add_text(table, scratch, text + starts[first], starts[last] - starts[first], sum);
        for (int head = 0; head < HEADS; head++)
            if (sum[head] - table->header->margin[head] > worst[head]) worst[head] = sum[head] - table->header->margin[head];
        if (last == words) break;
    }
    free(starts);
    return failed ? -1 : 0;
}

static void add_signals(const Table *table, const double *signals, double *sum)
{
    for (uint32_t signal = 0; signal < table->header->signals; signal++) {
        uint32_t first = table->edge_start[signal], last = table->edge_start[signal + 1], step = first;
        while (step < last && signals[signal] >= table->edges[step]) step++;
        const double *value = table->values + HEADS * (size_t)(step + signal);
        for (int head = 0; head < HEADS; head++) sum[head] += value[head];
    }
}

/* Views a buffer as a table; sets ValueError and returns -1 where its size or parts do not fit. */
static int open_table(const Py_buffer *buffer, Table *table)
{
    const Header *header = buffer->buf;
    size_t size = (size_t)buffer->len;
    if (size < sizeof *header || memcmp(header->magic, "WINNOW01", 8) || header->log2_slots > 28 ||
        header->signals > 4096 || header->edges > 65536 || (header->window && !header->stride))
        goto refused;
    size_t starts = ((size_t)header->signals + 2) / 2 * 8, edges = (size_t)header->edges * 8;
    size_t values = ((size_t)header->edges + header->signals) * HEADS * 8;
    size_t entries = ((size_t)1 << header->log2_slots) * sizeof(Entry);
    if (size != sizeof *header + starts + edges + values + entries) goto refused;
    const char *at = (const char *)buffer->buf + sizeof *header;
    table->header = header;
    table->edge_start = (const uint32_t *)at;
    table->edges = (const double *)(at += starts);
    table->values = (const double *)(at += edges);
    table->entries = (const Entry *)(at += values);
    if (table->edge_start[0] != 0 || table->edge_start[header->signals] != header->edges) goto refused;
    for (uint32_t i = 0; i < header->signals; i++)
        if (table->edge_start[i] > table->edge_start[i + 1]) goto refused;
    return 0;
refused:
    PyErr_SetString(PyExc_ValueError, "not a table of this version");
    return -1;
}

static PyObject *score(PyObject *self, PyObject *args)
{
    (void)self;
    Py_buffer table_buffer, signal_buffer;
    PyObject *text, *fields, *result = NULL;
    if (!PyArg_ParseTuple(args, "y*UUy*", &table_buffer, &text, &fields, &signal_buffer)) return NULL;
    Table table;
    Scratch scratch = {{0}, {0}};
    uint32_t *text_points = NULL, *field_points = NULL;
    if (open_table(&table_buffer, &table)) goto done;
    if ((size_t)signal_buffer.len != table.header->signals * sizeof(double)) {
        PyErr_SetString(PyExc_ValueError, "the number of signals does not fit the table");
        goto done;
    }
    if (!(text_points = PyUnicode_AsUCS4Copy(text)) || !(field_points = PyUnicode_AsUCS4Copy(fields))) goto done;
    double sum[HEADS], worst[HEADS] = {0};
    for (int head = 0; head < HEADS; head++) sum[head] = table.header->bias[head];
    add_signals(&table, signal_buffer.buf, sum);
    size_t field_length = (size_t)PyUnicode_GET_LENGTH(fields);
    if (add_block(&table, &scratch, field_points, field_length, FIELD_WORDS, sum) ||
        add_block(&table, &scratch, field_points, field_length, FIELD_CHARS, sum) ||
        worst_text(&table, &scratch, text_points, (size_t)PyUnicode_GET_LENGTH(text), worst)) {
        PyErr_NoMemory();
        goto done;
    }
    result = Py_BuildValue("(dd)", sum[0] + worst[0], sum[1] + worst[1]);
done:
    free(scratch.hashes.at);
    free(scratch.counts.slot);
    free(scratch.counts.count);
    PyMem_Free(text_points);
    PyMem_Free(field_points);
    PyBuffer_Release(&table_buffer);
    PyBuffer_Release(&signal_buffer);
    return result;
}

static PyObject *terms(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *text, *result = NULL;
    int block;
    if (!PyArg_ParseTuple(args, "Ui", &text, &block)) return NULL;
    if (block < 0 || block > 3) {
        PyErr_SetString(PyExc_ValueError, "block must be 0, 1, 2 or 3");
        return NULL;
    }
    uint32_t *points = PyUnicode_AsUCS4Copy(text);
    if (!points) return NULL;
    Hashes hashes = {0};
    size_t length = (size_t)PyUnicode_GET_LENGTH(text);
    int failed = block == TEXT_WORDS || block == FIELD_WORDS ? word_terms(points, length, SEED[block], &hashes)
                                                             : char_terms(points, length, SEED[block], &hashes);
    if (failed)
        PyErr_NoMemory();
    else
        result = PyBytes_FromStringAndSize((const char *)hashes.at, (Py_ssize_t)(hashes.size * sizeof *hashes.at));
    free(hashes.at);
    PyMem_Free(points);
    return result;
}

static PyMethodDef METHODS[] = {
    {"score", score, METH_VARARGS, "score(table, text, fields, signals) -> (spam, abuse) in log-odds before calibration"},
    {"terms", terms, METH_VARARGS, "terms(text, block) -> the 64-bit hashes of the block's terms, with repetition"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "_kernel", .m_doc = "The scoring kernel.", .m_size = 0, .m_methods = METHODS};

PyMODINIT_FUNC PyInit__kernel(void)
{
    for (int count = 1; count < 64; count++) damped[count] = 1.0 + log(count);
    return PyModule_Create(&MODULE);
}
