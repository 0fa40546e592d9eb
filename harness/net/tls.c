#include "tls_settings.h"
#include "wire.h"

#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* TLS runs over memory: what arrives is put into its input, what it has to say is taken from its output. So octets
 * that the application has read already can be given to the handshake, and octets behind close_notify are still
 * there afterwards. */

void tls_free(struct net *n)
{
    SSL_free(n->ssl);
    n->ssl = NULL;
}

static bool feed(struct net *n, struct bytes octets)
{
    size_t taken = 0;
    return octets.len == 0 ||
           (BIO_write_ex(SSL_get_rbio(n->ssl), octets.data, octets.len, &taken) == 1 && taken == octets.len);
}

static struct bytes unsent(const struct net *n)
{
    char *data = NULL;
    long len = BIO_get_mem_data(SSL_get_wbio(n->ssl), &data);
    return bytes_of(data, len > 0 ? (size_t)len : 0);
}

static void forget_sent(struct net *n, size_t len)
{
    unsigned char scratch[WIRE_CHUNK];
    while (len > 0) {
        size_t got = 0;
        if (BIO_read_ex(SSL_get_wbio(n->ssl), scratch, len < sizeof scratch ? len : sizeof scratch, &got) != 1) {
            return;
        }
        len -= got;
    }
}

/* What a reading TLS wants to say (an alert, the answer to a key update), as far as the kernel takes it now. */
static void say_now(struct net *n)
{
    struct bytes out = unsent(n);
    if (out.len > 0 && !n->finished) {
        ssize_t len = send(n->fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        forget_sent(n, len > 0 ? (size_t)len : 0);
    }
}

static void end_of_tls(struct net *n, enum net_status status, const char *text)
{
    n->end = status;
    snprintf(n->tls_end, sizeof n->tls_end, "%s", text);
}

/* SSL_read gave nothing: is that all for now, or the end? */
static void judge(struct net *n, int code)
{
    unsigned long reason = ERR_peek_error();
    if (code == SSL_ERROR_ZERO_RETURN) {
        n->said_goodbye = true;
        end_of_tls(n, NET_FIN, "close_notify");
    } else if (code == SSL_ERROR_SSL && ERR_GET_REASON(reason) >= SSL_AD_REASON_OFFSET) {
        /* The peer sent a fatal alert: nothing can follow it. */
        end_of_tls(n, NET_FIN, ERR_reason_error_string(reason));
    } else if (code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE) {
        tls_error(&n->error, "expected a TLS record");
        end_of_tls(n, NET_FAILED, n->error.text);
    }
    ERR_clear_error();
}

/* All that can be decrypted goes into `in`. */
static bool decrypt(struct net *n, struct error *e)
{
    for (;;) {
        size_t got = 0;
        unsigned char *space = buffer_reserve(&n->in, WIRE_CHUNK);
        if (!space) {
            n->end = NET_FAILED;
            error_set(&n->error, "no memory for what was received");
            return error_set(e, "%s", n->error.text);
        }
        ERR_clear_error();
        int done = SSL_read_ex(n->ssl, space, WIRE_CHUNK, &got);
        n->in.len += got;
        if (done != 1) {
            judge(n, SSL_get_error(n->ssl, done));
            say_now(n);
            return n->end != NET_FAILED || error_set(e, "%s", n->error.text);
        }
    }
}

/* One recv(2) into the input of TLS. NET_TIMEOUT: nothing there. */
static enum net_status receive_record(struct net *n, struct error *e)
{
    unsigned char octets[WIRE_CHUNK];
    size_t got = 0;
    enum net_status status = wire_receive(n, octets, sizeof octets, &got, e);
    size_t room = sizeof n->head - n->head_len;
    size_t keep = got < room ? got : room;
    memcpy(n->head + n->head_len, octets, keep);
    n->head_len += keep;
    if (!feed(n, bytes_of(octets, got))) {
        error_set(e, "no memory for what was received");
        return NET_FAILED;
    }
    return status;
}

static bool tls_take(struct net *n, struct error *e)
{
    enum net_status status = receive_record(n, &n->error);
    switch (status) {
    case NET_TIMEOUT:
        return true;
    case NET_OK:
        return decrypt(n, e);
    case NET_FIN:
        end_of_tls(n, NET_FIN, "FIN without close_notify");
        return true;
    case NET_RST:
        end_of_tls(n, NET_RST, "RST");
        return true;
    case NET_FAILED:
        break;
    }
    n->end = NET_FAILED;
    return error_set(e, "%s", n->error.text);
}

static enum net_status flush(struct net *n, int64_t deadline, struct error *e)
{
    size_t sent = 0;
    /* The output may not move while it is being sent: reading, meanwhile, could append to it. */
    struct buffer out = {0};
    struct bytes waiting = unsent(n);
    if (waiting.len == 0) {
        return NET_OK;
    }
    buffer_add(&out, waiting);
    if (buffer_failed(&out)) {
        error_set(e, "no memory for what is to be sent");
        return NET_FAILED;
    }
    forget_sent(n, waiting.len);
    enum net_status status = wire_push(n, buffer_bytes(&out), &sent, deadline, e);
    buffer_free(&out);
    return status;
}

/* Octets count as written when the records that hold them have left. */
static enum net_status tls_write(struct net *n, struct bytes octets, size_t *written, int64_t deadline, struct error *e)
{
    static const size_t portion = (size_t)1 << 20;
    while (octets.len > 0) {
        size_t taken = 0;
        struct bytes part = bytes_slice(octets, 0, portion);
        ERR_clear_error();
        if (SSL_write_ex(n->ssl, part.data, part.len, &taken) != 1) {
            tls_error(e, "writing through TLS");
            return n->end == NET_OK ? NET_FAILED : n->end;
        }
        enum net_status status = flush(n, deadline, e);
        if (status != NET_OK) {
            return status;
        }
        *written += taken;
        octets = bytes_from(octets, taken);
    }
    return NET_OK;
}

static enum net_status tls_finish(struct net *n, int64_t deadline, struct error *e)
{
    SSL_shutdown(n->ssl);
    ERR_clear_error();
    return flush(n, deadline, e);
}

const struct transport wire_tls = {tls_take, tls_write, tls_finish};

static bool set_name(SSL *ssl, const struct net_tls *t, const char *name)
{
    if (t->server || !name) {
        return true;
    }
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    /* A numeric address is verified, and never told as server name (RFC 6066 section 3). */
    if (X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1) {
        return true;
    }
    return SSL_set_tlsext_host_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1;
}

static bool make_session(struct net *n, struct net_tls *t, const char *name, struct error *e)
{
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    n->ssl = SSL_new(t->context);
    if (!in || !out || !n->ssl || !set_name(n->ssl, t, name)) {
        BIO_free(in);
        BIO_free(out);
        tls_free(n);
        return tls_error(e, "preparing TLS");
    }
    SSL_set_bio(n->ssl, in, out);
    (t->server ? SSL_set_accept_state : SSL_set_connect_state)(n->ssl);
    return true;
}

static enum net_status handshake_failed(struct net *n, struct error *e)
{
    struct buffer text = {0};
    long verified = SSL_get_verify_result(n->ssl);
    unsigned long code = ERR_peek_error();
    const char *reason = code ? ERR_reason_error_string(code) : "no reason given";
    if (n->head_len > 0 && (n->head[0] < 20 || n->head[0] > 24)) {
        buffer_printf(&text, "expected a TLS handshake, got something else, beginning with the octets");
        for (size_t i = 0; i < n->head_len; i++) {
            buffer_printf(&text, " %02x", n->head[i]);
        }
    } else if (code && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        buffer_printf(&text, "expected a certificate that can be verified, got: %s",
                      X509_verify_cert_error_string(verified));
    } else {
        buffer_printf(&text, "expected a TLS handshake, got: %s", reason);
    }
    error_set(e, "%s", buffer_string(&text));
    buffer_free(&text);
    ERR_clear_error();
    return NET_FAILED;
}

static enum net_status shake_hands(struct net *n, int64_t deadline, struct error *e)
{
    for (;;) {
        short ready = 0;
        ERR_clear_error();
        int done = SSL_do_handshake(n->ssl);
        int code = done == 1 ? SSL_ERROR_NONE : SSL_get_error(n->ssl, done);
        if (code != SSL_ERROR_NONE && code != SSL_ERROR_WANT_READ) {
            say_now(n); /* our alert */
            return handshake_failed(n, e);
        }
        enum net_status status = flush(n, deadline, e);
        if (status != NET_OK || code == SSL_ERROR_NONE) {
            return status;
        }
        if ((status = wire_wait(n, POLLIN, &ready, deadline, e)) != NET_OK) {
            return status;
        }
        status = receive_record(n, e);
        if (status == NET_FIN || status == NET_RST) {
            error_set(e, "expected a TLS handshake, got the end of the connection (%s)",
                      status == NET_FIN ? "FIN" : "RST");
        }
        if (status != NET_OK && status != NET_TIMEOUT) {
            n->end = status;
            return status;
        }
    }
}

enum net_status net_tls_start(struct net *n, struct net_tls *t, const char *server_name, struct bytes early,
                              int64_t deadline, struct error *e)
{
    if (n->fd < 0 || n->ssl) {
        error_set(e, "expected an open connection without TLS");
        return NET_FAILED;
    }
    if (!make_session(n, t, server_name, e)) {
        return NET_FAILED;
    }
    n->head_len = early.len < sizeof n->head ? early.len : sizeof n->head;
    if (n->head_len > 0) {
        memcpy(n->head, early.data, n->head_len);
    }
    if (!feed(n, early) || !feed(n, bytes_from(buffer_bytes(&n->in), n->given))) {
        tls_free(n);
        error_set(e, "no memory for TLS");
        return NET_FAILED;
    }
    buffer_clear(&n->in);
    n->given = 0;
    n->tls_end[0] = '\0';
    enum net_status status = shake_hands(n, deadline, e);
    if (status != NET_OK) {
        tls_free(n);
        return status;
    }
    n->transport = &wire_tls;
    /* Records may have come in one packet with the end of the handshake; if they are bad, the next read tells. */
    (void)decrypt(n, e);
    return NET_OK;
}

bool net_is_tls(const struct net *n)
{
    return n->ssl != NULL;
}

/* What stands behind the peer's close_notify is clear text. */
static bool back_to_clear(struct net *n, struct error *e)
{
    char *data = NULL;
    long len = BIO_get_mem_data(SSL_get_rbio(n->ssl), &data);
    buffer_add(&n->in, bytes_of(data, len > 0 ? (size_t)len : 0));
    tls_free(n);
    n->transport = &wire_clear;
    n->end = NET_OK;
    if (buffer_failed(&n->in)) {
        return error_set(e, "no memory for what was received");
    }
    return true;
}

enum net_status net_tls_end(struct net *n, int64_t deadline, struct error *e)
{
    if (!n->ssl) {
        error_set(e, "expected a connection under TLS");
        return NET_FAILED;
    }
    enum net_status status = tls_finish(n, deadline, e);
    while (status == NET_OK && n->end == NET_OK) {
        short ready = 0;
        status = wire_wait(n, POLLIN, &ready, deadline, e);
        if (status == NET_OK && !n->transport->take(n, e)) {
            status = NET_FAILED;
        }
    }
    if (status != NET_OK) {
        return status;
    }
    if (!n->said_goodbye) {
        error_set(e, "expected close_notify, got: %s", n->tls_end);
        return n->end;
    }
    n->said_goodbye = false;
    return back_to_clear(n, e) ? NET_OK : NET_FAILED;
}
