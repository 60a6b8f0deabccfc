/**
 * A topic of Kafka, through its own client. Only in the image whose tag ends with {@code -kafka}.
 *
 * <pre>
 *   output's thread       "kafka-..." thread, may block     the client's I/O thread
 *     encode, send  ----->  KafkaOutput --> Session  ----->  brokers
 *                             a record each, by file           |
 *     Verdict  <----  Flight (one parcel)  <--- a call for each record
 * </pre>
 *
 * Read {@code KafkaOpener}, {@code KafkaTarget}, {@code KafkaOutput}, {@code Session}, {@code
 * Flight}, {@code Failure}. A session is one idempotent producer: as long as it lives no record is
 * written twice or ahead of one that was sent before it to the same partition. It ends with the
 * first record that does not arrive, so that nothing overtakes that one; the next parcel begins
 * another. Not guaranteed: that what was under way at such an end, or when we are killed, arrives
 * once only.
 */
@NullMarked
package io.containerpatterns.logshipper.kafka;

import org.jspecify.annotations.NullMarked;
