/* The three examples that the language was made for load to exactly what they say. */
#include "sample.h"

static const char pipelined_chunk[] = "  needs: [CHUNKING, PIPELINING, unknown]\n"
                                      "  steps:\n"
                                      "    - pipeline:\n"
                                      "        - {send: \"MAIL FROM:<${sender}>\", assume: 250}\n"
                                      "        - {send: \"RCPT TO:<${unknown}>\", assume: 5xx}\n"
                                      "        - {bdat: {octets: \"VRFY a\\r\\nVRFY b\\r\\n\"}, expect: 4xx | 5xx}\n"
                                      "        - {send: RSET, expect: 250}\n"
                                      "      replies: 4\n";

static void is_text(const struct octets *o, const char *text)
{
    cr_assert_eq(o->count, 1);
    cr_expect_eq(o->parts[0].kind, PART_TEXT);
    cr_expect(bytes_equal(o->parts[0].text.source, bytes_string(text)), "%.*s", BYTES_ARG(o->parts[0].text.source));
}

static void is_source(const struct expectation *x, const char *source)
{
    cr_assert(x->present, "no %s", source);
    cr_expect_str_eq(x->source, source);
}

Test(hard, refused_chunk_in_a_pipeline)
{
    struct library *l = sample_scenario(pipelined_chunk);
    const struct scenario *s = sample_one(l);
    cr_expect_str_eq(s->id, "s/a");
    cr_expect_str_eq(s->reference, "RFC 5321 section 3.3");
    cr_expect_eq(s->start, START_EHLO);
    cr_assert_eq(s->need_count, 3);
    cr_expect_str_eq(s->needs[0].name, "CHUNKING");
    cr_expect_str_eq(s->needs[1].name, "PIPELINING");
    cr_expect_eq(s->needs[1].kind, NEED_EXTENSION);
    cr_expect_str_eq(s->needs[2].name, "unknown");
    cr_expect_eq(s->needs[2].kind, NEED_FACT);
    cr_assert_eq(s->steps.count, 1);
    const struct step *p = &s->steps.items[0];
    cr_expect_eq(p->act, ACT_PIPELINE);
    cr_expect(p->has_replies && p->replies_min == 4 && p->replies_max == 4);
    cr_assert_eq(p->steps.count, 4);
    is_text(&p->steps.items[0].octets, "MAIL FROM:<${sender}>");
    cr_expect(p->steps.items[0].octets.parts[0].text.has_variables);
    is_source(&p->steps.items[0].assume, "250");
    cr_expect_not(p->steps.items[0].expect.present);
    is_source(&p->steps.items[1].assume, "5xx");
    cr_expect_eq(p->steps.items[2].act, ACT_BDAT);
    is_text(&p->steps.items[2].octets, "VRFY a\r\nVRFY b\r\n");
    cr_expect_not(p->steps.items[2].has_size);
    cr_expect_not(p->steps.items[2].last);
    is_source(&p->steps.items[2].expect, "4xx | 5xx");
    is_source(&p->steps.items[3].expect, "250");
    library_free(l);
}

Test(hard, plaintext_after_starttls)
{
    struct library *l = sample_scenario("  needs: [STARTTLS]\n"
                                        "  steps:\n"
                                        "    - {raw: \"STARTTLS\\r\\nNOOP\\r\\n\", expect: 220 | 4xx | 5xx | close}\n"
                                        "    - when: 220\n"
                                        "      then:\n"
                                        "        - handshake: ok | refused        # refusing is safe\n"
                                        "        - {send: \"EHLO client.test\", expect: 250, replies: 1}   # why\n");
    const struct scenario *s = sample_one(l);
    cr_assert_eq(s->need_count, 1);
    cr_assert_eq(s->steps.count, 2);
    cr_expect_eq(s->steps.items[0].act, ACT_RAW);
    is_text(&s->steps.items[0].octets, "STARTTLS\r\nNOOP\r\n");
    is_source(&s->steps.items[0].expect, "220 | 4xx | 5xx | close");
    const struct step *when = &s->steps.items[1];
    cr_expect_eq(when->act, ACT_NONE);
    is_source(when->when, "220");
    cr_expect_eq(when->otherwise.count, 0);
    cr_assert_eq(when->then.count, 2);
    cr_expect_eq(when->then.items[0].act, ACT_HANDSHAKE);
    cr_expect_eq(when->then.items[0].handshake, (unsigned)(HANDSHAKE_OK | HANDSHAKE_REFUSED));
    cr_expect_eq(when->then.items[1].replies_max, 1);
    cr_expect_eq(when->then.items[1].mark.line, 12);
    library_free(l);
}

Test(hard, another_message_within_the_message)
{
    struct library *l = sample_scenario(
        "  start: data\n"
        "  steps:\n"
        "    - raw: [\"X-Id: ${nonce}\\r\\n\\r\\na\\n.\\r\\n\", \"MAIL FROM:<${sender}>\\r\\nDATA\\r\\n\",\n"
        "            \"X-Id: ${nonce}\\r\\n\\r\\nb\\r\\n.\\r\\n\"]\n"
        "      expect: 2xx | 4xx | 5xx | close\n"
        "      replies: 0..1                      # five of them: the rest was run as commands\n"
        "    - delivered: {to: \"${recipient}\", contains: \"${nonce}\", count: 0..1, optional: true}\n");
    const struct scenario *s = sample_one(l);
    cr_expect_eq(s->start, START_DATA);
    cr_expect_not(s->alone);
    cr_assert_eq(s->steps.count, 2);
    const struct step *raw = &s->steps.items[0];
    cr_assert_eq(raw->octets.count, 3);
    cr_expect(bytes_equal(raw->octets.parts[0].text.source, bytes_string("X-Id: ${nonce}\r\n\r\na\n.\r\n")));
    cr_expect(raw->replies_min == 0 && raw->replies_max == 1);
    const struct delivered *d = &s->steps.items[1].delivered;
    cr_expect_eq(s->steps.items[1].act, ACT_DELIVERED);
    cr_expect(d->count_min == 0 && d->count_max == 1 && d->optional && !d->alone);
    cr_assert_eq(d->contains_count, 1);
    cr_expect(bytes_equal(d->contains[0].source, bytes_string("${nonce}")));
    library_free(l);
}
