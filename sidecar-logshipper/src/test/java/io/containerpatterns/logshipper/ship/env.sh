lst () 
{ 
    cd /tmp/ls && $JJ/javac -d classes -cp "$TCP" $(find /work/wt/logshipper/sidecar-logshipper/src -name '*.java') && $JJ/java $JOPT -Djava.util.logging.config.file=/tmp/ls/log.properties -cp "run:classes:$TCP" Run "$@" 2>&1 | grep -v "^\s*org.junit\|^\s*java" | tail -${LINES_:-60}
}
