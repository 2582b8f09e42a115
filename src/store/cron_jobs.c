/*
 * cron_jobs.c
 *		SQL over pg_cron's functions and its table cron.job.
 *
 * A job is named, and belongs to a role: pg_cron gives a second one of that
 * name and role the place of the first.  An older pg_cron takes a name where a
 * newer one takes text, so the job's name is a literal that can be either.
 */
#include "compat.h"

#include "store/cron_jobs.h"

#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "store/query.h"
#include "utils/builtins.h"

#define JOB "'enclave.prune'"

bool
cron_jobs_present(void)
{
	return OidIsValid(get_extension_oid("pg_cron", true));
}

int64
cron_jobs_schedule(const char *schedule)
{
	static SqlQuery query = {
		"SELECT cron.schedule(" JOB ", $1, 'CALL enclave.prune()')",
		1, {TEXTOID}, NULL
	};
	/* One that was switched off is switched on; only then is a right to do so asked for. */
	static SqlQuery is_off = {
		"SELECT FROM cron.job WHERE jobid = $1 AND NOT active", 1, {INT8OID}, NULL
	};
	static SqlQuery activate = {
		"UPDATE cron.job SET active = true WHERE jobid = $1", 1, {INT8OID}, NULL
	};
	Datum		value = CStringGetTextDatum(schedule);
	QueryScope	scope;
	bool		isnull;
	int64		id;

	query_begin(&scope);
	query_run(&query, &value, NULL, QUERY_WRITE);
	id = DatumGetInt64(query_value(0, 1, &isnull));
	value = Int64GetDatum(id);
	if (query_run(&is_off, &value, NULL, QUERY_WRITE) > 0)
		query_run(&activate, &value, NULL, QUERY_WRITE);
	query_end(&scope);
	return id;
}

bool
cron_jobs_unschedule(void)
{
	static SqlQuery query = {
		"SELECT cron.unschedule(jobid) FROM cron.job"
		" WHERE jobname = " JOB " AND username = current_user",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	bool		was_there;

	query_begin(&scope);
	was_there = query_run(&query, NULL, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return was_there;
}

char *
cron_jobs_trouble(void)
{
	static SqlQuery query = {
		"SELECT CASE WHEN j.jobid IS NULL THEN 'pg_cron has no job for prune()'"
		"  WHEN NOT j.active THEN 'the job is not active'"
		"  ELSE pg_catalog.concat('the job failed: ', d.return_message) END"
		" FROM (SELECT) one LEFT JOIN cron.job j ON j.jobname = " JOB " AND j.username = current_user"
		" LEFT JOIN LATERAL (SELECT r.status, r.return_message FROM cron.job_run_details r"
		"  WHERE r.jobid = j.jobid AND r.status IN ('succeeded', 'failed') ORDER BY r.runid DESC LIMIT 1) d ON true"
		" WHERE j.jobid IS NULL OR NOT j.active OR d.status = 'failed'",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
