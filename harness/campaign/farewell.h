/* Replies behind which a server closes the connection by itself ("Too many syntax or protocol errors"). Whatever the
 * client had on its way then gets no reply, and that is no dropped connection. They are learnt from sessions that leave
 * time for the close to arrive. */
#ifndef CAMPAIGN_FAREWELL_H
#define CAMPAIGN_FAREWELL_H

#include "smtp/reply.h"

#include <stdbool.h>
#include <stdint.h>

enum { FAREWELLS_MOST = 64 };

struct farewells {
    uint32_t of[FAREWELLS_MOST];
    unsigned count;
};

/* Code and first words of the last line of a refusal in one number; 0 for any other reply. */
uint32_t farewell_of(const struct reply *r);
void farewells_add(struct farewells *f, uint32_t words); /* 0, and what is known, is left out */
bool farewells_has(const struct farewells *f, uint32_t words);

#endif
