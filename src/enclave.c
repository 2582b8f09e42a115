/*
 * enclave.c
 *		The library's entry point, and its hook on the server log.
 *
 * The library works loaded late, by the first call of one of its functions,
 * and does the same then as when it is preloaded, but for two things.  A statement
 * is logged before it loads anything, so the hook on the log is there when
 * preloaded or not at all.  And shared memory is given out while the server starts:
 * without it there is no background worker (shmem/queue.h).
 */
#include "compat.h"

#include "flow/conceal.h"
#include "miscadmin.h"
#include "settings.h"
#include "shmem/ended.h"
#include "shmem/queue.h"
#include "storage/ipc.h"

PG_MODULE_MAGIC;

/* What others have hooked before us comes before us. */
static void (*next_shmem_request) (void);
static shmem_startup_hook_type next_shmem_startup;

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

static void
request_memory(void)
{
	if (next_shmem_request != NULL)
		next_shmem_request();
	queue_shmem_request();
	ended_shmem_request();
}

static void
start_memory(void)
{
	if (next_shmem_startup != NULL)
		next_shmem_startup();
	queue_shmem_init();
	ended_shmem_init();
}

void
_PG_init(void)
{
	settings_define();

	if (process_shared_preload_libraries_in_progress)
	{
		compat_request_shmem(request_memory, &next_shmem_request);
		next_shmem_startup = shmem_startup_hook;
		shmem_startup_hook = start_memory;

		next_log_hook = emit_log_hook;
		emit_log_hook = log_message;
	}
}
