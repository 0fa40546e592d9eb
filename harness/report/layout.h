/* Text in columns for a terminal of 100: wrapping, cutting, colours. Widths count characters, not octets. */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include "base/buffer.h"

enum { LAYOUT_WIDTH = 100 };

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_BLUE, COLOUR_GREY, COLOUR_BOLD };

/* Characters in UTF-8 text. */
size_t layout_columns(struct bytes text);
/* Appends at most `width` characters; what is cut off is told by "...". */
void layout_cut(struct buffer *out, struct bytes text, size_t width);
/* Appends "LABEL  text" with the label in a column of `indent` characters, the text wrapped at LAYOUT_WIDTH and its
 * further lines below its first. Ends with a line end. */
void layout_field(struct buffer *out, const char *label, struct bytes text, size_t indent);
/* Begins and ends a colour; nothing where `on` is false. */
void layout_colour(struct buffer *out, bool on, enum colour c);
void layout_plain(struct buffer *out, bool on);
/* A word in a colour. */
void layout_word(struct buffer *out, bool on, enum colour c, const char *word);

#endif
