/*
 * configure.c
 *		Presets, and the settings as rows.
 */
#include "compat.h"

#include "flow/configure.h"

#include "flow/fault.h"
#include "settings.h"
#include "store/applied_preset.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = value == NULL;
	return value == NULL ? (Datum) 0 : CStringGetTextDatum(value);
}

void
configure_apply_preset(const char *name, Tuplestorestate *into, TupleDesc descriptor)
{
	SettingsPreset preset;

	fault_if_read_only("enclave.apply_preset()");
	if (name == NULL || !settings_find_preset(name, &preset))
		fault_not_found("preset");

	for (int i = 0; i < settings_count(); i++)
	{
		const char *value = settings_preset_value(i, preset);
		Datum		values[2];
		bool		nulls[2];

		if (!settings_is_of_database(i))
			continue;
		applied_preset_set(settings_name(i), value);
		values[0] = text_or_null(settings_name(i), &nulls[0]);
		values[1] = text_or_null(value == NULL ? settings_default_value(i) : value, &nulls[1]);
		tuplestore_putvalues(into, descriptor, values, nulls);
	}
	applied_preset_remember(name, GetCurrentTimestamp());
}

void
configure_list(Tuplestorestate *into, TupleDesc descriptor)
{
	for (int i = 0; i < settings_count(); i++)
	{
		Datum		values[5];
		bool		nulls[5];

		values[0] = text_or_null(settings_name(i), &nulls[0]);
		values[1] = text_or_null(!settings_is_visible(i) ? NULL :
								 GetConfigOptionByName(settings_name(i), NULL, true),
								 &nulls[1]);
		values[2] = text_or_null(settings_default_value(i), &nulls[2]);
		values[3] = text_or_null(settings_unit(i), &nulls[3]);
		values[4] = text_or_null(settings_meaning(i), &nulls[4]);
		tuplestore_putvalues(into, descriptor, values, nulls);
	}
}
