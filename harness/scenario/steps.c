#include "scenario/step.h"

#include <stddef.h>

static const struct act_info acts[] = {
    {ACT_SEND, "send", FORM_OCTETS, "Sends the octets and CRLF.", "send: \"NOOP\""},
    {ACT_RAW, "raw", FORM_OCTETS, "Sends the octets as they are.", "raw: \"NOOP\\r\\nNOOP\\r\\n\""},
    {ACT_HEX, "hex", FORM_OCTETS, "Sends the octets with these hexadecimal digits; blanks are ignored.",
     "hex: \"4e4f4f50 0d0a\""},
    {ACT_DATA, "data", FORM_OCTETS,
     "Sends a message after 354: LF becomes CRLF, lines that begin with a dot get one more, the final dot is added.",
     "data: \"Subject: a\\n\\ntext\\n\""},
    {ACT_BDAT, "bdat", FORM_MAP, "Sends a BDAT command and its chunk in one write.",
     "bdat: {octets: \"a\\r\\n\", last: true}"},
    {ACT_PIPELINE, "pipeline", FORM_STEPS,
     "Sends what these steps send in one write; their expectations then take the replies in order.",
     "pipeline: [{send: \"NOOP\", expect: 250}, {send: \"RSET\", expect: 250}]"},
    {ACT_STARTTLS, "starttls", FORM_NOTHING, "Sends STARTTLS, expects 220, shakes hands.", "starttls:"},
    {ACT_HANDSHAKE, "handshake", FORM_WORD,
     "Shakes hands, after a STARTTLS that was answered 220; ok, modern (TLS 1.2 or later), refused, or ok | refused.",
     "handshake: ok | refused"},
    {ACT_AUTH, "auth", FORM_MAP,
     "Runs an AUTH exchange, right or wrong in one way; 235 is expected where no error is asked.",
     "auth: {mechanism: PLAIN, error: cancel}"},
    {ACT_PAUSE, "pause", FORM_DURATION, "Waits.", "pause: 500ms"},
    {ACT_CLOSE, "close", FORM_NOTHING, "Closes the connection (FIN; under TLS close_notify before).", "close:"},
    {ACT_HALF_CLOSE, "half-close", FORM_NOTHING, "Sends FIN and goes on reading.", "half-close:"},
    {ACT_RESET, "reset", FORM_NOTHING, "Breaks the connection off with RST.", "reset:"},
    {ACT_CONNECT, "connect", FORM_NOTHING, "Opens the connection named beside it; the greeting is not read.",
     "connect:"},
    {ACT_RECONNECT, "reconnect", FORM_NOTHING,
     "Closes the connection, opens it again, as far as the scenario's start says.", "reconnect:"},
    {ACT_REPEAT, "repeat", FORM_MAP, "Does the steps so many times.",
     "repeat: {times: 3, steps: [{send: \"NOOP\", expect: 250}]}"},
    {ACT_CROWD, "crowd", FORM_MAP,
     "Does the steps while so many more connections stand open, on which nothing is sent; each may be greeted, turned "
     "away or left waiting.",
     "crowd: {times: 1000, steps: [{send: \"NOOP\", expect: 250}]}"},
    {ACT_CUT, "cut", FORM_OCTETS,
     "Sends the first octet on a connection of its own and goes away when what is owed was answered, then on another "
     "one the first two, and so on to "
     "the whole; every second connection is reset, the others are closed.",
     "cut: \"EHLO client.test\\r\\nQUIT\\r\\n\""},
    {ACT_DELIVERED, "delivered", FORM_MAP, "Looks into a mailbox of the target.", "delivered: {count: 0..1}"},
    {ACT_ALIKE, "alike", FORM_MAP,
     "Compares replies that took was beside: not every one of the first kind may have come sooner than every one of "
     "the "
     "second, or the other way round, by more than that time.",
     "alike: {first: known, second: unknown, apart: 100ms}"},
};

const struct act_info *act_table(size_t *count)
{
    *count = sizeof acts / sizeof *acts;
    return acts;
}

static bool visit_list(const struct steps *s, bool (*visit)(const struct step *step, void *context), void *context)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct step *step = &s->items[i];
        if (!visit(step, context) || !visit_list(&step->steps, visit, context) ||
            !visit_list(&step->then, visit, context) || !visit_list(&step->otherwise, visit, context))
            return false;
    }
    return true;
}

bool steps_visit(const struct steps *s, bool (*visit)(const struct step *step, void *context), void *context)
{
    return visit_list(s, visit, context);
}
