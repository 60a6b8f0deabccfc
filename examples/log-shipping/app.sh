#!/bin/sh
# The application: some 200 orders a second into $LOGS/app.log, a stack trace now and then. It rotates by renaming and
# crashes in the middle of a line. It was not written for a log shipper; whoever starts it again makes it go on.
set -eu
log=${LOGS:-/logs}/app.log

rotate() { # Each file has a number of its own, which is part of every order in it.
  file=1
  while [ -e "$log.$file" ]; do file=$((file + 1)); done
  if [ -e "$log" ]; then
    mv "$log" "$log.$file"
    file=$((file + 1))
  fi
  order=0
}

trap 'exit 0' TERM # A shell that is the first process of a container ignores it otherwise.
rotate
rotations=0
while :; do
  if [ $((order % 20)) = 0 ]; then now=$(date -u +%Y-%m-%dT%H:%M:%SZ); fi
  order=$((order + 1))
  if [ $((order % 50)) = 0 ]; then
    printf '%s ERROR order %s-%s failed\njava.lang.IllegalStateException: no stock\n\tat shop.Stock.take(Stock.java:31)\n\tat shop.Orders.place(Orders.java:88)\nCaused by: java.io.IOException: reset\n\t... 2 more\n' "$now" "$file" "$order" >>"$log"
  else
    echo "$now INFO order $file-$order taken" >>"$log"
  fi
  if [ $((order % 20)) = 0 ]; then sleep 0.1; fi
  if [ "$order" = 600 ]; then
    rotate
    rotations=$((rotations + 1))
  elif [ "$rotations" = 2 ] && [ "$order" = 310 ]; then
    printf '%s INFO order %s-%s is cut in the mid' "$now" "$file" "$((order + 1))" >>"$log"
    exit 137
  fi
done
