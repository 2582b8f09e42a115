/*
 * secret.c
 *		Copying and wiping passwords.
 *
 * Wiping hangs on the memory context's reset callback, so that no error can
 * skip it.  The copy that the server makes of a compressed argument is wiped
 * as soon as it has been used.
 *
 * A password is the bytes received, in the database's encoding.  It is not
 * converted to another: a conversion that fails prints what it failed on.
 */
#include "compat.h"

#include "flow/secret.h"

#include "access/detoast.h"
#include "crypto/wipe.h"
#include "mb/pg_wchar.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* No encoding of the server needs more than four bytes for a character. */
#define BYTES_MAX ((Size) SETTINGS_PASSWORD_LENGTH_MAX * 4)

static void
wipe_callback(void *arg)
{
	secret_wipe((Secret *) arg);
}

void
secret_wipe(Secret *secret)
{
	if (secret->bytes != NULL)
		wipe_memory(secret->bytes, secret->length);
	secret->bytes = NULL;
	secret->length = 0;
}

static Secret *
secret_new(void)
{
	Secret	   *secret = palloc0(sizeof(Secret));
	MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));

	callback->func = wipe_callback;
	callback->arg = secret;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return secret;
}

/* The callback is registered before the first byte is copied. */
static void
fill(Secret *secret, const char *data, int length)
{
	secret->bytes = palloc(Max(length, 1));
	secret->length = (size_t) length;
	memcpy(secret->bytes, data, secret->length);
}

Secret *
secret_copy(Datum argument)
{
	Secret	   *secret = secret_new();
	struct varlena *stored = (struct varlena *) DatumGetPointer(argument);
	struct varlena *value;

	if (stored == NULL)
		return secret;

	/* Looked at before it is uncompressed: this may be a gigabyte. */
	if (toast_raw_datum_size(argument) - VARHDRSZ > BYTES_MAX)
	{
		secret->too_long = true;
		return secret;
	}

	value = PG_DETOAST_DATUM_PACKED(argument);
	secret->characters = pg_mbstrlen_with_len(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (secret->characters > SETTINGS_PASSWORD_LENGTH_MAX)
		secret->too_long = true;
	else
		fill(secret, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (value != stored)
		wipe_memory(value, VARSIZE_ANY(value));
	return secret;
}

Datum
secret_from_text(const char *value)
{
	return PointerGetDatum(cstring_to_text(value));
}

/* The server's own messages would print the bytes that it cannot convert. */
static char *
convert(const char *value, int length)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *volatile converted = NULL;

	PG_TRY();
	{
		converted = pg_client_to_server(value, length);
	}
	PG_CATCH();
	{
		int			code = geterrcode();

		MemoryContextSwitchTo(context);
		if (code != ERRCODE_CHARACTER_NOT_IN_REPERTOIRE && code != ERRCODE_UNTRANSLATABLE_CHARACTER)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("password is not valid in the encodings of client and database")));
	}
	PG_END_TRY();
	return converted;
}

Datum
secret_from_wire(const char *value, int length)
{
	char	   *converted = convert(value, length);
	Datum		result = PointerGetDatum(converted == value
										 ? cstring_to_text_with_len(value, length)
										 : cstring_to_text(converted));

	if (converted != value)
		wipe_memory(converted, strlen(converted));
	return result;
}
