/* Text and octets inside HTML. Whatever a peer or a file said stays text: nothing of it can become markup, and no
 * control octet gets through. */
#ifndef REPORT_HTML_TEXT_H
#define REPORT_HTML_TEXT_H

#include "base/buffer.h"

/* As row_text, escaped for content and for attribute values in double quotes; NULL is no text. */
void html_text(struct buffer *out, const char *text);
/* The same without what is beyond `most` characters. */
void html_text_cut(struct buffer *out, const char *text, size_t most);
/* A result's or a requirement's id as the value of an id attribute, and as the target of a link to it. */
void html_id(struct buffer *out, const char *id);
void html_link(struct buffer *out, const char *id);
/* Octets of a transcript. A CRLF and the LF of the line end are a line end; every other control octet, a bare LF or CR
 * and what is no ASCII are shown in <b>: <b>LF</b>, <b>\x1b</b>. At most `most` octets, and a remark on the rest. */
void html_octets(struct buffer *out, struct bytes octets, size_t most);
/* The same for a script, which builds the elements itself: what would stand in <b> stands between \x01 and \x02, and
 * nothing is escaped. */
void html_octets_plain(struct buffer *out, struct bytes octets, size_t most);
/* A text that was made elsewhere in this program, in lines: only escaped. */
void html_lines(struct buffer *out, struct bytes text);

#endif
