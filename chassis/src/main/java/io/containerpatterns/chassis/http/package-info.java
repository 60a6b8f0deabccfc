/**
 * HTTP/1.1 as all our images speak it: small, bounded, refused clearly. Requests are answered one
 * at a time per connection and in order; whatever a peer may send or leave unread has a limit.
 *
 * <pre>
 *   socket -> GatedDecoder -> Connection -> Admission -> Routes -> Guard -> HttpHandler
 *               (bytes wait)      |          (limits, Host,  (404,            |
 *                                 |           Origin)         405)            v
 *   socket <- ReplyWriter <-------'--- Pending <- Exchange <- Reply | HttpStream (BodyStream, FileSender)
 *
 *   HttpClient -> PendingCall -> [Connections] -> Dial -> ClientConnection -> socket
 *                 (WholeAnswer,   (those kept)     |       (AnswerDecoder)
 *                  StreamedAnswer)                 '- Preparation (names, TLS files, handshakes)
 *
 *   Network: Traffic of every listener and upstream, Heartbeat of every loop
 * </pre>
 *
 * Read what handlers use first: {@code HttpHandler}, {@code Exchange}, {@code HttpStream}, {@code
 * Request} with {@code JsonMembers} and {@code Json}, {@code Reply}, {@code Refusal} with {@code
 * ProblemDocument}, {@code Route}, {@code Routes}, {@code Guard}. Then what serves them: {@code
 * HttpServer} with {@code HttpLimits} and {@code Hosts}, {@code Connection} (the picture of its
 * states), {@code GatedDecoder}, {@code Admission}, {@code Target}, {@code Pending}, {@code
 * BodyStream}, {@code FileSender}, {@code Outbox}, {@code ReplyWriter}, {@code DateHeader}, {@code
 * Stall}, {@code Lingering}, {@code Refusals}. Then {@code EventLoops}, {@code Network} with {@code
 * Traffic} and {@code Heartbeat}. Then what calls others: {@code HttpClient} with {@code
 * PoolLimits}, {@code AnswerReceiver} and {@code AnswerLines}, {@code Origin}, {@code PendingCall}
 * with {@code WholeAnswer} and {@code StreamedAnswer}, {@code Connections}, {@code Dial}, {@code
 * Preparation}, {@code ClientConnection}, {@code AnswerDecoder}, {@code CountingHandler}.
 *
 * <p>Not offered: TLS on the side of the server, HTTP/2, compression, multipart bodies, trailers,
 * upgrades. A client that half-closes gets the answer it waits for, unless a handler watches for
 * its end ({@link Exchange#onDisconnect}) or streams to it: then half a close counts as a whole
 * one, because a client that vanished looks just the same.
 */
@NullMarked
package io.containerpatterns.chassis.http;

import org.jspecify.annotations.NullMarked;
