/*
 * keywrap.c
 *		Secrets at rest, encrypted and authenticated with AES-256-GCM.
 */
#include "crypto/keywrap.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/backend.h"
#include "crypto/wipe.h"

#define VERSION 1
#define DATA_MAX 65536

/* A context that knows its key, nonce and all associated data, or NULL. */
static EVP_CIPHER_CTX *
begin(const KeywrapKey *key, bool sealing, const uint8_t *nonce, const void *head,
	  size_t head_length, const void *data, size_t data_length)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = backend_cipher();
	int			made;

	/* the head has its own length in it: the two cannot run into each other */
	if (context != NULL && cipher != NULL &&
		EVP_CipherInit_ex(context, cipher, NULL, key->bytes, nonce, sealing) == 1 &&
		EVP_CipherUpdate(context, NULL, &made, head, (int) head_length) == 1 &&
		(data_length == 0 ||
		 EVP_CipherUpdate(context, NULL, &made, data, (int) data_length) == 1))
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

/* Version, length and id. */
static size_t
put_head(const KeywrapKey *key, uint8_t *out)
{
	size_t		id_length = strlen(key->id);

	out[0] = VERSION;
	out[1] = (uint8_t) id_length;
	memcpy(out + 2, key->id, id_length);
	return 2 + id_length;
}

KeywrapStatus
keywrap_seal(const KeywrapKey *key, const void *data, size_t data_length, const void *secret,
			 size_t secret_length, RandomSource random, uint8_t *out, size_t *sealed_length)
{
	EVP_CIPHER_CTX *context = NULL;
	size_t		head;
	uint8_t    *nonce;
	uint8_t    *text;
	int			made = 0;
	int			last = 0;
	bool		good;

	*sealed_length = 0;
	if (key->id[0] == '\0' || secret_length > KEYWRAP_SECRET_MAX || data_length > DATA_MAX)
		return KEYWRAP_FAILED;
	head = put_head(key, out);
	nonce = out + head;
	text = nonce + KEYWRAP_NONCE_LENGTH;
	if (random(nonce, KEYWRAP_NONCE_LENGTH))
		context = begin(key, true, nonce, out, head, data, data_length);
	good = context != NULL &&
		(secret_length == 0 ||
		 EVP_CipherUpdate(context, text, &made, secret, (int) secret_length) == 1) &&
		EVP_CipherFinal_ex(context, text + made, &last) == 1 &&
		(size_t) made + (size_t) last == secret_length &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, KEYWRAP_TAG_LENGTH,
							text + secret_length) == 1;
	EVP_CIPHER_CTX_free(context);
	if (!good)
	{
		ERR_clear_error();
		wipe_memory(out, head + KEYWRAP_NONCE_LENGTH + secret_length + KEYWRAP_TAG_LENGTH);
		return KEYWRAP_FAILED;
	}
	*sealed_length = head + KEYWRAP_NONCE_LENGTH + secret_length + KEYWRAP_TAG_LENGTH;
	return KEYWRAP_OK;
}

bool
keywrap_id(const uint8_t *sealed, size_t length, char *id)
{
	id[0] = '\0';
	if (length < 2 || sealed[0] != VERSION || sealed[1] == 0 || sealed[1] > KEYWRAP_ID_MAX ||
		length < (size_t) 2 + sealed[1] + KEYWRAP_NONCE_LENGTH + KEYWRAP_TAG_LENGTH ||
		memchr(sealed + 2, '\0', sealed[1]) != NULL)
		return false;
	memcpy(id, sealed + 2, sealed[1]);
	id[sealed[1]] = '\0';
	return true;
}

KeywrapStatus
keywrap_open(const KeywrapKey *key, const void *data, size_t data_length, const uint8_t *sealed,
			 size_t length, uint8_t *out, size_t *secret_length)
{
	char		id[KEYWRAP_ID_MAX + 1];
	uint8_t		tag[KEYWRAP_TAG_LENGTH];
	EVP_CIPHER_CTX *context;
	const uint8_t *nonce;
	size_t		text_length;
	int			made = 0;
	int			last = 0;
	bool		good;

	*secret_length = 0;
	if (!keywrap_id(sealed, length, id) || data_length > DATA_MAX)
		return KEYWRAP_MALFORMED;
	nonce = sealed + 2 + strlen(id);
	text_length = length - 2 - strlen(id) - KEYWRAP_NONCE_LENGTH - KEYWRAP_TAG_LENGTH;
	if (text_length > KEYWRAP_SECRET_MAX)
		return KEYWRAP_MALFORMED;
	if (strcmp(id, key->id) != 0)
		return KEYWRAP_OTHER_KEY;

	context = begin(key, false, nonce, sealed, 2 + strlen(id), data, data_length);
	if (context == NULL)
	{
		ERR_clear_error();
		return KEYWRAP_FAILED;
	}
	memcpy(tag, sealed + length - KEYWRAP_TAG_LENGTH, sizeof(tag));
	good = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, KEYWRAP_TAG_LENGTH, tag) == 1 &&
		(text_length == 0 ||
		 EVP_CipherUpdate(context, out, &made, nonce + KEYWRAP_NONCE_LENGTH,
						  (int) text_length) == 1) &&
		EVP_CipherFinal_ex(context, out + made, &last) == 1 &&
		(size_t) made + (size_t) last == text_length;
	EVP_CIPHER_CTX_free(context);
	if (!good)
	{
		ERR_clear_error();
		wipe_memory(out, text_length);
		return KEYWRAP_FORGED;
	}
	*secret_length = text_length;
	return KEYWRAP_OK;
}
