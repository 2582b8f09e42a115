/*
 * note.c
 *		The application's own events.
 */
#include "compat.h"

#include "flow/note.h"

#include "flow/fault.h"
#include "flow/match.h"
#include "flow/record.h"
#include "store/users.h"
#include "utils/timestamp.h"

/* So that none can be taken for one of ours. */
#define PREFIX "app."

#define METADATA_BYTES_MAX 4096

int64
note_event(int64 user_id, const char *event, const Client *client, const char *metadata)
{
	UserRow		user;

	fault_if_read_only("enclave.log_event()");
	if (event == NULL || strncmp(event, PREFIX, strlen(PREFIX)) != 0 || !match_is_name(event))
		fault_validation("event_invalid",
						 "Give app. and words of a-z, 0-9 and _ with dots between, 100 characters at most.");
	if (metadata != NULL && strlen(metadata) > METADATA_BYTES_MAX)
		fault_validation("metadata_too_long", "Give 4096 bytes of JSON at most.");
	if (user_id != 0 && !users_find(user_id, &user))
		fault_user_not_found();
	return record_named_event(event, user_id, client, metadata, GetCurrentTimestamp());
}
