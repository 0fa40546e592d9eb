/* Your SMTP parser or server in place of ours: write these functions, link them with fuzz_adapter.c, and libFuzzer
 * plays sessions to it with the mutator, dictionary and corpus of this project. docs/fuzzing.md shows how,
 * fuzz/examples/ has two.
 *
 * A session is octets in and octets out: no socket is needed. What is static in your code must be put back by
 * adapter_open, so that the same input always does the same. */
#ifndef FUZZ_ADAPTER_H
#define FUZZ_ADAPTER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where reply octets go. */
struct adapter_output;
void adapter_say(struct adapter_output *out, const void *octets, size_t len);

enum adapter_state {
    ADAPTER_OPEN,
    ADAPTER_TLS, /* the reply to STARTTLS was said: a handshake is due, what else comes is dropped */
    ADAPTER_CLOSED
};

/* Once, at the start; 0: all is well. */
int adapter_init(void);
/* A new session; NULL: it cannot be had. Says the greeting, if there is one. */
void *adapter_open(struct adapter_output *out);
/* The next octets of the client, cut anywhere. */
enum adapter_state adapter_feed(void *session, const unsigned char *octets, size_t len, struct adapter_output *out);
/* The handshake that ADAPTER_TLS asked for is done. */
void adapter_tls(void *session);
void adapter_close(void *session);

/* What shall hold beside "no crash, no sanitizer's report, no endless loop". */
enum adapter_oracle {
    ADAPTER_REPLIES = 1, /* what is said is replies in the form of RFC 5321 section 4.2 */
    ADAPTER_CUTS = 2,    /* the same octets cut at other places bring the same replies */
    ADAPTER_COUNT = 4    /* one reply for the greeting and for each line, at the most, while no payload is sent */
};
unsigned adapter_oracles(void);

#ifdef __cplusplus
}
#endif

#endif
