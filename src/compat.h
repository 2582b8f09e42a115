/*
 * compat.h
 *		The server's header, and every difference between its versions.
 *
 * Every C file outside src/crypto includes this first, in place of
 * postgres.h.  Nothing else in the tree may ask for PG_VERSION_NUM.
 */
#ifndef ENCLAVE_COMPAT_H
#define ENCLAVE_COMPAT_H

#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "commands/async.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/snapmgr.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 150000
#include "postmaster/autovacuum.h"
#include "replication/walsender.h"
#endif

#if PG_VERSION_NUM < 130000
#error "Enclave needs PostgreSQL 13 or later"
#endif

/*
 * We compile with -fvisibility=hidden, so that no helper can clash with a
 * symbol of another library in the same backend.  Before 16 the server left
 * PGDLLEXPORT empty on Unix and the entry points would vanish.
 */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

extern PGDLLEXPORT void _PG_init(void);

/* PG_FUNCTION_INFO_V1, and the function itself made visible, as 16 does. */
#define COMPAT_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/* The compilers that come with 18 suspect a variable of its PG_FINALLY, wrongly. */
#if PG_VERSION_NUM >= 180000 && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wclobbered"
#endif

/* 18 made this a prefix, pg_noreturn. */
#if PG_VERSION_NUM >= 180000
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

/* 16 replaced the per-catalog ACL checks by one. */
static inline bool
compat_may_execute(Oid function, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE) == ACLCHECK_OK;
#else
	return pg_proc_aclcheck(function, role, ACL_EXECUTE) == ACLCHECK_OK;
#endif
}

static inline bool
compat_owns_table(Oid table, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, table, role);
#else
	return pg_class_ownercheck(table, role);
#endif
}

/*
 * Keep others from inventing settings under our prefix.  Before 15 the server
 * could only warn about those that exist already.
 */
static inline void
compat_reserve_prefix(const char *prefix)
{
#if PG_VERSION_NUM >= 150000
	MarkGUCPrefixReserved(prefix);
#else
	EmitWarningsOnPlaceholders(prefix);
#endif
}

/*
 * Whether a setting's value came with the connection of an ordinary role.
 * 16 gave its table a look-up; before, it is a sorted list.
 */
static inline bool
compat_is_set_by_client(const char *name)
{
	const struct config_generic *setting = NULL;

#if PG_VERSION_NUM >= 160000
	setting = find_option(name, false, true, ERROR);
#else
	struct config_generic **all = get_guc_variables();

	for (int i = 0; i < GetNumConfigOptions() && setting == NULL; i++)
		if (pg_strcasecmp(all[i]->name, name) == 0)
			setting = all[i];
#endif
	return setting != NULL && setting->reset_source == PGC_S_CLIENT &&
		setting->reset_scontext == PGC_BACKEND;
}

/*
 * Have a function ask for shared memory while the server starts.  15 takes such
 * wishes in a hook only; *next is what was hooked before, for it to call.
 */
static inline void
compat_request_shmem(void (*request) (void), void (**next)(void))
{
#if PG_VERSION_NUM >= 150000
	*next = shmem_request_hook;
	shmem_request_hook = request;
#else
	*next = NULL;
	request();
#endif
}

/*
 * How many processes may run SQL at once, and which of them this one is, from 0 on.
 * Before 15 the first is counted only after libraries were loaded.
 */
static inline int
compat_max_processes(void)
{
#if PG_VERSION_NUM >= 150000
	return MaxBackends;
#else
	return MaxConnections + autovacuum_max_workers + 1 + max_worker_processes + max_wal_senders;
#endif
}

static inline int
compat_process_number(void)
{
#if PG_VERSION_NUM >= 170000
	return MyProcNumber;
#else
	return MyProc->pgprocno;
#endif
}

/* What pg_stat_activity shows of a wait: since 17 under a name of our own. */
static inline uint32
compat_wait_event(const char *name)
{
#if PG_VERSION_NUM >= 170000
	return WaitEventExtensionNew(name);
#else
	(void) name;
	return PG_WAIT_EXTENSION;
#endif
}

/* Before 15 a commit told listeners nothing: the loop of a client's backend did. */
static inline void
compat_send_notifies(void)
{
#if PG_VERSION_NUM < 150000
	ProcessCompletedNotifies();
#endif
}

#endif							/* ENCLAVE_COMPAT_H */
