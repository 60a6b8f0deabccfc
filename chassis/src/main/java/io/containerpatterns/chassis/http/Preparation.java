package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.tls.ClientTls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;

/**
 * What a connection needs before it is made and that may block or compute for long: the addresses
 * of a name, the TLS files as they are now, the arithmetic of a handshake. A few threads that end
 * when nothing is to be done; real ones, because the resolver of the JDK would hold the carrier of
 * a virtual one for as long as a name server is silent. Names that are looked up already are not
 * looked up twice, so one dead name takes one thread.
 */
final class Preparation {
  private static final int THREADS_MAX = 4;
  private static final int WAITING_MAX = 1024;
  private static final long IDLE_SECONDS = 5;

  /** Who knows the addresses of names; may block. */
  interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Names names;
  private final ThreadPoolExecutor threads;
  private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

  Preparation(Names names) {
    this.names = names;
    threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("dial-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** All addresses of a host, in the order in which they should be tried. Any thread. */
  CompletableFuture<List<InetAddress>> addresses(Origin origin) {
    return origin
        .literal()
        .map(literal -> CompletableFuture.completedFuture(List.of(literal)))
        .orElseGet(() -> lookUp(origin.host()));
  }

  /** The engine of one connection. Any thread. */
  CompletableFuture<SSLEngine> engine(ClientTls tls, Origin origin) {
    try {
      return CompletableFuture.supplyAsync(() -> tls.engine(origin.host(), origin.port()), threads);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(full);
    }
  }

  /** Where handshakes may compute. */
  Executor threads() {
    return threads;
  }

  private CompletableFuture<List<InetAddress>> lookUp(String host) {
    var mine = new CompletableFuture<List<InetAddress>>();
    CompletableFuture<List<InetAddress>> others = asked.putIfAbsent(host, mine);
    if (others != null) {
      return others;
    }
    mine.whenComplete((addresses, failure) -> asked.remove(host, mine));
    try {
      CompletableFuture.supplyAsync(() -> known(host), threads)
          .whenComplete((addresses, failure) -> {
            if (failure == null) {
              mine.complete(addresses);
            } else {
              mine.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException full) {
      mine.completeExceptionally(full);
    }
    return mine;
  }

  private List<InetAddress> known(String host) {
    try {
      return List.of(names.addresses(host));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }
}
