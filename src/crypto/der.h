/*
 * der.h
 *		The little of DER (ITU-T X.690) that keys and ECDSA signatures need.
 *
 * OpenSSL 1.1.1 and 3 have different ways to make a key from its numbers and
 * only one in common: its DER.
 */
#ifndef ENCLAVE_CRYPTO_DER_H
#define ENCLAVE_CRYPTO_DER_H

#include "types.h"

#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_SEQUENCE 0x30

/* Bytes somewhere; borrowed. */
typedef struct DerBytes
{
	const uint8_t *at;
	size_t		length;
} DerBytes;

/*
 * Writes from the end of a buffer to its front, so that a length is known when
 * it has to be written.  What was written lies at `at`, of `length` bytes.
 * Once something did not fit, `full` is set and nothing more is written.
 */
typedef struct DerWriter
{
	uint8_t    *start;
	uint8_t    *at;
	size_t		length;
	bool		full;
} DerWriter;

/* Begin with an empty buffer of `size` bytes, the caller's to wipe. */
extern void der_begin(DerWriter *writer, uint8_t *buffer, size_t size);

/* Put bytes, as they are, in front of what was written. */
extern void der_put(DerWriter *writer, const void *bytes, size_t length);

/* Put a tag and length in front of the newest `length` bytes. */
extern void der_put_header(DerWriter *writer, uint8_t tag, size_t length);

/* Put a non-negative INTEGER, big-endian, leading zeros allowed. */
extern void der_put_integer(DerWriter *writer, DerBytes number);

/*
 * Take an element of this tag from the front of *rest.  Definite lengths in
 * their shortest form only.  False, and nothing taken, for anything else.
 */
extern bool der_take(DerBytes *rest, uint8_t tag, DerBytes *content);

/* Take a non-negative INTEGER, without its leading zero; 0 has no bytes. */
extern bool der_take_integer(DerBytes *rest, DerBytes *number);

#endif							/* ENCLAVE_CRYPTO_DER_H */
