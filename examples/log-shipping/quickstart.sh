#!/usr/bin/env bash
# An application that rotates and crashes, a store that goes away, a shipper that is killed, as plain processes.
# Run by ./quickstart, which builds first.
set -euo pipefail
cd "$(dirname "$0")"

jar=../../sidecar-logshipper/target/sidecar-logshipper.jar
java="${JAVA_HOME:?is to name a JDK 25}/bin/java"
store_port=${STORE_PORT:-8099}
management_port=${MANAGEMENT_PORT:-9471}
work=$(mktemp -d)
app="" store="" shipper=""

say()  { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '   \033[36m$ %s\033[0m\n' "$*"; }
fail() {
  printf 'quickstart: %s\n' "$*" >&2
  tail -n 20 "$work/shipper.log" >&2
  exit 1
}

cleanup() {
  if [[ -n $app ]]; then kill -KILL -- "-$app" 2>/dev/null || true; fi
  for pid in $store $shipper; do kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

start_app() {
  # A process group of its own; whoever supervises it starts it again after a crash.
  set -m
  (
    while ! LOGS="$work/logs" ./app.sh; do
      echo "crashed" >>"$work/crashes"
      sleep 0.5
    done
  ) &
  app=$!
  disown
  set +m
}

start_store() {
  "$java" -XX:+UseSerialGC -Xmx64m Store.java "$store_port" "$work/arrived.ndjson" >>"$work/store.log" 2>&1 &
  store=$!
  disown
}

start_shipper() {
  env LOGSHIPPER_PATHS="$work/logs/*.log" LOGSHIPPER_SHIP_TO="http://127.0.0.1:$store_port/logs" \
    LOGSHIPPER_STATE_DIR="$work/state" LOGSHIPPER_RETRY_MAX=2s MANAGEMENT_LISTEN="127.0.0.1:$management_port" \
    "$java" -XX:+UseSerialGC -Xmx32m -jar "$jar" >>"$work/shipper.log" 2>&1 &
  shipper=$!
}

await() { # await SECONDS WHAT COMMAND...
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < until)) || fail "not within the time: $what"
    sleep 0.1
  done
}

has_arrived() { [[ -s $work/arrived.ndjson ]]; }
has_crashed() { [[ -s $work/crashes ]]; }
grown_to() { (($(wc -l <"$work/arrived.ndjson") > $1)); }
is_ready() { curl -fs -m 2 -o /dev/null "http://127.0.0.1:$management_port/readyz"; }
lag() { curl -fs -m 2 "http://127.0.0.1:$management_port/metrics" | sed -n 's/^logshipper_lag_bytes{.*} \([0-9]*\).*/\1/p'; }
lines() { wc -l <"$work/arrived.ndjson"; }

mkdir -p "$work/logs" "$work/state"

say "1. An application, a store, and the shipper between them: two variables"
show "LOGSHIPPER_PATHS=/logs/*.log LOGSHIPPER_SHIP_TO=http://127.0.0.1:$store_port/logs java -jar sidecar-logshipper.jar"
start_app
start_store
start_shipper
await 90 "the first lines arrive" has_arrived
head -n 1 "$work/arrived.ndjson" | sed 's/^/   /'
await 90 "more lines arrive" grown_to 600
show "curl -s 127.0.0.1:$management_port/status"
status=$(curl -fs "http://127.0.0.1:$management_port/status")
printf '   %s\n' "${status:0:400}"

say "2. The store goes away. The application writes on, rotates and crashes; its files are the buffer"
show "kill -9 $store"
kill -KILL "$store"
sleep 6
before=$(lines)
say "   the store has $before lines; the shipper holds back: $(lag) bytes are not acknowledged"

say "3. The shipper dies as well, while it owes the store all that"
show "kill -9 $shipper"
kill -KILL "$shipper"
wait "$shipper" 2>/dev/null || true
await 120 "the application rotates twice and crashes" has_crashed
say "   the application has crashed in the middle of a line, and was started again: $(cd "$work/logs" && echo app.log*)"

say "4. Both come back; the shipper dies once more in the middle of catching up, and comes back"
start_shipper
sleep 2
start_store
await 90 "the store has more lines than before" grown_to "$before"
show "kill -9 $shipper"
kill -KILL "$shipper"
wait "$shipper" 2>/dev/null || true
start_shipper
await 90 "the shipper is ready" is_ready
await 90 "the store has more lines than before" grown_to $((before + 900))

say "5. The application ends, the shipper is told to end: it ships what is left, half a line too"
{ kill -TERM -- "-$app" && wait "$app"; } 2>/dev/null || true
app=""
show "kill -TERM $shipper"
kill -TERM "$shipper"
code=0
wait "$shipper" || code=$?
shipper=""
say "   the shipper ended with $code"
((code == 0)) || fail "the shipper ended with $code (expected: 0)"

say "Every order that the application wrote, and what the store has of it:"
./count.sh "$work/logs" "$work/arrived.ndjson" | tee "$work/count" | sed 's/^/   /' || fail "something is missing"

say "Next: read sidecar-logshipper/README.md, or try it yourself:"
echo "   mkdir -p /tmp/state"
echo "   LOGSHIPPER_PATHS=/var/log/*.log LOGSHIPPER_SHIP_TO=stdout: LOGSHIPPER_STATE_DIR=/tmp/state \\"
echo "     $JAVA_HOME/bin/java -jar sidecar-logshipper/target/sidecar-logshipper.jar"
