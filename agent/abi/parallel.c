#include "abi/parallel.h"
#include "os/os.h"

Parallel parallel;

void parallel_start(void) {
    *(void **)&parallel.interpreter = os_symbol("PyInterpreterState_Get");
    *(void **)&parallel.interpreter_id = os_symbol("PyInterpreterState_GetID");
    *(void **)&parallel.dict_get_ref = os_symbol("PyDict_GetItemRef");
}

uint32_t interpreter_number(void) {
    if (!parallel.interpreter || !parallel.interpreter_id) return 0;
    int64_t id = parallel.interpreter_id(parallel.interpreter());
    return id < 0 ? 0 : (uint32_t)id;
}

Object *dict_get(Object *dict, Object *key) {
    Object *found = NULL;
    if (parallel.dict_get_ref)
        parallel.dict_get_ref(dict, key, &found);
    else if ((found = py.Dict_GetItemWithError(dict, key)))
        py._IncRef(found);
    if (!found) py.Err_Clear();
    return found;
}

Object *dict_find(Object *dict, const char *name) {
    Object *key = py.Unicode_InternFromString(name);
    Object *found = key ? dict_get(dict, key) : NULL;
    if (!key) py.Err_Clear();
    object_release(key);
    return found;
}
