/*
 * settings_query.c
 *		What is asked of the table of settings.
 */
#include "settings_table.h"

#include "utils/builtins.h"

bool
settings_find_preset(const char *name, SettingsPreset *preset)
{
	static const char *const names[] = {"default", "development", "strict", "production"};

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		if (strcmp(name, names[i]) == 0)
		{
			*preset = (SettingsPreset) i;
			return true;
		}
	}
	return false;
}

const char *
settings_name(int setting)
{
	return settings_table[setting].name;
}

bool
settings_is_of_database(int setting)
{
	return settings_table[setting].context == PGC_SUSET;
}

const char *
settings_preset_value(int setting, SettingsPreset preset)
{
	if (preset == SETTINGS_DEFAULT)
		return NULL;
	return settings_table[setting].preset[preset - 1];
}

bool
settings_has_value(int setting, const char *value)
{
	const Setting *s = &settings_table[setting];
	bool		flag;
	int			number;

	if (s->flag != NULL)
		return parse_bool(value, &flag) && flag == *s->flag;
	if (s->text != NULL)
		return strcmp(value, *s->text) == 0;
	if (s->words != NULL)
	{
		const struct config_enum_entry *word = s->words;

		while (word->name != NULL && pg_strcasecmp(word->name, value) != 0)
			word++;
		return word->name != NULL && word->val == *s->number;
	}
	return parse_int(value, &number, s->unit, NULL) && number == *s->number;
}

const char *
settings_default_value(int setting)
{
	return settings_table[setting].shown;
}

const char *
settings_unit(int setting)
{
	switch (settings_table[setting].unit)
	{
		case GUC_UNIT_S:
			return "s";
		case GUC_UNIT_MS:
			return "ms";
		case GUC_UNIT_KB:
			return "kB";
		default:
			return NULL;
	}
}

const char *
settings_meaning(int setting)
{
	return settings_table[setting].meaning;
}
