/*
 * query.c
 *		Running SQL: prepared once, as the owner, with a pinned search path and
 *		the newest snapshot.
 *
 * The path is pinned for every run and not only when preparing: the plan
 * cache analyzes a statement anew, under the path of the moment, whenever the
 * path has changed (plancache.c, RevalidateCachedQuery).
 *
 * The newest snapshot is handed to SPI_execute_snapshot as ri_triggers.c
 * does, so that a REPEATABLE READ transaction sees a revocation that was
 * committed after it began.  Writing with it is safe: a row that somebody
 * else changed since makes the executor raise 40001 there, as anywhere.
 */
#include "compat.h"

#include "store/query.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "store/catalog.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

/* So many lines are worth reading. */
#define LINES_MAX 20

/*
 * What a caller may have set, and must not reach our statements.  A plan with
 * values in it would show them, to the client too, under debug_print_plan.
 */
static const char *const pinned[][2] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"plan_cache_mode", "force_generic_plan"},
	{"debug_print_parse", "off"},
	{"debug_print_rewritten", "off"},
	{"debug_print_plan", "off"},
};

static void
pin(const char *setting, const char *value)
{
	(void) set_config_option(setting, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

void
query_begin(QueryScope *scope)
{
	Oid			owner = catalog_owner();

	scope->hidden = false;
	scope->caller = CurrentMemoryContext;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	GetUserIdAndSecContext(&scope->user, &scope->security);
	SetUserIdAndSecContext(owner, scope->security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);

	scope->guc_level = NewGUCNestLevel();
	for (int i = 0; i < (int) lengthof(pinned); i++)
		pin(pinned[i][0], pinned[i][1]);
}

void
query_hide(QueryScope *scope)
{
	scope->hidden = true;
	scope->buffer_usage = pgBufferUsage;
	pin("track_counts", "off");
}

void
query_by_index(QueryScope *scope)
{
	Assert(scope->guc_level > 0);
	pin("enable_indexscan", "on");
	pin("enable_tidscan", "on");
	pin("enable_seqscan", "off");
	pin("enable_bitmapscan", "off");
	pin("enable_sort", "off");
	/* what is switched off costs so much that the server would compile, for each batch */
	pin("jit", "off");
}

void
query_commit(void)
{
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed");
	SPI_commit();
	SPI_start_transaction();
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
}

void
query_end(QueryScope *scope)
{
	if (scope->hidden)
		pgBufferUsage = scope->buffer_usage;
	AtEOXact_GUC(true, scope->guc_level);
	SetUserIdAndSecContext(scope->user, scope->security);
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	MemoryContextSwitchTo(scope->caller);
}

static void
prepare(SqlQuery *query)
{
	SPIPlanPtr	plan = SPI_prepare(query->text, query->nargs, query->types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	query->plan = plan;
}

static uint64
run(SqlQuery *query, Datum *values, const char *nulls, Snapshot snapshot, bool read_only)
{
	int			result;

	if (query->plan == NULL)
		prepare(query);

	result = SPI_execute_snapshot(query->plan, values, nulls, snapshot, InvalidSnapshot,
								  read_only, true, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_snapshot failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

uint64
query_run(SqlQuery *query, Datum *values, const char *nulls, QueryMode mode)
{
	return run(query, values, nulls, GetLatestSnapshot(), mode == QUERY_READ);
}

/* As pl_exec.c does for a block with an EXCEPTION clause. */
bool
query_run_if_unique(SqlQuery *query, Datum *values, const char *nulls, uint64 *count)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool unique = true;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		*count = query_run(query, values, nulls, QUERY_WRITE);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		if (geterrcode() != ERRCODE_UNIQUE_VIOLATION)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		unique = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return unique;
}

int
query_run_after(QueryScope *scope, SqlQuery *query, TimestampTz at, int64 id, int max)
{
	Datum		values[3];

	query_by_index(scope);
	values[0] = TimestampTzGetDatum(at);
	values[1] = Int64GetDatum(id);
	values[2] = Int64GetDatum((int64) max);
	return (int) query_run(query, values, NULL, QUERY_READ);
}

uint64
query_run_as_of_transaction(SqlQuery *query, Datum *values)
{
	return run(query, values, NULL, GetTransactionSnapshot(), true);
}

void
query_run_utility(const char *text)
{
	int			result;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	result = SPI_execute(text, false, 0);
	if (result != SPI_OK_UTILITY)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
}

Datum
query_digest(const TokenDigest *digest)
{
	bytea	   *value;

	if (digest == NULL)
		return (Datum) 0;
	value = palloc(VARHDRSZ + sizeof(TokenDigest));
	SET_VARSIZE(value, VARHDRSZ + sizeof(TokenDigest));
	memcpy(VARDATA(value), digest, sizeof(TokenDigest));
	return PointerGetDatum(value);
}

Datum
query_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

char *
query_text(uint64 row, int column, MemoryContext context)
{
	bool		isnull;
	Datum		value = query_value(row, column, &isnull);
	MemoryContext old;
	char	   *copy;

	if (isnull)
		return NULL;
	old = MemoryContextSwitchTo(context);
	copy = TextDatumGetCString(value);
	MemoryContextSwitchTo(old);
	return copy;
}

Datum
query_varlena(uint64 row, int column, MemoryContext context)
{
	bool		isnull;
	Datum		value = query_value(row, column, &isnull);
	MemoryContext old;

	if (isnull)
		return (Datum) 0;
	old = MemoryContextSwitchTo(context);
	value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	MemoryContextSwitchTo(old);
	return value;
}

void
query_read_digest(uint64 row, int column, TokenDigest *digest)
{
	bool		isnull;
	struct varlena *value = PG_DETOAST_DATUM_PACKED(query_value(row, column, &isnull));

	if (isnull || VARSIZE_ANY_EXHDR(value) != sizeof(*digest))
		elog(ERROR, "a stored digest has another length");
	memcpy(digest, VARDATA_ANY(value), sizeof(*digest));
}

void
query_append(uint64 row, Tuplestorestate *into, TupleDesc descriptor)
{
	Datum		values[QUERY_COLUMNS_MAX];
	bool		nulls[QUERY_COLUMNS_MAX];

	Assert(descriptor->natts <= QUERY_COLUMNS_MAX);
	for (int i = 0; i < descriptor->natts; i++)
		values[i] = query_value(row, i + 1, &nulls[i]);
	tuplestore_putvalues(into, descriptor, values, nulls);
}

int64
query_run_alone(SqlQuery *query, Datum value)
{
	QueryScope	scope;
	int64		count;

	query_begin(&scope);
	count = (int64) query_run(query, &value, NULL, QUERY_WRITE);
	query_end(&scope);
	return count;
}

char *
query_read_text(SqlQuery *query, Datum value)
{
	QueryScope	scope;
	char	   *text;

	query_begin(&scope);
	if (query_run(query, &value, NULL, QUERY_READ) != 1)
		elog(ERROR, "a query for one text returned something else");
	text = query_text(0, 1, scope.caller);
	query_end(&scope);
	return text;
}

char *
query_lines(SqlQuery *query)
{
	StringInfoData lines;
	QueryScope	scope;
	uint64		count;

	initStringInfo(&lines);
	query_begin(&scope);
	count = query_run(query, NULL, NULL, QUERY_READ);
	for (uint64 i = 0; i < count && i < LINES_MAX; i++)
		appendStringInfo(&lines, "%s%s", i == 0 ? "" : "; ",
						 query_text(i, 1, CurrentMemoryContext));
	if (count > LINES_MAX)
		appendStringInfo(&lines, "; and %d more", (int) (count - LINES_MAX));
	query_end(&scope);
	return count == 0 ? NULL : lines.data;
}
