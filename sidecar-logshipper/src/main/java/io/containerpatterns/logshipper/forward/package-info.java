/**
 * Events for Fluentd, Fluent Bit and whoever else speaks the forward protocol (Fluentd, "Forward
 * Protocol Specification v1"), each parcel a chunk that the peer acknowledges.
 *
 * <pre>
 *   Event --ForwardOutput.encode--> [EventTime, {…}]           item
 *   Parcel --ForwardOutput.send--> [tag, bin(items), {size, chunk, compressed}] --> peer
 *   Verdict.Taken &lt;-- Acknowledgements &lt;-- {"ack": chunk}  &lt;--------------------'
 * </pre>
 *
 * In reading order: {@link io.containerpatterns.logshipper.forward.ForwardOutput}, {@code Msgpack},
 * {@code JsonToMsgpack}, {@code Chunk}, {@code Acknowledgements}, {@code Handshake}, {@code
 * Answers}.
 *
 * <p>Not guaranteed: that the peer has it on disk; what an acknowledgement is worth is the peer's
 * setting (in Fluentd, that the chunk is in the buffer of its output).
 */
@NullMarked
package io.containerpatterns.logshipper.forward;

import org.jspecify.annotations.NullMarked;
