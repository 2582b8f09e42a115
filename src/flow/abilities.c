/*
 * abilities.c
 *		Lists of abilities.
 */
#include "compat.h"

#include "flow/abilities.h"

#include "catalog/pg_type.h"
#include "flow/fault.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define ABILITIES_MAX 100
#define ABILITY_LENGTH_MAX 128

static void
unpack(Datum list, Datum **elements, bool **nulls, int *count)
{
	deconstruct_array(DatumGetArrayTypeP(list), TEXTOID, -1, false, TYPALIGN_INT, elements, nulls,
					  count);
}

Datum
abilities_all(void)
{
	Datum		element = CStringGetTextDatum("*");

	return PointerGetDatum(construct_array(&element, 1, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum
abilities_none(void)
{
	return PointerGetDatum(construct_empty_array(TEXTOID));
}

/* [a-z0-9_.-]+(:[a-z0-9_.*-]+)* */
static bool
is_well_formed(const char *ability, size_t length)
{
	bool		first_part = true;
	bool		part_is_empty = true;

	for (size_t i = 0; i < length; i++)
	{
		char		c = ability[i];

		if (c == ':')
		{
			if (part_is_empty)
				return false;
			first_part = false;
			part_is_empty = true;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
			  c == '-' || (c == '*' && !first_part)))
			return false;
		part_is_empty = false;
	}
	return !part_is_empty;
}

static bool
is_valid(Datum element)
{
	text	   *value = DatumGetTextPP(element);
	size_t		length = VARSIZE_ANY_EXHDR(value);
	const char *bytes = VARDATA_ANY(value);

	if (length == 1 && bytes[0] == '*')
		return true;
	return length <= ABILITY_LENGTH_MAX && is_well_formed(bytes, length);
}

Datum
abilities_check_or_raise(Datum list)
{
	static const char *const shape = "Give an array of at most 100 abilities.";
	static const char *const form = "Give \"*\" or words such as posts:read or posts:*.";
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	ArrayType  *array;

	if (list == 0)
		fault_validation("abilities_invalid", shape);
	array = DatumGetArrayTypeP(list);
	if (ARR_NDIM(array) > 1 ||
		ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) > ABILITIES_MAX)
		fault_validation("abilities_invalid", shape);

	unpack(PointerGetDatum(array), &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (nulls[i] || !is_valid(elements[i]))
			fault_validation("ability_invalid", form);

	/* Built anew: the lower bound of the given one may be anything. */
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static bool
allows(const char *entry, size_t length, const char *ability, size_t ability_length)
{
	if (length == 1 && entry[0] == '*')
		return true;
	if (length == ability_length && memcmp(entry, ability, length) == 0)
		return true;
	return length >= 2 && entry[length - 2] == ':' && entry[length - 1] == '*' &&
		ability_length > length - 1 && memcmp(entry, ability, length - 1) == 0;
}

bool
abilities_allow(Datum list, const char *ability)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	unpack(list, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		text	   *entry = DatumGetTextPP(elements[i]);

		if (!nulls[i] && allows(VARDATA_ANY(entry), VARSIZE_ANY_EXHDR(entry), ability,
								strlen(ability)))
			return true;
	}
	return false;
}
