/* What the RFCs that the catalogue rests on are called, in short. */
#ifndef REPORT_RFC_TITLE_H
#define REPORT_RFC_TITLE_H

/* "Simple Mail Transfer Protocol" for "5321"; "" for what is not known. */
const char *rfc_title(const char *rfc);

#endif
