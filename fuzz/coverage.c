/* Edge coverage for `smtpspec fuzz` without AFL++: one object to link into a server that was compiled with
 * -fsanitize-coverage=trace-pc-guard (clang) or -fsanitize-coverage=trace-pc (gcc).
 *
 *     clang -O2 -fsanitize-coverage=trace-pc-guard,indirect-calls -c server.c
 *     clang -O2 -c coverage.c && clang server.o coverage.o -o server
 *
 * The process counts its edges in the System V segment whose number stands in __AFL_SHM_ID, and so does what it forks;
 * what it executes attaches anew, as long as the variable is still there. Without it nothing is counted. A session
 * whose process crashes, or ends by _exit, is counted all the same. With AFL_DUMP_MAP_SIZE in its environment the
 * program prints how big its map is, and ends: both are as AFL++'s own runtime has them.
 *
 * The inline counters of clang are no choice here: they lie in memory that each process has for itself. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>

/* This file may be compiled with the flags of the server: what counts must not count itself. */
#if defined __clang__
#define UNCOUNTED __attribute__((no_sanitize("coverage")))
#elif __GNUC__ >= 12
#define UNCOUNTED __attribute__((no_sanitize_coverage))
#else
#define UNCOUNTED
#endif

/* HASHED: the map of trace-pc, whose places are hashes. MOST: of guards; a program has fewer. */
enum { HASHED = 1 << 18, MOST = 1 << 22 };

/* `smtpspec fuzz` looks for this text in a program before it asks it anything. */
__attribute__((used)) static const char marker[] = "smtpspec-coverage-map";

/* Where a process counts that was given no map. */
static unsigned char nowhere[MOST];
static unsigned char *map = nowhere;
static uint32_t guards;      /* given out; the place 0 is never looked at */
static uint32_t room = MOST; /* of the map: what is loaded later may have more guards than there was room made for */

/* What clang and gcc call; no header has them. */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end);
void __sanitizer_cov_trace_pc_guard(const uint32_t *guard);
void __sanitizer_cov_trace_pc_indir(uintptr_t callee);
void __sanitizer_cov_trace_pc(void);

UNCOUNTED static void attach(void)
{
    const char *id = getenv("__AFL_SHM_ID");
    if (!id || map != nowhere)
        return;
    struct shmid_ds about;
    void *at = shmat(atoi(id), NULL, 0);
    if ((intptr_t)at == -1 || shmctl(atoi(id), IPC_STAT, &about) != 0)
        return;
    map = at;
    room = about.shm_segsz < MOST ? (uint32_t)about.shm_segsz : MOST;
}

/* Once for each file of a program or library, each time with all guards of it, before its constructors. */
UNCOUNTED void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end)
{
    attach();
    if (begin == end || *begin)
        return;
    for (uint32_t *guard = begin; guard < end && guards + 1 < room; guard++)
        *guard = ++guards;
}

/* 255 goes on with 1: an edge that was taken never looks as if it was not. */
UNCOUNTED static void count(uint32_t place)
{
    if (place >= room)
        place = 0;
    unsigned char n = (unsigned char)(map[place] + 1);
    map[place] = (unsigned char)(n + !n);
}

UNCOUNTED void __sanitizer_cov_trace_pc_guard(const uint32_t *guard)
{
    count(*guard);
}

UNCOUNTED void __sanitizer_cov_trace_pc_indir(uintptr_t callee)
{
    (void)callee;
}

/* Counted from this very function, a place is the same wherever the program was loaded. */
UNCOUNTED void __sanitizer_cov_trace_pc(void)
{
    uintptr_t distance = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&__sanitizer_cov_trace_pc;
    uint32_t place = (uint32_t)(((uint64_t)distance * 0x9e3779b97f4a7c15u) >> 46);
    count(place ? place : 1);
}

__attribute__((constructor)) UNCOUNTED static void begin(void)
{
    attach();
    if (!getenv("AFL_DUMP_MAP_SIZE"))
        return;
    printf("%u\n", guards ? guards + 1 : (unsigned)HASHED);
    exit(0);
}
