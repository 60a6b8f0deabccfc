package io.containerpatterns.chassis.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;

/** Notices a client that takes nothing of what we hold for it. Owned by one event loop. */
final class Stall {
  private final long nanosMax;
  private long mark;
  private long movedAt;

  Stall(Duration max, long now) {
    this.nanosMax = max.toNanos();
    this.movedAt = now;
  }

  /** Whether nothing was taken for too long; a buffer that is taken bit by bit counts as taken. */
  boolean at(long now, Channel channel) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    long held = out == null ? 0 : out.totalPendingWriteBytes();
    long next = out == null ? 0 : held * 31 + out.currentProgress();
    if (held == 0 || next != mark) {
      mark = next;
      movedAt = now;
    }
    return now - movedAt > nanosMax;
  }
}
