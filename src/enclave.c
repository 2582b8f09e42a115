/*
 * enclave.c
 *		The library's entry point.
 *
 * The library works loaded late, by the first call of one of its functions,
 * and does the same then as when it is preloaded.
 */
#include "compat.h"

#include "settings.h"

PG_MODULE_MAGIC;

void
_PG_init(void)
{
	settings_define();
}
