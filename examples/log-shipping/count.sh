#!/bin/sh
# What became of every order: count.sh LOGS ARRIVED
#
# LOGS is the folder of the application's files, ARRIVED the file of the store. Exit 1 when something is missing.
set -eu
work=$(mktemp -d)
[ -s "$2" ] || { echo "count.sh: $2 is empty or not there" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT

orders() { grep -o "$1" | grep -o 'order [0-9]*-[0-9]*'; }

cat "$1"/app.log* | orders '^[0-9TZ:-]* [A-Z]* order [0-9]*-[0-9]*' | sort >"$work/written"
orders '"message":"[0-9TZ:-]* [A-Z]* order [0-9]*-[0-9]*' <"$2" | sort >"$work/arrived"
sort -u "$work/arrived" >"$work/distinct"
# What is written and not there stands once in these three, all else two or three times.
missing=$(sort "$work/written" "$work/distinct" "$work/distinct" | uniq -u | wc -l)
cat "$1"/app.log* | orders '^[0-9TZ:-]* ERROR order [0-9]*-[0-9]*' | sort -u >"$work/traces"
orders '"message":"[0-9TZ:-]* ERROR order [0-9]*-[0-9]* .*Caused by: .*2 more"' <"$2" | sort -u >"$work/whole"

echo "orders written          $(wc -l <"$work/written")"
echo "missing in the store    $missing"
echo "arrived more than once  $(uniq -d "$work/arrived" | wc -l)"
echo "stack traces written    $(wc -l <"$work/traces")"
echo "arrived whole           $(wc -l <"$work/whole")"
[ "$missing" = 0 ] && cmp -s "$work/traces" "$work/whole"
