package io.containerpatterns.chassis.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few named threads that serve many sockets, on epoll where its native part is at hand, on NIO
 * otherwise. Whoever makes them closes them, after the servers and clients that use them.
 */
public final class EventLoops implements AutoCloseable {
  private static final long QUIET_MILLIS = 0;
  private static final long CLOSE_MILLIS = 2000;

  private final String name;
  private final int threads;
  private final Network network;
  private final EventLoopGroup group;
  private final boolean epoll;

  private EventLoops(
      String name, int threads, Network network, EventLoopGroup group, boolean epoll) {
    this.name = name;
    this.threads = threads;
    this.network = network;
    this.group = group;
    this.epoll = epoll;
  }

  /**
   * Starts {@code threads} loops, named {@code <name>-1} and so on, each watched for standing
   * still.
   */
  public static EventLoops start(String name, int threads, Network network) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    var started = new AtomicInteger();
    ThreadFactory named =
        task -> {
          // Netty keeps its buffers of a thread in a faster place on a thread of this kind.
          var thread = new FastThreadLocalThread(task, name + "-" + started.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    var group = new MultiThreadIoEventLoopGroup(threads, named, io);
    int number = 1;
    for (EventExecutor loop : group) {
      network.watch(name + "-" + number++, loop);
    }
    return new EventLoops(name, threads, network, group, epoll);
  }

  /** The transport in use, for the log: {@code epoll} or {@code nio}. */
  public String transport() {
    return epoll ? "epoll" : "nio";
  }

  /** For those who build their own pipelines. */
  public EventLoopGroup group() {
    return group;
  }

  /** The kind of listening socket that belongs to these loops. */
  public Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The kind of connecting socket that belongs to these loops. */
  public Class<? extends Channel> clientChannel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Ends the threads; sockets that are still open are cut. */
  @Override
  public void close() {
    for (int number = 1; number <= threads; number++) {
      network.unwatch(name + "-" + number);
    }
    group
        .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS + 1000, TimeUnit.MILLISECONDS);
  }
}
