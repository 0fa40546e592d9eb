/* Target files from hostile hands. Whatever is read, nothing crashes, what is handed out is whole, a mistake has its
 * place, and reading it again gives the same. */
#include "loaded.h"
#include "scenario/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes content = bytes_of(data, size);
    struct target *a = target_new(), *b = target_new();
    HOLDS(a && b);
    bool good = target_load_memory(a, "input.yaml", content);
    HOLDS(good == target_load_memory(b, "input.yaml", content));
    HOLDS(good == (a->diagnostics.count == 0));
    HOLDS(same_diagnostics(&a->diagnostics, &b->diagnostics));
    check_diagnostics(&a->diagnostics, extent_of(content));
    struct error e;
    if (good && target_finish(a, &e))
        HOLDS(a->name && a->endpoint.present && a->hello_name && (a->endpoint.host || a->endpoint.path));
    target_free(a);
    target_free(b);
    return 0;
}
