/* What a campaign could reach at best: a bare client that plays the sessions of a running campaign again, as its
 * journal tells them, against a server of the same build with a map of its own. bare JOURNAL PORT MAP SERVER... --
 * CAMPAIGN... starts the command CAMPAIGN, which writes JOURNAL, and SERVER, which listens on PORT and has a map of so
 * many octets. Again and again the campaign is stopped (SIGSTOP), and what it played is played again: whatever else the
 * machine does is spread over both. Nothing is judged, changed or kept: the map is cleared, the replies that came to
 * the campaign are waited for, and so is the end of the connection's process; then the map is looked through. What a
 * session took of the campaign is the time up to the next one's begin: what it made of the session is in it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MAP = 4 << 20,
    PATIENCE_MS = 2000,
    START_MS = 30000,
    SLICE_MS = 1000,
    JOURNAL_MOST = 1 << 28,
    SESSIONS_MOST = 1 << 20
};

struct bare {
    int port, children; /* children: the list of the server's processes, in /proc */
    unsigned char *map, *seen;
    size_t map_size, edges;
    char *text; /* the journal as far as it was read */
    size_t len;
    long same, otherwise;
    double ours, theirs; /* seconds */
    double *each[2];     /* ... of each session: ours, theirs */
};

static pid_t campaign, server; /* what was started, and ends with us */

static void end(void)
{
    if (campaign > 0) {
        kill(campaign, SIGCONT);
        kill(campaign, SIGTERM);
    }
    if (server > 0)
        kill(server, SIGTERM);
}

static void fail(const char *what)
{
    fprintf(stderr, "bare: %s: %s\n", what, errno ? strerror(errno) : "not as expected");
    end();
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static pid_t command_start(char **command)
{
    pid_t pid = fork();
    if (pid == 0) {
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    return pid;
}

static void map_make(struct bare *b)
{
    char number[32];
    int id = shmget(IPC_PRIVATE, MAP, IPC_CREAT | 0666);
    b->map = shmat(id, NULL, 0);
    b->seen = calloc(1, MAP);
    if (id < 0 || (intptr_t)b->map == -1 || !b->seen)
        fail("shared memory");
    shmctl(id, IPC_RMID, NULL);
    snprintf(number, sizeof number, "%d", id);
    setenv("__AFL_SHM_ID", number, 1);
    snprintf(number, sizeof number, "%d", MAP);
    setenv("AFL_MAP_SIZE", number, 1);
}

static int dial(int port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0)
        fail("socket");
    if (connect(fd, (struct sockaddr *)&a, sizeof a)) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

/* Reads so many replies, or to the end of the connection where `count` is 0. False: that is not what came. */
static bool replies_read(int fd, long count)
{
    char in[1 << 16];
    size_t have = 0, line = 0;
    long got = 0;
    while (count == 0 || got < count) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (have == sizeof in)
            have = line = 0;
        if (poll(&p, 1, PATIENCE_MS) <= 0)
            return false;
        ssize_t n = recv(fd, in + have, sizeof in - have, 0);
        if (n <= 0)
            return count == 0;
        have += (size_t)n;
        for (char *end; (end = memchr(in + line, '\n', have - line)) != NULL; line = (size_t)(end + 1 - in))
            got += end - in - (long)line < 4 || in[line + 3] != '-';
    }
    return true;
}

/* One line of the journal at `*offset`, which is moved on, past the octets behind `write` too. */
struct step {
    const char *name, *octets;
    long number;
};

/* False: there is no whole line (yet). */
static bool step_next(const struct bare *b, size_t *offset, struct step *out)
{
    const char *line = b->text + *offset, *end = memchr(line, '\n', b->len - *offset);
    if (!end)
        return false;
    const char *blank = memchr(line, ' ', (size_t)(end - line));
    *out = (struct step){.name = line, .octets = end + 1, .number = blank ? strtol(blank, NULL, 10) : 0};
    size_t behind = (size_t)(end + 1 - b->text) + (line[0] == 'w' ? (size_t)out->number + 1 : 0);
    if (behind > b->len)
        return false;
    *offset = behind;
    return true;
}

static bool is(const struct step *s, const char *name)
{
    return strncmp(s->name, name, strlen(name)) == 0;
}

static bool step_play(int fd, const struct step *s)
{
    if (is(s, "write"))
        send(fd, s->octets, (size_t)s->number, MSG_NOSIGNAL);
    else if (is(s, "replies"))
        return replies_read(fd, s->number);
    else if (is(s, "pause"))
        usleep((useconds_t)s->number * 1000);
    else if (is(s, "fin"))
        shutdown(fd, SHUT_WR);
    else if (is(s, "closed"))
        return replies_read(fd, 0);
    else if (is(s, "reset"))
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    else if (is(s, "tls") || is(s, "goes on"))
        fail("TLS, or a session that goes on with a connection");
    else
        return is(s, "close");
    return true;
}

static void map_read(struct bare *b)
{
    for (size_t i = 0; i < b->map_size; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, b->map + i, sizeof word);
        for (size_t j = i; word && j < i + sizeof word; j++)
            if (b->map[j] && !b->seen[j]) {
                b->seen[j] = 1;
                b->edges++;
            }
    }
}

/* Waits until the listener has no child any more. */
static void children_await(const struct bare *b)
{
    char some[16];
    for (int i = 0; pread(b->children, some, sizeof some, 0) > 0 && i < 20000; i++)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

/* Plays the session whose steps stand in the journal from `offset` to its end. False: the server did something else
 * than with the campaign, since its timing was another. */
static bool session_play(struct bare *b, size_t offset, size_t end)
{
    struct step s;
    memset(b->map, 0, b->map_size);
    int fd = dial(b->port);
    if (fd < 0)
        fail("connect");
    bool good = replies_read(fd, 1);
    while (good && offset < end && step_next(b, &offset, &s) && !is(&s, "end"))
        good = step_play(fd, &s);
    close(fd);
    children_await(b);
    map_read(b);
    return good;
}

static void journal_read(struct bare *b, int fd)
{
    ssize_t got;
    while ((got = read(fd, b->text + b->len, JOURNAL_MOST - b->len)) > 0)
        b->len += (size_t)got;
}

static void both_took(struct bare *b, double ours, double theirs)
{
    if (b->same == SESSIONS_MOST)
        return;
    b->each[0][b->same] = ours;
    b->each[1][b->same] = theirs;
    b->same++;
    b->ours += ours;
    b->theirs += theirs;
}

/* Plays what is whole, up to the last session that has a successor, and moves `*from` to the next one. The first one
 * was going on when the campaign was stopped, and took longer than it should. */
static void sessions_play(struct bare *b, size_t *from)
{
    size_t offset = *from, begin;
    bool first = true;
    struct step s, next;
    while (begin = offset, step_next(b, &offset, &s)) {
        if (!is(&s, "session"))
            continue;
        size_t steps = offset, end = offset;
        while (step_next(b, &end, &next) && !is(&next, "session"))
            ;
        if (end >= b->len || !is(&next, "session"))
            break;
        double start = now();
        if (first)
            first = false;
        else if (session_play(b, steps, end)) {
            both_took(b, now() - start, (double)(next.number - s.number) / 1e6);
        } else {
            b->otherwise++;
        }
    }
    *from = begin;
}

/* The last one may have ended before the campaign was stopped, or the stop may be in its time: it is left out. */
static void session_skip(const struct bare *b, size_t *from)
{
    size_t offset = *from;
    struct step s;
    while (step_next(b, &offset, &s))
        if (is(&s, "session"))
            *from = offset;
}

static void server_begin(struct bare *b, char **command)
{
    char path[64];
    int fd;
    double deadline = now() + START_MS / 1000.0;
    server = command_start(command);
    while ((fd = dial(b->port)) < 0 && now() < deadline)
        usleep(20000);
    if (fd < 0 || !replies_read(fd, 1))
        fail("the server does not greet");
    close(fd);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)server, (int)server);
    b->children = open(path, O_RDONLY | O_CLOEXEC);
    if (b->children < 0)
        fail(path);
    children_await(b);
}

static void play_along(struct bare *b, const char *journal)
{
    int fd = -1;
    size_t from = 0;
    while (waitpid(campaign, NULL, WNOHANG) == 0) {
        usleep(SLICE_MS * 1000);
        if (fd < 0 && (fd = open(journal, O_RDONLY | O_CLOEXEC)) < 0)
            continue;
        kill(campaign, SIGSTOP);
        journal_read(b, fd);
        sessions_play(b, &from);
        session_skip(b, &from);
        kill(campaign, SIGCONT);
    }
    campaign = 0;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *of, long count)
{
    qsort(of, (size_t)count, sizeof *of, compare);
    return of[count / 2];
}

static int result_print(const struct bare *b)
{
    double same = (double)b->same, all = same + (double)b->otherwise;
    if (b->same == 0)
        fail("no sessions");
    printf("%ld sessions: campaign %.1f/s, bare %.1f/s, ratio %.3f, of the median sessions %.3f; %.1f %% more went "
           "otherwise and do not count; %zu "
           "edges\n",
           b->same, same / b->theirs, same / b->ours, b->ours / b->theirs,
           median(b->each[0], b->same) / median(b->each[1], b->same), 100 * (double)b->otherwise / all, b->edges);
    return 0;
}

int main(int argc, char **argv)
{
    struct bare b = {0};
    int words = 4;
    while (words < argc && strcmp(argv[words], "--") != 0)
        words++;
    if (words < 5 || words >= argc - 1) {
        fprintf(stderr, "usage: bare JOURNAL PORT MAP SERVER... -- CAMPAIGN...\n");
        return 2;
    }
    argv[words] = NULL;
    b.port = atoi(argv[2]);
    b.map_size = (size_t)(atol(argv[3]) + 7) / 8 * 8;
    b.text = malloc(JOURNAL_MOST);
    for (int i = 0; i < 2; i++)
        b.each[i] = malloc(SESSIONS_MOST * sizeof *b.each[i]);
    if (!b.text || !b.each[0] || !b.each[1] || b.map_size == 0 || b.map_size > MAP)
        fail("the size of the map");
    campaign = command_start(argv + words + 1);
    map_make(&b);
    server_begin(&b, argv + 4);
    play_along(&b, argv[1]);
    end();
    return result_print(&b);
}
