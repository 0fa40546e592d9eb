/* Text in GitHub's Markdown that may quote a peer: it neither breaks out of its table cell nor becomes markup, a link
 * or a mention of somebody. */
#ifndef REPORT_MARKDOWN_TEXT_H
#define REPORT_MARKDOWN_TEXT_H

#include "base/buffer.h"

/* Words: every character that Markdown or HTML could mind is escaped. At most `most` characters, 0: all. */
void markdown_words(struct buffer *out, const char *text, size_t most);
/* A code span: for octets, ids, and whatever a server said. Nothing for no text. */
void markdown_code(struct buffer *out, const char *text, size_t most);
/* Words behind an HTML tag, where Markdown is not read. */
void markdown_html(struct buffer *out, const char *text, size_t most);

#endif
