/*
 * limit.c
 *		Named limits.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/define.h"
#include "flow/throttle.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_define_limit);
COMPAT_FUNCTION(enclave_drop_limit);
COMPAT_FUNCTION(enclave_hit);
COMPAT_FUNCTION(enclave_too_many_attempts);
COMPAT_FUNCTION(enclave_remaining);
COMPAT_FUNCTION(enclave_available_in);
COMPAT_FUNCTION(enclave_clear_limit);

/* A limit's name, or a key: where it lies, of any length. */
static ThrottleText
throttle_text(FunctionCallInfo fcinfo, int n)
{
	ThrottleText result = {NULL, 0};

	if (!PG_ARGISNULL(n))
	{
		text	   *value = PG_GETARG_TEXT_PP(n);

		result.bytes = VARDATA_ANY(value);
		result.length = VARSIZE_ANY_EXHDR(value);
	}
	return result;
}

static void
look(FunctionCallInfo fcinfo, Throttle *state)
{
	ThrottleText name = throttle_text(fcinfo, 0);
	ThrottleText key = throttle_text(fcinfo, 1);

	throttle_look(&name, &key, state);
}

static Datum
interval_of(int64 microseconds)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	return IntervalPGetDatum(interval);
}

static Datum
left_of(const Throttle *state)
{
	return Int32GetDatum((int32) Max(state->max_attempts - state->attempts, 0));
}

Datum
enclave_define_limit(PG_FUNCTION_ARGS)
{
	define_limit(args_text(fcinfo, 0), PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1),
				 PG_ARGISNULL(2) ? NULL : PG_GETARG_INTERVAL_P(2), args_text(fcinfo, 3));
	PG_RETURN_VOID();
}

Datum
enclave_drop_limit(PG_FUNCTION_ARGS)
{
	define_drop(args_text(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_hit(PG_FUNCTION_ARGS)
{
	ThrottleText name = throttle_text(fcinfo, 0);
	ThrottleText key = throttle_text(fcinfo, 1);
	Throttle	state;
	Datum		values[5] = {0};
	bool		nulls[5] = {false};
	bool		allowed;

	throttle_hit(&name, &key, &state);
	allowed = state.attempts <= state.max_attempts;
	values[0] = BoolGetDatum(allowed);
	values[1] = left_of(&state);
	nulls[2] = allowed;
	values[2] = interval_of(state.available_in);
	values[3] = TimestampTzGetDatum(state.reset_at);
	nulls[4] = allowed || state.message == NULL;
	if (!nulls[4])
		values[4] = CStringGetTextDatum(state.message);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_too_many_attempts(PG_FUNCTION_ARGS)
{
	Throttle	state;

	look(fcinfo, &state);
	PG_RETURN_BOOL(state.attempts >= state.max_attempts);
}

Datum
enclave_remaining(PG_FUNCTION_ARGS)
{
	Throttle	state;

	look(fcinfo, &state);
	return left_of(&state);
}

Datum
enclave_available_in(PG_FUNCTION_ARGS)
{
	Throttle	state;

	look(fcinfo, &state);
	return interval_of(state.available_in);
}

Datum
enclave_clear_limit(PG_FUNCTION_ARGS)
{
	ThrottleText name = throttle_text(fcinfo, 0);
	ThrottleText key = throttle_text(fcinfo, 1);

	throttle_clear(&name, &key);
	PG_RETURN_VOID();
}
