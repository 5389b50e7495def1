#include "weighing.h"

#include <math.h>
#include <string.h>

int copy_text(Text *text, const Stored *stored)
{
    size_t length = stored->length;
    if (length >= UINT32_MAX / 8 || reserve(&text->point, &text->room, 1 + length + PADDING, sizeof *text->point)) return -1;
    uint32_t *point = text->point + 1;
    if (stored->width == 1)
        for (size_t i = 0; i < length; i++) point[i] = ((const uint8_t *)stored->points)[i];
    else if (stored->width == 2)
        for (size_t i = 0; i < length; i++) point[i] = ((const uint16_t *)stored->points)[i];
    else
        memcpy(point, stored->points, length * sizeof *point);
    text->point[0] = ' ';
    for (size_t i = 0; i < PADDING; i++) point[length + i] = ' ';
    text->length = length;
    return 0;
}

void add_signals(const Table *table, const char *signals, double *sum, double *steps)
{
    for (uint32_t signal = 0; signal < table->header->signals; signal++, signals += sizeof(double)) {
        double value;
        memcpy(&value, signals, sizeof value);
        const double *step = step_of(table, signal, value);
        for (int head = 0; head < HEADS; head++) {
            sum[head] += step[head];
            if (steps) *steps++ = step[head];
        }
    }
}

/* Sums what stands around a reading's text, and reads the text. */
static int sum_around(Scales *scales, const Given *given, double *sum)
{
    Table *table = &scales->table;
    for (int head = 0; head < HEADS; head++) sum[head] = table->header->bias[head];
    add_signals(table, given->signals, sum, NULL);
    if (copy_text(&scales->text, &given->text) || copy_text(&scales->fields, &given->fields)) return -1;
    if (add_block(table, &table->words, &scales->fields, FIELD_WORDS, sum)) return -1;
    return add_block(table, &table->chars, &scales->fields, FIELD_CHARS, sum);
}

int sum_of(Scales *scales, const Given *given, double *sum)
{
    Table *table = &scales->table;
    double share[HEADS] = {0};
    if (sum_around(scales, given, sum) || add_block(table, &table->words, &scales->text, TEXT_WORDS, share) ||
        add_block(table, &table->chars, &scales->text, TEXT_CHARS, share))
        return -1;
    for (int head = 0; head < HEADS; head++) sum[head] += share[head];
    table_trim(table);
    return 0;
}

int weigh(Scales *scales, const Given *given, Weighed *found)
{
    const Header *header = scales->table.header;
    double whole[HEADS];
    if (sum_around(scales, given, found->sum)) return -1;
    if (find_worst(&scales->table, &scales->text, header->suspect, whole, found->worst, found->where)) return -1;
    table_trim(&scales->table);
    found->suspicious = 0;
    for (int head = 0; head < HEADS; head++) {
        int part = found->where[head].start != 0 || found->where[head].end != scales->text.length;
        found->suspicious |= part && found->worst[head] >= header->suspect[head];
        found->sum[head] += whole[head];
    }
    return 0;
}

double probability(const Header *header, const double *sum, int head)
{
    return 1.0 / (1.0 + exp(-(header->scale[head] * sum[head] + header->offset[head])));
}
