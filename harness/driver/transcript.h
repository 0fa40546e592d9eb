/* Writes a transcript: what went both ways, with its time. One recorder serves one result and one thread. */
#ifndef DRIVER_TRANSCRIPT_H
#define DRIVER_TRANSCRIPT_H

#include "scenario/result.h"

struct recorder {
    struct arena *arena;
    struct transcript *transcript;
    int64_t origin_ns; /* the result's start on the monotonic clock */
    size_t kept;       /* octets kept so far; beyond a limit only heads and tails are */
    bool out_of_memory;
};

/* Both return the event (NULL without memory, or without a recorder) so that it can be marked as deciding. More than
 * EVENT_KEEP octets are kept as head and tail with length and SHA-256; so is everything above 1 KiB once a transcript
 * holds 1 MiB. */
struct event *recorder_octets(struct recorder *r, enum event_kind kind, const char *connection, bool tls,
                              struct bytes octets);
__attribute__((format(printf, 4, 5))) struct event *recorder_text(struct recorder *r, enum event_kind kind,
                                                                  const char *connection, const char *format, ...);

#endif
