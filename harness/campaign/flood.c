#include "flood.h"

#include "base/clock.h"
#include "process.h"

enum { CHUNK = 65536, MIB = 1048576, FIRST = 4 * MIB, LEAST = 8 * MIB, MOST = 128 * MIB };
enum { MOST_MS = 10000, READ_MS = 50 };

static uint64_t grown_kib(struct flood *f)
{
    f->now_kib = process_use(f->server).memory_kib;
    return f->now_kib > f->before_kib ? f->now_kib - f->before_kib : 0;
}

void flood_begin(struct flood *f, pid_t server)
{
    *f = (struct flood){.server = server, .deadline = clock_deadline(MOST_MS)};
    f->before_kib = server ? process_use(server).memory_kib : 0;
}

/* Most servers are done with here: they answered, or their memory is what it was. What collects garbage later needs
 * more to be told from what keeps it. */
static bool goes_on(struct flood *f)
{
    if (!f->suspicious && f->sent >= FIRST) {
        clock_sleep_ms(READ_MS);
        f->suspicious = f->server && grown_kib(f) * 1024 >= FIRST / 4;
        return f->suspicious;
    }
    return f->sent < MOST && clock_left(f->deadline) > 0;
}

void flood_next(struct flood *f, struct buffer *room)
{
    buffer_clear(room);
    if (goes_on(f))
        buffer_add_repeated(room, BYTES("a"), CHUNK);
}

uint64_t flood_kept(struct flood *f)
{
    uint64_t kib = f->suspicious && f->sent >= LEAST ? grown_kib(f) : 0;
    return kib > 0 && kib * 1024 >= f->sent / 2 ? kib : 0;
}
