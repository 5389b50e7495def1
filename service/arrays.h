/* Arrays that grow. */
#ifndef WINNOW_ARRAYS_H
#define WINNOW_ARRAYS_H

#include <stdlib.h>
#include <string.h>

/* Grows the array that `array` points to, to hold `needed` items of `size` bytes; -1 when memory is out. */
static inline int reserve(void *array, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room) return 0;
    size_t wanted = *room ? *room * 2 : 64;
    if (wanted < needed) wanted = needed;
    void *items;
    memcpy(&items, array, sizeof items); /* the caller's pointer has another type: reading it as void * is not allowed */
    items = realloc(items, wanted * size);
    if (!items) return -1;
    memcpy(array, &items, sizeof items);
    *room = wanted;
    return 0;
}

#endif
