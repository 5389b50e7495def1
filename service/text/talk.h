/* Reads a plain comment in one go; reading.py reads all others. */
#ifndef WINNOW_TALK_H
#define WINNOW_TALK_H

#include "letters.h"

extern PyTypeObject TalkType;

#endif
