/*
 * review.c
 *		Reading the audit log.
 *
 * Rights of the server are on functions, not on arguments: who helps one user
 * and who audits all call the same function, and here they differ.
 */
#include "compat.h"

#include "flow/review.h"

#include "flow/fault.h"
#include "flow/match.h"
#include "store/audit_logs.h"
#include "store/catalog.h"

#define ROWS_MAX 10000

void
review_audit(int64 user_id, const char *pattern, TimestampTz since, int max_rows,
			 Tuplestorestate *into, TupleDesc descriptor)
{
	AuditSearch search = {0};

	if (user_id <= 0 && !catalog_caller_is_auditor())
		fault_forbidden("Without a user_id only an auditor may ask.");
	if (max_rows < 1 || max_rows > ROWS_MAX)
		fault_validation("max_rows_invalid", "Give a number of rows from 1 to 10000.");
	if (pattern != NULL && !match_is_pattern(pattern))
		fault_validation("pattern_invalid", MATCH_ALLOWED);

	search.one_user = user_id != 0;
	search.user_id = user_id;
	search.since = since;
	search.max_rows = max_rows;
	if (pattern != NULL)
	{
		char	   *event = pstrdup(pattern);
		char	   *star = strchr(event, '*');

		search.event = event;
		search.begins = star != NULL;
		if (star != NULL)
			*star = '\0';
	}
	audit_logs_search(&search, into, descriptor);
}
