package io.containerpatterns.logshipper.syslog;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What the kernel knows about one TCP connection of ours: how much it has not got across, and
 * whether the peer still stands. Linux only. Owned by the event loop.
 *
 * <p>{@code ioctl(SIOCOUTQ)} (tcp(7)) counts what was written and is not acknowledged, whether it
 * was sent or still waits for the peer's window; {@code TCP_INFO} counts segments, and only those
 * that were sent.
 */
final class SendQueue {
  private static final long SIOCOUTQ = 0x5411;
  private static final int ESTABLISHED = 1; // TCP_ESTABLISHED of netinet/tcp.h
  private static final Optional<MethodHandle> IOCTL = ioctl();

  private final EpollSocketChannel channel;
  private final MethodHandle ioctl;
  private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
  private final EpollTcpInfo info = new EpollTcpInfo();

  private SendQueue(EpollSocketChannel channel, MethodHandle ioctl) {
    this.channel = channel;
    this.ioctl = ioctl;
  }

  /** Of this connection; empty where the kernel cannot be asked. */
  static Optional<SendQueue> of(Channel channel) {
    if (IOCTL.isEmpty() || !(channel instanceof EpollSocketChannel socket)) {
      return Optional.empty();
    }
    var queue = new SendQueue(socket, IOCTL.get());
    // A sandbox may refuse the call; then it does so the first time, and it is never relied on.
    return queue.bytes() == Integer.MAX_VALUE ? Optional.empty() : Optional.of(queue);
  }

  /** How many bytes the peer's kernel has not acknowledged; very many when that is not known. */
  int bytes() {
    try {
      int result = (int) ioctl.invokeExact(channel.fd().intValue(), SIOCOUTQ, count);
      return result == 0 ? count.get(ValueLayout.JAVA_INT, 0) : Integer.MAX_VALUE;
    } catch (Throwable e) { // Of a method handle; a call of C throws nothing.
      throw new IllegalStateException("ioctl", e);
    }
  }

  /** Whether neither side has closed, as far as our kernel has heard. */
  boolean isEstablished() {
    channel.tcpInfo(info);
    return info.state() == ESTABLISHED;
  }

  @SuppressWarnings("restricted") // The form of ioctl is the kernel's promise (ioctl(2)).
  private static Optional<MethodHandle> ioctl() {
    Linker linker = Linker.nativeLinker();
    try {
      return linker
          .defaultLookup()
          .find("ioctl")
          .map(address ->
              linker.downcallHandle(
                  address,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_LONG,
                      ValueLayout.ADDRESS),
                  Linker.Option.firstVariadicArg(2)));
    } catch (IllegalCallerException | UnsupportedOperationException forbidden) {
      return Optional.empty();
    }
  }
}
