/*
 * diagnose_keys.c
 *		The checks of doctor() that look at keys.
 */
#include "compat.h"

#include "flow/diagnosis.h"
#include "flow/isolate.h"
#include "flow/wrap.h"

static void
look_at_file(void *unused)
{
	(void) unused;
	wrap_check();
}

static void
key_file(Diagnosis *found)
{
	ErrorData  *error = isolate_run(look_at_file, NULL);

	if (error != NULL)
	{
		diagnosis_if(found, DIAGNOSIS_FAIL, error->message);
		found->remedy = error->hint;
	}
}

static void
open_one(void *key)
{
	OpenKey    *open = wrap_new();

	wrap_open(key, open);
	wrap_wipe(open);
}

typedef struct Sealing
{
	const StoredKey *key;
	bool		current;
} Sealing;

static void
look_at_sealing(void *sealing)
{
	Sealing    *one = sealing;

	one->current = wrap_is_current(one->key);
}

static bool
is_current(const StoredKey *key)
{
	Sealing		sealing = {key, false};

	return isolate_run(look_at_sealing, &sealing) != NULL || sealing.current;
}

static void
key_store(Diagnosis *found)
{
	int			count;
	int			plain = 0;
	int			old = 0;
	StoredKey  *keys = key_store_list_private(&count);

	for (int i = 0; i < count; i++)
	{
		ErrorData  *error = isolate_run(open_one, &keys[i]);

		if (error != NULL)
		{
			diagnosis_if(found, DIAGNOSIS_FAIL, psprintf("key %s: %s", keys[i].kid, error->message));
			found->remedy = error->hint;
			return;
		}
		if (keys[i].wrapped_by == NULL)
			plain++;
		else if (!is_current(&keys[i]))
			old++;
	}
	if (plain > 0)
		diagnosis_if(found, DIAGNOSIS_WARN,
					 psprintf("%d keys are stored without a master key: with a dump anybody signs in as anybody",
							  plain));
	else if (old > 0)
		diagnosis_if(found, DIAGNOSIS_WARN,
					 psprintf("%d keys are encrypted with an older master key", old));
	found->remedy = wrap_is_configured() ? "Call enclave.rewrap_keys()." :
		"Name a file with a master key in enclave.key_file, reload the server, and call enclave.rewrap_keys().";
}

const DiagnosisCheck diagnose_keys_checks[] = {
	{"key_file", key_file},
	{"key_store", key_store},
	{NULL, NULL}
};
