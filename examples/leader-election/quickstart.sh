#!/usr/bin/env bash
# Three replicas of app.sh, each with an elector beside it, as plain processes on 127.0.0.1, 127.0.0.2 and 127.0.0.3.
# Run by ./quickstart, which builds first.
set -euo pipefail
cd "$(dirname "$0")"

jar=../../leader-elector/target/leader-elector.jar
lease=3
work=$(mktemp -d)
declare -A elector=() app=()

say()  { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '   \033[36m$ %s\033[0m\n' "$*"; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

cleanup() {
  local pid
  for pid in "${app[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
  for pid in "${elector[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

start_elector() {
  env ELECTOR_STORE=file ELECTOR_FILE_DIR="$work/leases" ELECTOR_ID="replica-$1" ELECTOR_LEASE=${lease}s \
    ELECTOR_LISTEN="127.0.0.$1:4040" MANAGEMENT_LISTEN="127.0.0.$1:9474" \
    "${JAVA_HOME:?is to name a JDK 25}/bin/java" -XX:+UseSerialGC -Xmx32m -jar "$jar" >"$work/elector-$1.log" 2>&1 &
  elector[$1]=$!
  disown
}

start_app() {
  # A process group of its own, so that it can be frozen whole.
  set -m
  env ELECTOR="http://127.0.0.$1:4040" LEDGER="$work" NAME="replica-$1" ./app.sh >"$work/app-$1.log" 2>&1 &
  app[$1]=$!
  disown
  set +m
}

leader() { # leader [SKIP]: the replica, other than SKIP, that says itself that it leads
  local n
  for n in 1 2 3; do
    [[ $n == "${1:-}" ]] && continue
    if curl -fs -m 1 -o /dev/null "http://127.0.0.$n:4040/leading"; then echo "$n"; return; fi
  done
  return 1
}

await_leader() { # await_leader [SKIP]: the same, as soon as there is one
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    leader "${1:-}" && return
    sleep 0.05
  done
  cat "$work"/elector-*.log >&2
  fail "nobody leads after 15 s; the logs of the electors are above"
}

token() { curl -fs "http://127.0.0.$1:4040/leading"; }
now() { date +%s%N; }
since() { echo $((($(now) - $1) / 1000000)); }

mkdir -p "$work/leases"

say "1. Three replicas of a little application, an elector beside each"
show "ELECTOR_STORE=file ELECTOR_FILE_DIR=… ELECTOR_LISTEN=127.0.0.1:4040 java -jar leader-elector.jar"
for n in 1 2 3; do start_elector "$n"; done
for n in 1 2 3; do start_app "$n"; done
first=$(await_leader)
for n in 1 2 3; do
  show "curl -s 127.0.0.$n:4040/status"
  printf '   %s\n' "$(curl -s "http://127.0.0.$n:4040/status")"
done
first_token=$(token "$first")
say "   replica-$first leads with token $first_token; the others follow. Only the leader's application works:"
sleep 2.5
sed 's/^/   /' "$work/lines"

say "2. The leader's elector and application die: kill -9"
show "kill -9 ${elector[$first]}"
t=$(now)
kill -KILL "${elector[$first]}"
kill -KILL -- "-${app[$first]}" 2>/dev/null || true
second=$(await_leader "$first")
second_token=$(token "$second")
say "   after $(since "$t") ms (the lease is ${lease}s) replica-$second leads with token $second_token, higher than $first_token"
((second_token > first_token)) || fail "token $second_token is not higher than $first_token"
unset "elector[$first]" "app[$first]"
start_elector "$first"
start_app "$first"

say "3. A graceful hand-over"
show "curl -s -X POST 127.0.0.$second:4040/resign"
t=$(now)
printf '   %s\n' "$(curl -s -X POST "http://127.0.0.$second:4040/resign")"
third=$(await_leader "$second")
third_token=$(token "$third")
say "   after $(since "$t") ms replica-$third leads with token $third_token: nobody had to wait for a lease to run out"

say "4. The leader's whole machine freezes for longer than its lease, in the middle of its work"
sleep 1.5
show "kill -STOP ${elector[$third]}; kill -STOP -- -${app[$third]}"
t=$(now)
kill -STOP "${elector[$third]}"
kill -STOP -- "-${app[$third]}"
fourth=$(await_leader "$third")
fourth_token=$(token "$fourth")
say "   after $(since "$t") ms replica-$fourth leads with token $fourth_token, and its application works"
sleep 2.5
say "   Now replica-$third wakes up. Its elector answers \"no\" at once; its application still holds token $third_token:"
show "kill -CONT ${elector[$third]}; kill -CONT -- -${app[$third]}"
kill -CONT "${elector[$third]}"
curl -s -o /dev/null -w "   curl 127.0.0.$third:4040/leading -> %{http_code}\n" "http://127.0.0.$third:4040/leading"
kill -CONT -- "-${app[$third]}"
for ((i = 0; i < 100; i++)); do [[ -s $work/refused ]] && break; sleep 0.05; done
[[ -s $work/refused ]] || fail "the stale write was not refused"
sed 's/^/   /' "$work/refused"

say "The ledger: tokens only grow, every line was written by the leader of its time"
sed 's/^/   /' "$work/lines"
sort -c -n -k2 "$work/lines" || fail "a token went backwards"

say "Next: read leader-elector/README.md, or try it yourself:"
echo "   ELECTOR_STORE=file ELECTOR_FILE_DIR=/tmp/leases $JAVA_HOME/bin/java -jar leader-elector/target/leader-elector.jar"
echo "   curl localhost:4040/status"
