/*
 * settings_table.h
 *		The table of all settings, for settings.c and settings_query.c alone.
 */
#ifndef ENCLAVE_SETTINGS_TABLE_H
#define ENCLAVE_SETTINGS_TABLE_H

#include "settings.h"

/*
 * Settings of other types stand in the same table.  The variable of a boolean
 * is flag, its bounds are unused, its default is 0 or 1; that of a text is text,
 * its default the one shown; one that has words keeps in number which of them.
 */
typedef struct Setting
{
	const char *name;
	GucContext	context;
	int		   *number;
	bool	   *flag;
	char	  **text;
	GucStringCheckHook check;
	const struct config_enum_entry *words;
	int			unit;			/* GUC_UNIT_S, _MS, _KB or 0 */
	int			initial;
	int			lowest;
	int			highest;
	const char *shown;			/* the default as an administrator writes it */
	const char *preset[3];		/* development, strict, production */
	const char *meaning;
	const char *advice;			/* what to weigh when changing it */
} Setting;

/* settings_count() of them. */
extern const Setting settings_table[];

#endif							/* ENCLAVE_SETTINGS_TABLE_H */
