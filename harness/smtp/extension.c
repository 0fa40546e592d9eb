#include "smtp/extension.h"

static const struct extension_info extensions[] = {
    {"8BITMIME", "RFC 6152", "Message bodies may hold octets above 0x7F (MAIL ... BODY=8BITMIME).", NULL},
    {"ATRN", "RFC 2645", "On-demand relay: after AUTH, ATRN changes the roles of client and server.", NULL},
    {"AUTH", "RFC 4954", "Logging in with SASL (AUTH), and who submitted the message (MAIL ... AUTH=).",
     "the SASL mechanisms, with spaces between"},
    {"BINARYMIME", "RFC 3030 section 3", "Messages may be any octets (BODY=BINARYMIME); needs CHUNKING.", NULL},
    {"BURL", "RFC 4468", "Submission by reference: the server fetches the message from an IMAP URL.",
     "\"imap\" or \"imap://\" and an authority, once or several times"},
    {"CHECKPOINT", "RFC 1845", "An interrupted transaction can be taken up again (MAIL ... TRANSID=).", NULL},
    {"CHUNKING", "RFC 3030 section 2", "The message can be sent in counted chunks (BDAT) instead of DATA.", NULL},
    {"CONNEG", "RFC 4141", "Content can be adapted to what the recipient can show (RCPT ... CONNEG).", NULL},
    {"CONPERM", "RFC 4141", "The sender allows content to be adapted (MAIL ... CONPERM).", NULL},
    {"DELIVERBY", "RFC 2852", "Deliver within a time, or notify or return (MAIL ... BY=).",
     "the least number of seconds that the server takes"},
    {"DSN", "RFC 3461", "Delivery status notifications as asked (MAIL ... RET= ENVID=, RCPT ... NOTIFY= ORCPT=).",
     NULL},
    {"ENHANCEDSTATUSCODES", "RFC 2034", "Replies carry an enhanced status code such as 5.1.1 before their text.", NULL},
    {"ETRN", "RFC 1985", "A client can ask to have the mail that waits for it delivered (ETRN).", NULL},
    {"EXPN", "RFC 5321 section 4.1.1.7", "The members of a mailing list can be asked for.", NULL},
    {"FUTURERELEASE", "RFC 4865", "Submission: hold a message until a later time (MAIL ... HOLDFOR= HOLDUNTIL=).",
     "the longest time in seconds, and the latest date and time"},
    {"HELP", "RFC 5321 section 4.1.1.8", "HELP gives help.", NULL},
    {"LIMITS", "RFC 9422", "The server tells how many messages, recipients and domains it takes.",
     "name=value pairs: RCPTMAX, MAILMAX, RCPTDOMAINMAX"},
    {"MT-PRIORITY", "RFC 6710", "A message may have a priority of transfer (MAIL ... MT-PRIORITY=).",
     "the name of a priority profile"},
    {"MTRK", "RFC 3885", "Messages can be tracked later (MAIL ... MTRK=).", NULL},
    {"NO-SOLICITING", "RFC 3865", "The server does not want solicitations of some kinds (MAIL ... SOLICIT=).",
     "the solicitation keywords that are refused, with colons between"},
    {"ONEX", "RFC 1869", "One message only will be sent; Sendmail's own, obsolete.", NULL},
    {"PIPELINING", "RFC 2920", "Commands may be sent without waiting for each reply.", NULL},
    {"PRDR", "draft-hall-prdr", "Each recipient gets a reply of its own after the message; not an RFC.", NULL},
    {"REQUIRETLS", "RFC 8689", "A message may require TLS on every further hop (MAIL ... REQUIRETLS).", NULL},
    {"RRVS", "RFC 7293", "Deliver only when a mailbox has not changed its owner (RCPT ... RRVS=).", NULL},
    {"SAML", "RFC 821 section 3.4", "Obsolete: to the terminal and the mailbox.", NULL},
    {"SEND", "RFC 821 section 3.4", "Obsolete: to the terminal.", NULL},
    {"SIZE", "RFC 1870", "The size of a message can be declared (MAIL ... SIZE=) and refused before it is sent.",
     "the largest size in octets; 0: no fixed limit; none: not told"},
    {"SMTPUTF8", "RFC 6531", "Addresses and header fields may be UTF-8 (MAIL ... SMTPUTF8).", NULL},
    {"SOML", "RFC 821 section 3.4", "Obsolete: to the terminal or the mailbox.", NULL},
    {"STARTTLS", "RFC 3207", "TLS can be begun on this connection (STARTTLS).", NULL},
    {"SUBMITTER", "RFC 4405", "Who is responsible for this transmission (MAIL ... SUBMITTER=).", NULL},
    {"TURN", "RFC 821 section 3.8", "Obsolete and unsafe: client and server change roles.", NULL},
    {"UTF8SMTP", "RFC 5336", "The experiment before SMTPUTF8; obsolete.", NULL},
    {"VERB", "no RFC (Sendmail)", "Verbose replies; obsolete.", NULL},
    {"VRFY", "RFC 5321 section 4.1.1.6", "VRFY is there (it need not be listed).", NULL},
    {"XCLIENT", "Postfix, XCLIENT_README", "A trusted client may say whose connection this is (XCLIENT).",
     "the attributes: NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT REVERSE_NAME"},
    {"XFORWARD", "Postfix, XFORWARD_README", "A trusted filter may say where a message came from (XFORWARD).",
     "the attributes: NAME ADDR PORT PROTO HELO IDENT SOURCE"},
};

const struct extension_info *extension_table(size_t *count)
{
    *count = sizeof extensions / sizeof *extensions;
    return extensions;
}

const struct extension_info *extension_find(struct bytes keyword)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (bytes_equal_nocase(keyword, bytes_string(extensions[i].keyword)))
            return &extensions[i];
    return NULL;
}
