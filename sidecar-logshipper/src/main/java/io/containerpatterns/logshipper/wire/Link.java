package io.containerpatterns.logshipper.wire;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.logshipper.output.Verdict;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * At most one connection to a peer, made when there is a letter and none stands. A connection that
 * ends is not made again before the next letter: when that comes is for whoever sends it to say.
 *
 * <p>What may block (names, files of TLS, secrets) is done by threads of its own that end when
 * nothing is to be done; real ones, because the resolver of the JDK would hold the carrier of a
 * virtual one for as long as a name server is silent.
 */
public final class Link implements AutoCloseable {
  private static final int THREADS_MAX = 2;
  private static final int WAITING_MAX = 16;
  private static final long IDLE_SECONDS = 5;

  final Peer peer;
  final EventLoops loops;
  final EventLoop loop;
  final Traffic traffic;
  final Ticker ticker;
  final Supplier<Conversation> conversations;
  final ThreadPoolExecutor threads;
  private @Nullable Session session; // event loop only
  private boolean closed; // event loop only

  /**
   * Without a connection yet.
   *
   * @param conversations called for each connection, where it may block; what it throws as {@link
   *     io.containerpatterns.chassis.settings.InvalidSettings} is a fault of the configuration
   */
  public Link(
      Peer peer,
      EventLoops loops,
      Network network,
      Ticker ticker,
      Supplier<Conversation> conversations) {
    this.peer = peer;
    this.loops = loops;
    this.loop = loops.group().next();
    this.traffic = network.upstream(peer.name());
    this.ticker = ticker;
    this.conversations = conversations;
    threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("dial-" + peer.name() + "-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Sends it behind those before it; its verdict comes within the limit. Any thread. */
  public void send(Letter letter) {
    try {
      loop.execute(() -> take(letter));
    } catch (RejectedExecutionException ended) {
      letter.answer(new Verdict.Again(Optional.empty(), "the event loops have ended"));
    }
  }

  private void take(Letter letter) {
    if (closed) {
      letter.answer(new Verdict.Again(Optional.empty(), "the output is closed"));
      return;
    }
    Session open = session;
    if (open == null || open.isOver()) {
      open = new Session(this);
      session = open;
      open.dial();
    }
    open.take(letter);
  }

  /** Says farewell to the peer; letters under way are to be sent again. Any thread. */
  @Override
  public void close() {
    try {
      loop.execute(() -> {
        closed = true;
        if (session != null) {
          session.leave();
        }
      });
    } catch (RejectedExecutionException ended) {
      // Whoever ended the event loops has cut the connection.
    }
    threads.shutdown();
  }
}
