/**
 * A connection to a store that is not spoken to by HTTP: made when there is something to send, kept
 * as long as it stands, and told about once for each letter.
 *
 * <pre>
 *   output --Letter--> Link --(no connection)--> Dial: names, TLS, connect
 *                       |                              |
 *                       '--> Session (one connection) &lt;-'
 *                              |  pieces of the letter, as the socket takes them
 *                              v
 *                           Conversation: what the protocol says before, and what is proof
 * </pre>
 *
 * In reading order: {@link io.containerpatterns.logshipper.wire.Peer}, {@link
 * io.containerpatterns.logshipper.wire.Letter}, {@link io.containerpatterns.logshipper.wire.Link},
 * {@link io.containerpatterns.logshipper.wire.Session}, {@link
 * io.containerpatterns.logshipper.wire.Conversation}, {@code Dial}.
 */
@NullMarked
package io.containerpatterns.logshipper.wire;

import org.jspecify.annotations.NullMarked;
