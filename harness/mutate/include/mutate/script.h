/* A script: what the client's side of one session sends, in the order in which it goes out, with what happens between
 * the octets (write boundaries, TLS, closes). It is the input of every fuzzer here; docs/fuzzing-format.md describes
 * its text for people. No I/O; memory comes from the script's arena.
 *
 * The text is the octets themselves, as captured. `#!NAME` and LF, anywhere, also within a line, is a mark; it stands
 * for no octets. Octets that look like a mark carry one more "!" ("#!!write"), so that whatever octets are read are
 * printed again alike, and whatever a script holds is read again alike. */
#ifndef MUTATE_SCRIPT_H
#define MUTATE_SCRIPT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/bytes.h"
#include "smtp/command.h"

enum part_kind {
    PART_COMMAND, /* a line that begins with a word of letters; with its line end */
    PART_MESSAGE, /* what follows DATA, dots stuffed, with its end; a mark may part it into several */
    PART_CHUNK,   /* octets that a BDAT announced; a mark may part them too */
    PART_ANSWER,  /* a line after AUTH that is no command */
    PART_RAW,     /* anything else: a line that is no command, a line that has no end or is parted by a mark */
    PART_MARK
};

enum mark_kind {
    MARK_WRITE,      /* a write ends here, and nothing is waited for */
    MARK_JOIN,       /* no write ends here, though a command, answer or payload does */
    MARK_WAIT,       /* a write ends here, and the replies that are owed are waited for */
    MARK_PAUSE,      /* as MARK_WRITE, and time passes: `#!pause 100`, milliseconds, 1 to 99999 */
    MARK_STARTTLS,   /* as MARK_WAIT, and then the TLS handshake; at the start: TLS at once */
    MARK_HALF_CLOSE, /* as MARK_WRITE, and the client's FIN, the connection still being read */
    MARK_CLOSE,      /* as MARK_WRITE, and the connection is closed; what follows is not sent */
    MARK_RESET,      /* the same with RST */
    MARK_FLOOD,      /* as MARK_WRITE, and then octets without a line end; what follows is not sent */
    MARK_COUNT
};
const char *mark_name(enum mark_kind kind); /* "half-close" */

#define MARK_PAUSE_MOST 99999

struct part {
    enum part_kind kind;
    enum mark_kind mark; /* of a PART_MARK */
    unsigned pause;      /* of a MARK_PAUSE, in ms */
    struct bytes octets; /* as sent; none for a mark */
};

/* `parts` may be changed by whoever owns the script; octets that are put in must live as long as the arena. A failed
 * allocation sticks in `failed`. */
struct script {
    struct arena *arena;
    struct part *parts;
    size_t count, room;
    bool failed;
};

/* An empty script whose memory comes from `a`. */
void script_init(struct script *s, struct arena *a);
/* Reads the text `in`; never refuses. Parts point into `in`, which must live as long as the script. False: no memory.
 */
bool script_parse(struct script *s, struct arena *a, struct bytes in);
/* Appends the text. Printing what was parsed gives the same octets, and parsing what was printed the same octets
 * between the same marks. Parts may then be cut at other places, and acts differ, where a script was changed so that
 * its parts are not what they were (a message without DATA before it): print a mutant and parse it again before it is
 * played, so that what is played is what is kept. */
void script_print(const struct script *s, struct buffer *out);

/* Changes. What cannot be done for want of memory sets `failed`. `at` up to `count`. */
void script_insert(struct script *s, size_t at, struct part part);
void script_insert_parts(struct script *s, size_t at, const struct part *parts, size_t count);
void script_remove(struct script *s, size_t at, size_t count);
/* A copy of the octets that lives as long as the script; empty, and `failed` set, without memory. */
struct bytes script_keep(struct script *s, struct bytes octets);
struct part part_of(enum part_kind kind, struct bytes octets);
struct part part_mark(enum mark_kind kind, unsigned pause);
/* Octets that go out. */
size_t script_octets(const struct script *s);
/* The verb of a PART_COMMAND, VERB_UNKNOWN for anything else. */
enum verb part_verb(const struct part *p);

/* How far a session that follows the script, and is refused nothing, has come before part `at`. */
enum phase { PHASE_START, PHASE_HELLO, PHASE_MAIL, PHASE_RCPT, PHASE_PAYLOAD };
enum phase script_phase(const struct script *s, size_t at);
/* The same part by part: what comes after `p`. */
enum phase phase_after(enum phase before, const struct part *p);

/* What to do with a script: one act after the other. Where no mark says otherwise, a write ends behind each part that
 * is whole (a command, an answer, a message with its end, a command BDAT with its chunk), and the replies owed are
 * waited for: a captured session is played in lockstep. */
enum act_kind { ACT_SEND, ACT_PAUSE, ACT_TLS, ACT_HALF_CLOSE, ACT_CLOSE, ACT_RESET, ACT_FLOOD };
struct act {
    enum act_kind kind;
    struct bytes octets; /* ACT_SEND: one write; no octets where only waiting is asked for */
    size_t first, count; /* ACT_SEND: the parts that the octets come from, none of them a mark but MARK_JOIN */
    bool wait;           /* ACT_SEND: wait for the replies that are owed before the next act */
    unsigned pause;      /* ACT_PAUSE: ms */
};
/* Begin with `*at` 0. False at the end, and behind ACT_CLOSE, ACT_RESET and ACT_FLOOD. `act->octets` lie in `room` or
 * in the script until the next call. */
bool script_next(const struct script *s, size_t *at, struct buffer *room, struct act *act);

#endif
