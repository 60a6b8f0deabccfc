/**
 * Grafana Loki and what speaks its push protocol ({@code POST /loki/api/v1/push}).
 *
 * <pre>
 *   Event -> Stamp -----> entry, in protobuf or JSON -> streams of entries -> snappy | gzip -> Loki
 *   Origin -> StreamLabels ----------------------------'                                        |
 *                                             Verdict <- PushAnswer <---------------------------'
 * </pre>
 *
 * A stream is what Loki keeps together and finds by its labels. Ours are the labels of the file and
 * {@code filename}, which is what its own agents set; both are few. What differs from event to
 * event is structured metadata: {@code level}, of which Loki 3 makes its {@code detected_level},
 * {@code offset}, and the fields. As a label, a level would cut each file into streams whose lines
 * Loki cannot keep in order among each other.
 *
 * <p>Loki drops an entry that has the stream, the nanosecond and the text of another one. {@link
 * io.containerpatterns.logshipper.loki.Stamp} makes use of it: what is sent twice is kept once, and
 * what only looks the same is kept twice.
 */
@NullMarked
package io.containerpatterns.logshipper.loki;

import org.jspecify.annotations.NullMarked;
