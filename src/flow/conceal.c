/*
 * conceal.c
 *		A message without its secrets, for the log.
 *
 * A message is concealed whole or not at all: a bound value stands in DETAIL,
 * while the call that it is bound to stands in the message or, for a tree of
 * nodes or an error, only in the statement.  That the statement is not printed
 * with this message does not matter: what the message shows comes from it.
 *
 * All this runs within the reporting of a message, perhaps in a critical
 * section, without a transaction or in the postmaster: no catalog, no lock, no
 * error, and memory only if there is some.
 */
#include "compat.h"

#include "flow/conceal.h"

#include "flow/redact.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/palloc.h"

#define TEXTS 6

/* The texts that the server writes to a log; the others name objects. */
static void
list_texts(ErrorData *edata, char **texts[TEXTS])
{
	texts[0] = &edata->message;
	texts[1] = &edata->detail;
	texts[2] = &edata->detail_log;
	texts[3] = &edata->hint;
	texts[4] = &edata->context;
	texts[5] = &edata->internalquery;
}

static bool
text_is_due(RedactField field, const char *text)
{
	return text != NULL && redact_is_due(field, text, strlen(text));
}

bool
conceal_is_due(const ErrorData *edata)
{
	return text_is_due(REDACT_REPORT, edata->message) ||
		text_is_due(REDACT_REPORT, edata->detail) ||
		text_is_due(REDACT_REPORT, edata->detail_log) ||
		text_is_due(REDACT_REPORT, edata->hint) ||
		text_is_due(REDACT_REPORT, edata->context) ||
		text_is_due(REDACT_QUERY, edata->internalquery) ||
		text_is_due(REDACT_QUERY, debug_query_string);
}

/* NULL if there is no memory. */
static char *
redacted_copy(RedactField field, const char *text)
{
	size_t		length = strlen(text);
	size_t		size = redact_text(field, text, length, NULL, 0);
	char	   *copy;

	if (size >= MaxAllocHugeSize)
		return NULL;
	copy = palloc_extended(size + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
	if (copy != NULL)
	{
		(void) redact_text(field, text, length, copy, size);
		copy[size] = '\0';
	}
	return copy;
}

void
conceal_texts(ErrorData *edata)
{
	char	  **texts[TEXTS];

	list_texts(edata, texts);
	for (int i = 0; i < TEXTS; i++)
	{
		bool		is_query = texts[i] == &edata->internalquery;

		if (*texts[i] != NULL)
			*texts[i] = redacted_copy(is_query ? REDACT_QUERY : REDACT_REPORT, *texts[i]);
	}
	edata->hide_stmt = true;
}

void
conceal_free(const ErrorData *edata)
{
	ErrorData	copy = *edata;
	char	  **texts[TEXTS];

	list_texts(&copy, texts);
	for (int i = 0; i < TEXTS; i++)
		if (*texts[i] != NULL)
			pfree(*texts[i]);
}
