# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # sourced by src/tools/bench, which calls measure
#
# What does a policy cost?  The one that protect() writes over a million rows,
# beside the same condition in a query without a policy, a policy over a
# constant, and policies over a setting, as they are often written: read for
# each row, and once in a sub-select.  The user owns half of the rows, and all of
# them scan the table: an index would spare the setting its row-by-row reading.
#
# A setting can be SET by whoever runs SQL; it stands here for its speed alone.

cases=(literal protect no_policy setting setting_once)

sql <<-'EOS'
	CREATE ROLE web LOGIN;
	GRANT USAGE ON SCHEMA bench TO web;
	SELECT enclave.grant_access('web', 'anon');
	CREATE TABLE bench.client AS
	    SELECT u.id, t.token FROM enclave.create_user('bob@example.com') u, enclave.create_token(u.id, 'bench') t;
	GRANT SELECT ON bench.client TO web;
EOS
user=$(sql -c 'SELECT id FROM bench.client')
for table in "${cases[@]}"; do
	sql <<-EOS
		CREATE TABLE bench.$table AS
		    SELECT i AS id, CASE i % 2 WHEN 0 THEN $user ELSE 1000000 END::bigint AS owner, 'note ' || i AS text
		    FROM generate_series(1, 1000000) i;
		CREATE INDEX ON bench.$table (owner);
		GRANT SELECT ON bench.$table TO web;
	EOS
done
sql <<-EOS
	SELECT enclave.protect('bench.protect', 'owner');
	CREATE POLICY own ON bench.literal USING (owner = $user);
	CREATE POLICY own ON bench.setting USING (owner = current_setting('app.user_id')::bigint);
	CREATE POLICY own ON bench.setting_once USING (owner = (SELECT current_setting('app.user_id')::bigint));
	ALTER TABLE bench.literal ENABLE ROW LEVEL SECURITY;
	ALTER TABLE bench.setting ENABLE ROW LEVEL SECURITY;
	ALTER TABLE bench.setting_once ENABLE ROW LEVEL SECURITY;
EOS
sql -c 'VACUUM ANALYZE'

query() {
	echo "SELECT count(*), sum(length(text)) FROM bench.$1$([[ $1 != no_policy ]] || echo " WHERE owner = $user");"
}

# as_user WORKERS: the beginning of the user's transaction
as_user() {
	cat <<-EOS
		\\timing off
		SET SESSION AUTHORIZATION web;
		SET max_parallel_workers_per_gather = $1;
		SET enable_bitmapscan = off;
		SET enable_indexscan = off;
		SET app.user_id = $user;
		BEGIN;
		SELECT enclave.authenticate(token) FROM bench.client \\g /dev/null
	EOS
}

# The time of the query alone, seven times in one transaction.
measure() {
	{
		as_user "$workers"
		printf '%s\n' '\timing on'
		for _ in {1..7}; do query "$1"; done
	} >"$folder/policy.sql"
	timed "$folder/policy.sql"
}

for workers in 0 2; do
	compare "Half of 10^6 rows through a policy, $workers parallel workers allowed" literal ms \
		'protect at most 1.05, and parallel where the literal is' "${cases[@]}"
done

{
	printf '\nWorkers that came, where two were allowed:'
	for table in "${cases[@]}"; do
		came=$({ as_user 2 && echo "EXPLAIN (ANALYZE) $(query "$table")"; } | sql -f - |
			sed -n 's/.*Workers Launched: //p')
		printf ' %s %s' "${table//_/ }" "${came:-0}"
		[[ $table == "${cases[-1]}" ]] && echo . || printf ,
	done
} >&3
