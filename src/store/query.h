/*
 * query.h
 *		The one way in which this extension runs SQL.
 *
 *		static SqlQuery find = {"SELECT ... WHERE id = $1", 1, {INT8OID}};
 *
 *		query_begin(&scope);
 *		if (query_run(&find, values, NULL, QUERY_READ) > 0)
 *			... query_value(0, 1, &isnull) ...
 *		query_end(&scope);
 *
 * Between begin and end the current user is the owner of the extension's
 * tables, the search path is pg_catalog, pg_temp, no plan holds or shows
 * values, and rows are read with the newest snapshot under every isolation
 * level.  An error in between needs no
 * clean-up: the (sub)transaction's abort restores all of it.
 *
 * Results live until query_end; what shall outlive it is copied into
 * scope.caller.
 */
#ifndef ENCLAVE_STORE_QUERY_H
#define ENCLAVE_STORE_QUERY_H

#include "compat.h"

#include "executor/instrument.h"
#include "executor/spi.h"
#include "types.h"
#include "utils/tuplestore.h"

#define QUERY_ARGS_MAX 10
#define QUERY_COLUMNS_MAX 16

typedef struct SqlQuery
{
	const char *text;			/* one statement, every name qualified */
	int			nargs;
	Oid			types[QUERY_ARGS_MAX];
	SPIPlanPtr	plan;			/* prepared at the first run, kept for the backend's life */
} SqlQuery;

typedef struct QueryScope
{
	MemoryContext caller;		/* the memory context at query_begin */
	Oid			user;
	int			security;
	int			guc_level;
	bool		hidden;
	BufferUsage buffer_usage;	/* at query_hide */
} QueryScope;

typedef enum QueryMode
{
	QUERY_READ,					/* a SELECT that changes nothing: fit for a standby */
	QUERY_WRITE
} QueryMode;

extern void query_begin(QueryScope *scope);
extern void query_end(QueryScope *scope);

/*
 * Keep what is read until query_end out of the statistics views and EXPLAIN's
 * buffer counts, where a caller could see whether a row was found.  For reads
 * only: autovacuum has to hear of writes.
 */
extern void query_hide(QueryScope *scope);

/*
 * Have statements of this scope planned to walk an index in its order, whatever
 * the statistics say: for work that is done piece by piece.
 */
extern void query_by_index(QueryScope *scope);

/*
 * Commit what has been done and go on in a new transaction.  Outside of any
 * scope, in a procedure that was called outside of a transaction block.
 */
extern void query_commit(void);

/*
 * Run a statement; nulls is NULL when no value is.  Result: how many rows it
 * returned or touched.  Any SPI failure is an error.
 */
extern uint64 query_run(SqlQuery *query, Datum *values, const char *nulls, QueryMode mode);

/*
 * Run a SELECT of rows in the order of a time and an id, piece by piece: $1 and
 * $2 are those of the last row that was read, $3 how many at the most.  Such
 * queries are planned as query_by_index says.  Result: how many rows.
 */
extern int	query_run_after(QueryScope *scope, SqlQuery *query, TimestampTz at, int64 id, int max);

/*
 * The same, in a subtransaction of its own, for a statement that a unique index
 * may refuse: false if it did, and nothing of the statement stays.
 */
extern bool query_run_if_unique(SqlQuery *query, Datum *values, const char *nulls, uint64 *count);

/*
 * The same for a SELECT, with the transaction's own snapshot: what an old
 * REPEATABLE READ transaction sees.
 */
extern uint64 query_run_as_of_transaction(SqlQuery *query, Datum *values);

/*
 * Run utility statements whose text was made by quoting.  Between begin and
 * end they run as the owner; outside, as the caller of the SQL function, with
 * the rights that he has himself.
 */
extern void query_run_utility(const char *text);

/* A digest as an argument: a bytea, newly allocated; 0 for NULL. */
extern Datum query_digest(const TokenDigest *digest);

/* A column (from 1) of a result row (from 0) of the last query_run. */
extern Datum query_value(uint64 row, int column, bool *isnull);

/* The same for a type passed by reference, copied into a context; NULL stays NULL. */
extern char *query_text(uint64 row, int column, MemoryContext context);

/* The same for any varlena type: detoasted; 0 for NULL. */
extern Datum query_varlena(uint64 row, int column, MemoryContext context);

/* A bytea of a digest's length, which is not NULL. */
extern void query_read_digest(uint64 row, int column, TokenDigest *digest);

/*
 * begin, run a SELECT without arguments whose rows are one text each, end: the
 * texts in one, newly allocated, with "; " between them, the first twenty; NULL
 * where there is no row.
 */
extern char *query_lines(SqlQuery *query);

/* Append a result row to a tuplestore of the same columns. */
extern void query_append(uint64 row, Tuplestorestate *into, TupleDesc descriptor);

/* begin, run one writing statement of one value, end: how many rows. */
extern int64 query_run_alone(SqlQuery *query, Datum value);

/*
 * begin, run a SELECT of one value that returns one text, end: the text, in the
 * current memory context.
 */
extern char *query_read_text(SqlQuery *query, Datum value);

#endif							/* ENCLAVE_STORE_QUERY_H */
