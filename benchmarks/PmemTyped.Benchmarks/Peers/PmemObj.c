// The transaction of two 8-byte updates through libpmemobj. Its transactions are macros around setjmp and a thread-local
// state, so they are compiled, not called one by one; the loop is inside so that no call from .NET is measured.
#include <libpmemobj.h>
#include <stdint.h>
#include <stdlib.h>

struct counter { uint64_t value; };
struct root { PMEMoid counters[2]; };

struct bench { PMEMobjpool *pool; struct counter *first; struct counter *second; PMEMoid oids[2]; };

static PMEMoid new_counter(PMEMobjpool *pool)
{
    PMEMoid oid = OID_NULL;
    TX_BEGIN(pool) { oid = pmemobj_tx_zalloc(sizeof(struct counter), 1); } TX_END
    return oid;
}

struct bench *bench_open(const char *path, size_t bytes)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    bench->pool = pmemobj_create(path, "pmemtyped-benchmark", bytes, 0600);
    if (bench->pool == NULL) {
        free(bench);
        return NULL;
    }

    bench->oids[0] = new_counter(bench->pool);
    bench->oids[1] = new_counter(bench->pool);
    bench->first = pmemobj_direct(bench->oids[0]);
    bench->second = pmemobj_direct(bench->oids[1]);
    return bench;
}

int bench_transfer(struct bench *bench, int operations)
{
    volatile int failed = 0;
    for (int i = 0; i < operations; i++) {
        TX_BEGIN(bench->pool) {
            pmemobj_tx_add_range_direct(bench->first, sizeof(uint64_t));
            pmemobj_tx_add_range_direct(bench->second, sizeof(uint64_t));
            bench->first->value -= 1;
            bench->second->value += 1;
        } TX_ONABORT {
            failed = 1;
        } TX_END
    }

    return failed;
}

int bench_replace(struct bench *bench, int operations)
{
    volatile int failed = 0;
    for (int i = 0; i < operations; i++) {
        TX_BEGIN(bench->pool) {
            pmemobj_tx_add_range_direct(bench->first, sizeof(uint64_t));
            PMEMoid made = pmemobj_tx_zalloc(sizeof(struct counter), 1);
            bench->first->value = made.off;
            pmemobj_tx_free(made);
        } TX_ONABORT {
            failed = 1;
        } TX_END
    }

    return failed;
}

void bench_close(struct bench *bench)
{
    pmemobj_close(bench->pool);
    free(bench);
}
