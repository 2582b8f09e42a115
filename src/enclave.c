/*
 * enclave.c
 *		The library's entry point, and its hooks.
 *
 * The library works loaded late, by the first call of one of its functions.
 * What it then has not is what the server gives at its start only: shared
 * memory, and the hook on the log, since a statement is logged before it loads
 * anything.
 */
#include "compat.h"

#include "flow/attempt.h"
#include "flow/conceal.h"
#include "flow/quota.h"
#include "miscadmin.h"
#include "settings.h"
#include "shmem/counters.h"
#include "shmem/ended.h"
#include "shmem/gate.h"
#include "shmem/loads.h"
#include "shmem/queue.h"
#include "shmem/tally.h"
#include "shmem/windows.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"

PG_MODULE_MAGIC;

/* What another library has hooked before us sees what the log sees. */
static emit_log_hook_type next_log_hook;

/* The message whose concealed form is being written, if one is. */
static const ErrorData *concealed;

/*
 * Write a message to the log without its secrets, and leave it to the caller
 * to send it to the client as it is.
 *
 * The server has one ErrorData for both, and no hook between them: it calls
 * emit_log_hook, writes to the log, sends to the client.  A hook may only turn
 * the log off.  So we do, having had the message written before: the
 * message is the topmost of the server's stack, and EmitErrorReport, which is
 * for everybody to call, reports the topmost.  Level, line number, destinations
 * and formats stay the server's business, and the log has the message before the
 * client has, as ever.  Below ERROR the server takes the nesting for trouble
 * and leaves the labels (LOG, DETAIL) untranslated.
 *
 * An error in here (for want of memory) takes the place of the message, as it
 * would without us.  The server has then freed the texts.
 */
static void
write_concealed(ErrorData *edata)
{
	const ErrorData *outer = concealed;
	ErrorData	original = *edata;

	PG_TRY();
	{
		ErrorData	shown;

		conceal_texts(edata);
		shown = *edata;
		edata->output_to_client = false;
		concealed = edata;
		EmitErrorReport();
		conceal_free(&shown);
	}
	PG_FINALLY();
	{
		concealed = outer;
		*edata = original;
		edata->output_to_server = false;
	}
	PG_END_TRY();
}

static void
log_message(ErrorData *edata)
{
	if (settings_redact_log && edata != concealed && conceal_is_due(edata))
	{
		if (concealed == NULL)
		{
			write_concealed(edata);
			return;
		}

		/*
		 * Another library's hook reports something while the log is written.
		 * Not once more round: what is left of the server's stack of five
		 * messages is for errors.  The client has to do with this.
		 */
		conceal_texts(edata);
	}
	if (next_log_hook != NULL)
		next_log_hook(edata);
}

/* What other libraries have hooked before us comes first. */
static void (*next_request_hook) (void);
static shmem_startup_hook_type next_startup_hook;

static void
request_shared_memory(void)
{
	if (next_request_hook != NULL)
		next_request_hook();
	gate_shmem_request();
	queue_shmem_request();
	ended_shmem_request();
	tally_shmem_request();
	if (!attempt_is_shared())
		return;
	counters_shmem_request(attempt_capacity(), quota_capacity());
	loads_shmem_request();
	windows_shmem_request();
}

/* In the postmaster; and, where the server has no fork, in every process. */
static void
start_shared_memory(void)
{
	if (next_startup_hook != NULL)
		next_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	gate_shmem_init();
	tally_shmem_init();
	queue_shmem_init();
	ended_shmem_init();
	if (attempt_is_shared())
	{
		counters_shmem_init();
		loads_shmem_init();
		windows_shmem_init();
	}
	LWLockRelease(AddinShmemInitLock);
}

void
_PG_init(void)
{
	settings_define();

	if (process_shared_preload_libraries_in_progress)
	{
		next_startup_hook = shmem_startup_hook;
		shmem_startup_hook = start_shared_memory;
		compat_request_shmem(request_shared_memory, &next_request_hook);
		next_log_hook = emit_log_hook;
		emit_log_hook = log_message;
	}
}
