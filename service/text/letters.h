/* What all readers of a text share: its letters one by one, and the hashes by which words are known. */
#ifndef WINNOW_LETTERS_H
#define WINNOW_LETTERS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* FNV-1a (RFC 9923) over code points, and what spreads a hash over a table. */
#define PRIME 0x100000001b3ULL
#define OFFSET 0xcbf29ce484222325ULL
#define SPREAD 0x9e3779b97f4a7c15ULL

static inline uint64_t fold(uint64_t hash, Py_UCS4 letter) { return (hash ^ letter) * PRIME; }

/* A str's letters, however wide they are stored. */
typedef struct {
    const void *data;
    Py_ssize_t length;
    int kind, ascii;
} Letters;

static inline Letters letters_of(PyObject *text)
{
    return (Letters){PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), PyUnicode_KIND(text), PyUnicode_IS_ASCII(text)};
}

static inline Py_UCS4 letter_at(const Letters *letters, Py_ssize_t at) { return PyUnicode_READ(letters->kind, letters->data, at); }

static inline int is_small(Py_UCS4 c) { return c >= 'a' && c <= 'z'; }
static inline int is_capital(Py_UCS4 c) { return c >= 'A' && c <= 'Z'; }
static inline int is_digit(Py_UCS4 c) { return c >= '0' && c <= '9'; }

/* A letter or digit of any script. */
static inline int is_alnum(Py_UCS4 c)
{
    return c < 0x80 ? is_small(c) || is_digit(c) || is_capital(c) : Py_UNICODE_ISALNUM(c);
}

#endif
