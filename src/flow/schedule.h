/*
 * schedule.h
 *		Pruning by pg_cron.
 */
#ifndef ENCLAVE_FLOW_SCHEDULE_H
#define ENCLAVE_FLOW_SCHEDULE_H

#include "compat.h"

/*
 * Have enclave.prune() called by a schedule of cron's, in the place of any that
 * was given before.  NC013, with the remedy, where pg_cron cannot do it in this
 * database; NC008 without a schedule.  Result: the job's id.
 */
extern int64 schedule_prune(const char *schedule);

/* End that; false if there was no such job.  NC013 as above. */
extern bool schedule_end(void);

/*
 * What keeps pg_cron from working for this database, and what to do about it,
 * in newly allocated strings; false if nothing does.
 */
extern bool schedule_obstacle(const char **setting, const char **why, const char **remedy);

#endif							/* ENCLAVE_FLOW_SCHEDULE_H */
