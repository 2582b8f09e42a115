/*
 * cron_jobs.h
 *		The job that pg_cron has for us.
 *
 * All of it is done as the extension's owner, who is therefore the job's.
 * Where pg_cron is not in this database, none of these may be called.
 */
#ifndef ENCLAVE_STORE_CRON_JOBS_H
#define ENCLAVE_STORE_CRON_JOBS_H

#include "compat.h"

/* Whether the extension pg_cron is in this database. */
extern bool cron_jobs_present(void);

/*
 * Make the job, or give the one that is there another schedule.  A schedule
 * that pg_cron does not understand is its error.  Result: the job's id.
 */
extern int64 cron_jobs_schedule(const char *schedule);

/* Take the job away; false if there was none. */
extern bool cron_jobs_unschedule(void);

/*
 * What keeps the job from doing its work, as a text: there is none, it is
 * switched off, or it failed the last time.  NULL if nothing does.
 */
extern char *cron_jobs_trouble(void);

#endif							/* ENCLAVE_STORE_CRON_JOBS_H */
