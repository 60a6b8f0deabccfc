package io.containerpatterns.logshipper.syslog;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.logshipper.encode.Rfc3339;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Letter;
import io.containerpatterns.logshipper.wire.Link;
import io.containerpatterns.logshipper.wire.Peer;
import java.util.function.Consumer;

/**
 * Sends events as messages of syslog over one connection. The text of an event is the message as it
 * is, line ends and bytes that are no UTF-8 included: what lies between two messages is told by
 * counting (RFC 6587, 3.4.1), so nothing in a message can be taken for the end of it.
 *
 * <p><b>What taken means.</b> Syslog has no acknowledgement. Here a parcel is taken when the kernel
 * of the peer has acknowledged all of its bytes and the connection still stands in both directions,
 * as far as ours can know ({@link Delivery}). A connection that ends before leaves everything that
 * is not acknowledged to be sent again. A receiver that dies, or a node that does, with bytes in
 * its kernel that it has not read, loses them: nobody can tell from here. Where the kernel cannot
 * be asked (a transport other than epoll), taken means written to our own kernel, which is less.
 *
 * <p>Receivers have limits of their own, and cut or misread what is longer: the longest event must
 * be below them (rsyslog: {@code maxMessageSize}, 8 KiB unless set; syslog-ng: {@code
 * log-msg-size()}, 64 KiB unless set).
 */
public final class SyslogOutput implements Output {
  /** The port of RFC 6587 and of most receivers. */
  public static final int PORT = 514;

  /** The port of syslog over TLS (RFC 5425, 4.1). */
  public static final int TLS_PORT = 6514;

  private static final int FACILITY = 8;
  private static final int NANOS_OF_MICRO = 1_000;

  private final int facility;
  private final byte[] names;
  private final StructuredData data;
  private final Rfc3339 times = new Rfc3339();
  private final Sink head = new Sink(512); // output's thread only
  private final Link link;

  /** Not connected yet; the first parcel does that. */
  public SyslogOutput(
      Peer peer, SyslogHeader header, EventLoops loops, Network network, Ticker ticker) {
    facility = header.facility();
    names = header.names();
    data = new StructuredData(header.dataId());
    link = new Link(peer, loops, network, ticker, Delivery::new);
  }

  @Override
  public void encode(Event event, Sink to) {
    head.cutTo(0);
    head.put('<');
    head.putDecimal((long) FACILITY * facility + event.severity().syslog());
    head.put('>');
    head.put('1');
    head.put(' ');
    // The standard has no more than six digits (RFC 5424, 6).
    times.write(event.seconds(), event.nanos() / NANOS_OF_MICRO * NANOS_OF_MICRO, head);
    head.put(names);
    data.write(event, head);
    head.put(' ');
    to.putDecimal((long) head.length() + event.end() - event.start());
    to.put(' ');
    to.put(head.array(), 0, head.length());
    to.put(event.bytes(), event.start(), event.end());
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    link.send(new Letter("", verdict).add(parcel));
  }

  @Override
  public void close() {
    link.close();
  }
}
