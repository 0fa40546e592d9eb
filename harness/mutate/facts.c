#include "mutate/mutate.h"

const struct mutate_facts *mutate_facts_default(void)
{
#define TEXT(text)                                                                                                     \
    {                                                                                                                  \
        (const unsigned char *)(text), sizeof(text) - 1                                                                \
    }
    static const struct mutate_facts facts = {
        .hello = TEXT("client.test"),
        .sender = TEXT("carol@client.test"),
        .recipient = TEXT("alice@example.test"),
        .recipient2 = TEXT("bob@example.test"),
        .unknown = TEXT("nobody@example.test"),
        .foreign = TEXT("someone@elsewhere.test"),
        .user = TEXT("alice"),
        .password = TEXT("secret"),
    };
#undef TEXT
    return &facts;
}
