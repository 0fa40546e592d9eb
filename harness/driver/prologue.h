/* The part of a session that a scenario takes for granted: from the connection to the state that `start:` names. */
#ifndef DRIVER_PROLOGUE_H
#define DRIVER_PROLOGUE_H

#include "connection.h"

struct opening {
    struct drive *drive;
    enum start start;
    struct route route;
    const char *name; /* of the connection */
    struct recorder *recorder;
    struct check_tally *tally;
    /* What came of it. */
    enum verdict verdict; /* PASS; else BLOCKED or ERROR with the reason */
    char reason[512];
    int place, code; /* where a reply refused it; code 0: none did */
    bool overload;   /* 421, or the greeting was a 4yz: the server has too much to do */
};

/* NULL: see p->verdict. The caller owns the connection. */
struct connection *prologue_open(struct opening *p);

#endif
