/*
 * wrap.c
 *		Private keys at rest.
 *
 * The file is read anew each time that something is sealed or opened, which is
 * rare: a backend keeps the keys that it has opened (keep.c), and never a
 * master key.  What was read of the file is wiped as soon as it has been used,
 * and by the reset of the memory context if an error comes between.
 *
 * A restored dump has to open with the same file, so what a sealed key is bound
 * to is its own row (purpose, algorithm, kid) and nothing of the database.
 */
#include "compat.h"

#include "flow/wrap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/keyfile.h"
#include "crypto/wipe.h"
#include "flow/fault.h"
#include "settings.h"
#include "storage/fd.h"
#include "utils/builtins.h"

#define SETTING "enclave.key_file"
#define FORM \
	"Give lines of id:key, a key being what openssl rand -base64 32 writes."
#define BRING_BACK \
	"Bring back the file with this master key and reload the server; without it, create a new signing key."
#define ACCESS \
	"Make it a regular file of the server's user that nobody else can read, with chmod 600; or of root with chmod 640."

typedef struct MasterKeys
{
	MemoryContextCallback callback;
	char		text[KEYFILE_LENGTH_MAX + 1];
	Keyfile		file;
} MasterKeys;

static void
wipe_masters(void *arg)
{
	MasterKeys *masters = arg;

	wipe_memory(masters->text, sizeof(masters->text));
	wipe_memory(&masters->file, sizeof(masters->file));
}

/* As libpq's server side asks of a private key (be-secure-common.c). */
static void
check_access(int file)
{
	struct stat status;
	mode_t		forbidden;

	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
		fault_configuration(SETTING, "it is not a regular file", ACCESS);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		fault_configuration(SETTING, "the file belongs to neither the server's user nor root",
							ACCESS);
	forbidden = status.st_uid == geteuid() ? S_IRWXG | S_IRWXO : S_IWGRP | S_IXGRP | S_IRWXO;
	if ((status.st_mode & forbidden) != 0)
		fault_configuration(SETTING, "others may read or change the file", ACCESS);
}

/* All that is there, up to one byte more than is taken. */
static size_t
read_file(char *out, size_t size)
{
	int			file = OpenTransientFile(settings_key_file, O_RDONLY | O_NONBLOCK | PG_BINARY);
	size_t		length = 0;
	ssize_t		got = 1;

	if (file < 0)
		fault_configuration(SETTING, psprintf("the file cannot be opened: %s", strerror(errno)),
							ACCESS);
	check_access(file);
	while (length < size && got > 0)
	{
		got = read(file, out + length, size - length);
		if (got > 0)
			length += (size_t) got;
	}
	if (got < 0)
		fault_configuration(SETTING, psprintf("the file cannot be read: %s", strerror(errno)),
							ACCESS);
	CloseTransientFile(file);
	return length;
}

/* To be wiped by the caller. */
static MasterKeys *
read_masters(void)
{
	MasterKeys *masters = palloc0(sizeof(MasterKeys));
	KeyfileStatus status;
	size_t		length;
	int			line;

	masters->callback.func = wipe_masters;
	masters->callback.arg = masters;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &masters->callback);
	length = read_file(masters->text, sizeof(masters->text));
	if (length > KEYFILE_LENGTH_MAX)
		fault_configuration(SETTING, "the file is too long", FORM);
	status = keyfile_parse(masters->text, length, &masters->file, &line);
	if (status != KEYFILE_OK)
		fault_configuration(SETTING, psprintf("line %d: %s", line, keyfile_trouble(status)), FORM);
	return masters;
}

static void
wipe_open(void *arg)
{
	wrap_wipe(arg);
}

OpenKey *
wrap_new(void)
{
	OpenKey    *open = palloc0(sizeof(OpenKey));
	MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));

	callback->func = wipe_open;
	callback->arg = open;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return open;
}

void
wrap_wipe(OpenKey *open)
{
	wipe_memory(open, sizeof(*open));
	open->length = 0;
}

bool
wrap_is_configured(void)
{
	return settings_key_file != NULL && settings_key_file[0] != '\0';
}

/* What a sealed key is bound to; none of the parts has a NUL. */
static size_t
associated_data(const StoredKey *key, char **data)
{
	*data = psprintf("enclave %s key:%s:%s", key->purpose == KEY_TO_SIGN ? "signing" : "digest",
					 key->algorithm, key->kid);
	return strlen(*data);
}

void
wrap_seal(StoredKey *key, const OpenKey *open)
{
	MasterKeys *masters;
	KeywrapStatus status;
	size_t		data_length;
	size_t		length = 0;
	char	   *data;

	key->private = palloc(VARHDRSZ + open->length + KEYWRAP_OVERHEAD);
	if (!wrap_is_configured())
	{
		memcpy(VARDATA(key->private), open->bytes, open->length);
		SET_VARSIZE(key->private, VARHDRSZ + open->length);
		key->wrapped_by = NULL;
		return;
	}
	data_length = associated_data(key, &data);
	masters = read_masters();
	key->wrapped_by = pstrdup(masters->file.keys[0].id);
	status = keywrap_seal(&masters->file.keys[0], data, data_length, open->bytes, open->length,
						  pg_strong_random, (uint8_t *) VARDATA(key->private), &length);
	wipe_masters(masters);
	if (status != KEYWRAP_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not encrypt a key")));
	SET_VARSIZE(key->private, VARHDRSZ + length);
}

/* With whichever master key has this id. */
static KeywrapStatus
open_sealed(const StoredKey *key, OpenKey *open)
{
	MasterKeys *masters = read_masters();
	KeywrapStatus status = KEYWRAP_OTHER_KEY;
	size_t		data_length;
	char	   *data;

	data_length = associated_data(key, &data);
	for (int i = 0; i < masters->file.count && status == KEYWRAP_OTHER_KEY; i++)
		status = keywrap_open(&masters->file.keys[i], data, data_length,
							  (uint8_t *) VARDATA(key->private), VARSIZE(key->private) - VARHDRSZ,
							  open->bytes, &open->length);
	wipe_masters(masters);
	return status;
}

void
wrap_open(const StoredKey *key, OpenKey *open)
{
	size_t		stored = VARSIZE(key->private) - VARHDRSZ;
	const char *why;

	if (stored > sizeof(open->bytes))
		fault_configuration(SETTING, "a stored key is damaged",
							"Restore enclave.key_store, or rotate to a new key.");
	if (key->wrapped_by == NULL)
	{
		memcpy(open->bytes, VARDATA(key->private), stored);
		open->length = stored;
		return;
	}
	if (!wrap_is_configured())
		fault_configuration(SETTING,
							psprintf("it is empty, and a key is encrypted with the master key \"%s\"",
									 key->wrapped_by),
							BRING_BACK);
	switch (open_sealed(key, open))
	{
		case KEYWRAP_OK:
			return;
		case KEYWRAP_OTHER_KEY:
			why = psprintf("the file has no master key \"%s\"", key->wrapped_by);
			break;
		case KEYWRAP_FORGED:
			why = psprintf("the file's master key \"%s\" does not open what was encrypted under this id",
						   key->wrapped_by);
			break;
		default:
			why = "a stored key is damaged";
	}
	fault_configuration(SETTING, why, BRING_BACK);
}

bool
wrap_is_lost(const StoredKey *key)
{
	OpenKey    *open;
	KeywrapStatus status;

	if (key->wrapped_by == NULL || VARSIZE(key->private) - VARHDRSZ > sizeof(open->bytes))
		return false;
	if (!wrap_is_configured())
		return true;
	open = wrap_new();
	status = open_sealed(key, open);
	wrap_wipe(open);
	return status == KEYWRAP_OTHER_KEY || status == KEYWRAP_FORGED;
}

bool
wrap_is_current(const StoredKey *key)
{
	MasterKeys *masters = read_masters();
	bool		current = key->wrapped_by != NULL &&
		strcmp(key->wrapped_by, masters->file.keys[0].id) == 0;

	wipe_masters(masters);
	return current;
}

void
wrap_check(void)
{
	if (wrap_is_configured())
		wipe_masters(read_masters());
}
