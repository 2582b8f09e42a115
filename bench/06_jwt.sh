# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # sourced by src/tools/bench, which calls measure
#
# What does a JWT cost inside the database?  verify_jwt and issue_jwt by each kind
# of key, in a loop of one backend, beside verify_token and beside the JSON that a
# verified token becomes.

loops=20000
sql <<-'EOS'
	CREATE TABLE bench.token (alg text, token text);
	INSERT INTO bench.token
	    SELECT 'opaque', t.token FROM enclave.create_user('ann@example.com') u, enclave.create_token(u.id, 'bench') t;
EOS
user=$(sql -c 'SELECT id FROM enclave.users')
for algorithm in HS256 EdDSA ES256 RS256; do
	sql -c "SELECT enclave.create_signing_key('$algorithm')" >"$folder/out"
	sql -c "INSERT INTO bench.token SELECT '$algorithm', token FROM enclave.issue_jwt($user)"
done

token() {
	sql -c "SELECT token FROM bench.token WHERE alg = '$1'"
}

# The token depends on the row, so that each row makes a call of its own.
measure() {
	local call
	case $1 in
	opaque) call="enclave.token_can(CASE WHEN i > 0 THEN '$(token opaque)' END, 'x')" ;;
	json) call="(CASE WHEN i > 0 THEN '$(sql -c "SELECT enclave.verify_jwt('$(token HS256)')")'::text END)::jsonb" ;;
	*) call="enclave.verify_jwt(CASE WHEN i > 0 THEN '$(token "$1")' END)" ;;
	esac
	echo "SELECT count($call) FROM generate_series(1, $loops) i; SELECT count($call) FROM generate_series(1, $loops) i;" >"$folder/loop.sql"
	timed "$folder/loop.sql" | sed -n 2p | awk -v loops="$loops" '{ print $1 * 1000 / loops }'
}
compare 'A verification inside one backend' opaque 'µs' 'HS256 at most 2 µs, JSON included' \
	opaque json HS256 EdDSA ES256 RS256
