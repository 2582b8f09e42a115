/*
 * prune.c
 *		Removing what has expired, each table by its index on time.
 *
 * Only rows that no login, refresh or verification looks for are removed, so
 * nobody waits for it.
 */
#include "compat.h"

#include "flow/prune.h"

#include "flow/fault.h"
#include "flow/quota.h"
#include "settings.h"
#include "store/access_token_uses.h"
#include "store/access_tokens.h"
#include "store/audit_logs.h"
#include "store/known_networks.h"
#include "store/login_attempts.h"
#include "store/mail_queue.h"
#include "store/one_time_tokens.h"
#include "store/quota_uses.h"
#include "store/users.h"
#include "store/session_marks.h"
#include "utils/timestamp.h"

/* A network counts as known for 30 days; the second month is for people who look. */
#define NETWORK_KEPT_SECONDS (INT64CONST(60) * 24 * 3600)

/* What no mailer took in a month tells nobody anything new. */
#define MAIL_KEPT_SECONDS (INT64CONST(30) * 24 * 3600)

static TimestampTz
seconds_ago(TimestampTz now, int64 seconds)
{
	return now - seconds * USECS_PER_SEC;
}

void
prune_everything(PruneResult result[PRUNE_TABLES])
{
	TimestampTz now = GetCurrentTimestamp();
	int64		attempts = (int64) settings_login_attempts_retention + settings_lockout_duration;

	fault_if_read_only("enclave.prune_now()");
	result[0].table = "access_tokens";
	result[0].removed = access_tokens_prune(now);
	result[1].table = "access_token_uses";
	result[1].removed = access_token_uses_prune();
	result[2].table = "audit_logs";
	result[2].removed = settings_audit_retention == 0 ? 0 :
		audit_logs_prune(seconds_ago(now, settings_audit_retention));
	result[3].table = "email_change_tokens";
	result[3].removed = one_time_tokens_prune(ONE_TIME_EMAIL_CHANGE, now);
	result[4].table = "email_verification_tokens";
	result[4].removed = one_time_tokens_prune(ONE_TIME_EMAIL_VERIFICATION, now);
	result[5].table = "known_networks";
	result[5].removed = known_networks_prune(seconds_ago(now, NETWORK_KEPT_SECONDS));
	result[6].table = "login_attempts";
	result[6].removed = settings_login_attempts_retention == 0 ? 0 :
		login_attempts_prune(seconds_ago(now, attempts));
	result[7].table = "magic_link_tokens";
	result[7].removed = one_time_tokens_prune(ONE_TIME_MAGIC_LINK, now);
	result[8].table = "mail_queue";
	result[8].removed = mail_queue_prune(now, seconds_ago(now, MAIL_KEPT_SECONDS));
	result[9].table = "password_reset_tokens";
	result[9].removed = one_time_tokens_prune(ONE_TIME_PASSWORD_RESET, now);
	result[10].table = "quota_uses";
	result[10].removed = quota_uses_prune(seconds_ago(now, QUOTA_SECONDS));
	result[11].table = "users";
	result[11].removed = settings_unverified_account_retention == 0 ? 0 :
		users_prune_unverified(seconds_ago(now, settings_unverified_account_retention));
	result[12].table = "sessions";
	result[12].removed = session_marks_prune_sessions(now);
	result[13].table = "session_marks";
	result[13].removed = session_marks_prune(now);
}
