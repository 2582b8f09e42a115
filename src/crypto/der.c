/*
 * der.c
 *		The little of DER that keys and ECDSA signatures need.
 */
#include "crypto/der.h"

#include <string.h>

void
der_begin(DerWriter *writer, uint8_t *buffer, size_t size)
{
	writer->start = buffer;
	writer->at = buffer + size;
	writer->length = 0;
	writer->full = false;
}

void
der_put(DerWriter *writer, const void *bytes, size_t length)
{
	if (writer->full || (size_t) (writer->at - writer->start) < length)
	{
		writer->full = true;
		return;
	}
	writer->at -= length;
	writer->length += length;
	if (length > 0)
		memcpy(writer->at, bytes, length);
}

void
der_put_header(DerWriter *writer, uint8_t tag, size_t length)
{
	uint8_t		header[4] = {tag};
	size_t		used;

	if (length < 0x80)
	{
		header[1] = (uint8_t) length;
		used = 2;
	}
	else if (length < 0x100)
	{
		header[1] = 0x81;
		header[2] = (uint8_t) length;
		used = 3;
	}
	else
	{
		header[1] = 0x82;
		header[2] = (uint8_t) (length >> 8);
		header[3] = (uint8_t) length;
		used = 4;
	}
	if (length > 0xFFFF)
		writer->full = true;
	der_put(writer, header, used);
}

void
der_put_integer(DerWriter *writer, DerBytes number)
{
	static const uint8_t zero = 0;
	size_t		length;

	while (number.length > 0 && *number.at == 0)
	{
		number.at++;
		number.length--;
	}
	length = number.length;
	der_put(writer, number.at, number.length);

	/* a one in the highest bit would be a sign */
	if (length == 0 || *number.at >= 0x80)
	{
		der_put(writer, &zero, 1);
		length++;
	}
	der_put_header(writer, DER_INTEGER, length);
}

bool
der_take(DerBytes *rest, uint8_t tag, DerBytes *content)
{
	const uint8_t *at = rest->at;
	size_t		left = rest->length;
	size_t		length;

	if (left < 2 || at[0] != tag)
		return false;
	length = at[1];
	at += 2;
	left -= 2;
	if (length == 0x81 && left >= 1 && at[0] >= 0x80)
	{
		length = at[0];
		at += 1;
		left -= 1;
	}
	else if (length == 0x82 && left >= 2 && at[0] > 0)
	{
		length = (size_t) at[0] << 8 | at[1];
		at += 2;
		left -= 2;
	}
	else if (length >= 0x80)
		return false;
	if (left < length)
		return false;
	content->at = at;
	content->length = length;
	rest->at = at + length;
	rest->length = left - length;
	return true;
}

bool
der_take_integer(DerBytes *rest, DerBytes *number)
{
	DerBytes	before = *rest;

	if (!der_take(rest, DER_INTEGER, number))
		return false;
	if (number->length == 0 || *number->at >= 0x80 ||
		(number->length > 1 && number->at[0] == 0 && number->at[1] < 0x80))
	{
		*rest = before;
		return false;
	}
	if (*number->at == 0)
	{
		number->at++;
		number->length--;
	}
	return true;
}
