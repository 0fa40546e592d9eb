#include "play.h"

#include "property.h"

#include <sanitizer/asan_interface.h>
#include <string.h>

enum { USUAL_PIECE = 4096 };

static const char *const mailboxes[] = {"alice", "bob"};
static const struct server_account accounts[] = {{"alice", "secret"}};

enum delivery_status play_store(struct bytes content)
{
    if (bytes_starts(content, BYTES("Later:")))
        return DELIVERY_LATER;
    return bytes_starts(content, BYTES("NoRoom:")) ? DELIVERY_NO_ROOM : DELIVERY_DONE;
}

void delivery_note_recipient(struct buffer *out, struct bytes path, const char *mailbox)
{
    buffer_add(out, path);
    buffer_add_string(out, " ");
    buffer_add_string(out, mailbox ? mailbox : "-");
    buffer_add_string(out, "\n");
}

void delivery_note_content(struct buffer *out, struct bytes content)
{
    buffer_printf(out, "%zu\n", content.len);
    buffer_add(out, content);
}

/* Whatever the client said, a trace field is one field: lines of it end with CRLF and go on with a blank. */
static void field_holds(struct bytes field, struct bytes name)
{
    HOLDS(bytes_starts(field, name) && bytes_ends(field, BYTES("\r\n")));
    for (size_t i = 0; i < field.len; i++) {
        HOLDS(field.data[i] != '\r' || field.data[i + 1] == '\n');
        if (field.data[i] != '\n')
            continue;
        HOLDS(field.data[i - 1] == '\r');
        HOLDS(i + 1 == field.len || field.data[i + 1] == '\t' || field.data[i + 1] == ' ');
    }
}

static void note(struct buffer *out, const struct delivery *d)
{
    for (size_t i = d->first; i < d->first + d->count; i++)
        delivery_note_recipient(out, d->envelope->recipients[i].path, d->envelope->recipients[i].mailbox);
    delivery_note_content(out, d->content);
}

static enum delivery_status deliver(void *context, const struct delivery *d)
{
    struct play *p = context;
    HOLDS(d->count > 0 && d->first + d->count <= d->envelope->count);
    if (!p->unjudged)
        field_holds(d->return_path, BYTES("Return-Path: <"));
    if (d->notification) {
        HOLDS(bytes_equal(d->envelope->reverse_path, BYTES("<>")) && d->count == 1);
        note(&p->notifications, d);
        return DELIVERY_DONE;
    }
    if (!p->unjudged)
        field_holds(d->received, BYTES("Received: from "));
    enum delivery_status status = play_store(d->content);
    if (status == DELIVERY_DONE)
        note(&p->deliveries, d);
    return status;
}

static bool begins_with_lhlo(const struct script *s)
{
    size_t at = 0;
    while (at < s->count && s->parts[at].kind == PART_MARK)
        at++;
    return at < s->count && part_verb(&s->parts[at]) == VERB_LHLO;
}

static bool begins_with_tls(const struct script *s)
{
    return s->count > 0 && s->parts[0].kind == PART_MARK && s->parts[0].mark == MARK_STARTTLS;
}

void play_begin(struct play *p, const struct script *s, enum defect defect, enum style style)
{
    buffer_clear(&p->input);
    buffer_clear(&p->handshakes);
    buffer_clear(&p->output);
    buffer_clear(&p->deliveries);
    buffer_clear(&p->notifications);
    p->closed = p->handshake_due = false;
    p->config = (struct session_config){.lmtp = begins_with_lhlo(s),
                                        .tls = begins_with_tls(s),
                                        .starttls = true,
                                        .host = PLAY_HOST,
                                        .domain = PLAY_DOMAIN,
                                        .mailboxes = mailboxes,
                                        .mailbox_count = sizeof mailboxes / sizeof *mailboxes,
                                        .accounts = accounts,
                                        .account_count = sizeof accounts / sizeof *accounts,
                                        .peer = "[192.0.2.1]",
                                        .size_limit = PLAY_SIZE_LIMIT,
                                        .recipient_limit = PLAY_RECIPIENT_LIMIT,
                                        .seed = 1,
                                        .scram_iterations = 1,
                                        .defect = defect,
                                        .style = style,
                                        .deliver = deliver,
                                        .context = p};
}

static void feed(struct play *p, struct session *s, struct bytes piece)
{
    while (piece.len > 0 && !p->closed) {
        size_t used = 0;
        enum session_event event = session_feed(s, piece, &used, &p->output);
        HOLDS(used > 0 && used <= piece.len);
        HOLDS(event == SESSION_WRITE || used == piece.len);
        p->closed = event == SESSION_CLOSE;
        p->handshake_due = event == SESSION_TLS;
        piece = bytes_from(piece, used);
    }
}

/* A copy that ends where its memory ends, and that is out of bounds again behind the call: a sanitizer sees a read
 * behind it, and one that comes later. */
static void feed_copy(struct play *p, struct session *s, struct bytes piece)
{
    if (piece.len > p->piece.cap || !p->piece.data) {
        size_t cap =
            piece.len < USUAL_PIECE ? USUAL_PIECE : (piece.len + 7) / 8 * 8; /* whole granules of the sanitizer */
        buffer_free(&p->piece);
        p->piece.data = malloc(cap);
        p->piece.cap = cap;
        HOLDS(p->piece.data != NULL);
        ASAN_POISON_MEMORY_REGION(p->piece.data, cap);
    }
    size_t from = p->piece.cap - piece.len, granule = from / 8 * 8;
    unsigned char *copy = p->piece.data + from;
    ASAN_UNPOISON_MEMORY_REGION(copy, piece.len);
    if (piece.len)
        memcpy(copy, piece.data, piece.len);
    buffer_add(&p->input, piece);
    feed(p, s, bytes_of(copy, piece.len));
    ASAN_POISON_MEMORY_REGION(p->piece.data + granule, p->piece.cap - granule);
}

static void send(struct play *p, struct session *s, struct bytes octets, struct prng *cuts)
{
    while (octets.len > 0 && !p->closed) {
        size_t most = cuts ? 1 + (size_t)prng_below(cuts, prng_below(cuts, 2) ? 2 : 40) : octets.len;
        struct bytes piece = bytes_slice(octets, 0, most);
        feed_copy(p, s, piece);
        octets = bytes_from(octets, piece.len);
    }
}

static void shake_hands(struct play *p, struct session *s)
{
    buffer_add(&p->handshakes, bytes_of(&p->input.len, sizeof p->input.len));
    if (!p->handshake_due)
        return;
    p->handshake_due = false;
    enum session_event event = session_tls_started(s, &p->output);
    p->closed = event == SESSION_CLOSE;
    p->handshake_due = event == SESSION_TLS;
}

void play_script(struct play *p, const struct script *s, struct prng *cuts)
{
    struct session *session = session_new(&p->config);
    struct act act;
    HOLDS(session != NULL);
    session_greet(session, &p->output);
    for (size_t at = 0; !p->closed && script_next(s, &at, &p->room, &act);) {
        if (act.kind == ACT_SEND)
            send(p, session, act.octets, cuts);
        else if (act.kind == ACT_TLS)
            shake_hands(p, session);
        else if (act.kind != ACT_PAUSE)
            break;
    }
    p->messages = session_messages(session);
    session_free(session);
    HOLDS(!buffer_failed(&p->input) && !buffer_failed(&p->output) && !buffer_failed(&p->deliveries));
}

void play_free(struct play *p)
{
    buffer_free(&p->input);
    buffer_free(&p->handshakes);
    buffer_free(&p->output);
    buffer_free(&p->deliveries);
    buffer_free(&p->notifications);
    buffer_free(&p->piece);
    buffer_free(&p->room);
}
