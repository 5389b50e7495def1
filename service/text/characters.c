#include "characters.h"

static int is_emoji(Py_UCS4 c)
{
    return (c >= 0x2190 && c <= 0x21ff) || (c >= 0x2300 && c <= 0x27bf) || (c >= 0x2b00 && c <= 0x2bff) || (c >= 0x1f000 && c <= 0x1faff);
}

/* A run of letters while it is read. */
typedef struct {
    size_t length;
    int upper, lower;
} Run;

static void run_end(Run *run, unsigned *counts)
{
    counts[CAPITAL_WORDS] += run->length > 2 && run->upper && !run->lower;
    *run = (Run){0, 0, 0};
}

static void count_letter(Py_UCS4 c, Run *run, unsigned *counts)
{
    int upper = c < 0x80 ? is_capital(c) : Py_UNICODE_ISUPPER(c);
    counts[LETTERS]++;
    counts[CAPITALS] += upper != 0;
    counts[FOREIGN] += c >= 0x250 && (c < 0x1e00 || c >= 0x1f00);
    run->length++;
    run->upper |= upper;
    run->lower |= c < 0x80 ? c >= 'a' : Py_UNICODE_ISLOWER(c) || Py_UNICODE_ISTITLE(c);
}

static void count_sign(Py_UCS4 c, Py_UCS4 before, Py_UCS4 earlier, unsigned *counts)
{
    counts[SIGNS] += c > 32 && c < 127;
    counts[COMMAS] += c == ',' || c == '|' || c == ';';
    counts[EXCLAMATIONS] += c == '!';
    counts[QUESTIONS] += c == '?';
    counts[DOTS] += c == '.' && before == '.' && earlier != '.';
    counts[LINES] += c == '\n';
    counts[EMOJI] += is_emoji(c);
}

void count_characters(const Letters *letters, unsigned *counts)
{
    Run run = {0, 0, 0};
    Py_UCS4 before = 0, earlier = 0;
    for (int each = 0; each < CLASSES; each++) counts[each] = 0;
    for (Py_ssize_t i = 0; i < letters->length; i++) {
        Py_UCS4 c = letter_at(letters, i);
        if (is_small(c)) { /* most are */
            counts[LETTERS]++;
            run.length++;
            run.lower = 1;
        } else if (c == ' ') {
            if (run.length) run_end(&run, counts);
        } else {
            int digit = c < 0x80 ? is_digit(c) : Py_UNICODE_ISDECIMAL(c);
            if (!digit && is_alnum(c)) {
                count_letter(c, &run, counts);
            } else {
                if (run.length) run_end(&run, counts);
                counts[DIGITS] += digit != 0;
                if (!digit) count_sign(c, before, earlier, counts);
            }
        }
        earlier = before;
        before = c;
    }
    run_end(&run, counts);
}

PyObject *characters(PyObject *module, PyObject *text)
{
    (void)module;
    unsigned counts[CLASSES];
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    Letters letters = letters_of(text);
    count_characters(&letters, counts);
    PyObject *result = PyTuple_New(CLASSES);
    for (int each = 0; result && each < CLASSES; each++) {
        PyObject *number = PyLong_FromUnsignedLong(counts[each]);
        if (!number)
            Py_CLEAR(result);
        else
            PyTuple_SET_ITEM(result, each, number);
    }
    return result;
}

PyObject *has_wide_run(PyObject *module, PyObject *text)
{
    (void)module;
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "takes one text");
    Letters letters = letters_of(text);
    Py_UCS4 before = 0;
    for (Py_ssize_t i = 0, run = 0; i < letters.length; i++) {
        Py_UCS4 c = letter_at(&letters, i);
        run = c == before ? run + 1 : 1;
        if (run == 4 && c > 0x7f) Py_RETURN_TRUE;
        before = c;
    }
    Py_RETURN_FALSE;
}
