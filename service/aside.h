/* Work on many things at once, for which the interpreter is left to other threads. */
#ifndef WINNOW_ASIDE_H
#define WINNOW_ASIDE_H

#include <Python.h>

#define FEW 4 /* so many are done before another thread could make anything of the time */

/* Takes a lock (NULL: none is needed) and, where `size` things are many or the lock is another's yet, leaves the interpreter. What
 * follows must ask nothing of it. To be followed by `step_back`. */
static inline PyThreadState *step_aside(PyThread_type_lock lock, Py_ssize_t size)
{
    if (size <= FEW && (!lock || PyThread_acquire_lock(lock, NOWAIT_LOCK))) return NULL;
    PyThreadState *aside = PyEval_SaveThread();
    if (lock) PyThread_acquire_lock(lock, WAIT_LOCK);
    return aside;
}

/* Gives the lock back and returns to the interpreter. */
static inline void step_back(PyThread_type_lock lock, PyThreadState *aside)
{
    if (lock) PyThread_release_lock(lock);
    if (aside) PyEval_RestoreThread(aside);
}

#endif
