package io.containerpatterns.logshipper.wire;

import io.containerpatterns.logshipper.output.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from the first letter for it to its end. Owned by the event loop.
 *
 * <pre>
 *   DIALLING -> GREETING -> READY -> OVER
 *       '-----------'--------'-------^   every letter that is not answered: again
 * </pre>
 *
 * A letter goes to the socket by pieces as it takes them, so that whatever lies between us and the
 * kernel is small, however large the letters are.
 */
public final class Session {
  /** A chunk of Netty's allocator in our images is twice as large. */
  private static final int PIECE_MAX = 32 << 10;

  private final Link link;
  private final Dial dial;
  private final ArrayDeque<Letter> waiting = new ArrayDeque<>();
  private final Map<Letter, Long> unanswered = new LinkedHashMap<>(); // with when each came
  private Counting counting;
  private @Nullable Channel channel;
  private @Nullable Conversation conversation;
  private @Nullable Letter writing;
  private boolean ready;
  private boolean pumping;
  private boolean over;

  Session(Link link) {
    this.link = link;
    this.counting = new Counting(link.traffic);
    this.dial = new Dial(link, this);
  }

  void dial() {
    dial.begin();
  }

  boolean isOver() {
    return over;
  }

  /** One more letter; its time begins. */
  void take(Letter letter) {
    if (unanswered.isEmpty()) {
      watch(link.peer.limit().toNanos());
    }
    unanswered.put(letter, link.ticker.nanos());
    waiting.add(letter);
    pump();
  }

  /** The first handlers of a new pipeline; TLS comes between them and {@link #last}. */
  Counting first() {
    counting = new Counting(link.traffic);
    return counting;
  }

  /** The last handler of a new pipeline. */
  ChannelInboundHandlerAdapter last() {
    return new Receiver();
  }

  /** Connected. */
  void connected(Channel to, Conversation with) {
    channel = to;
    conversation = with;
    with.begin(this);
  }

  /** The protocol is ready for letters. */
  public void ready() {
    ready = true;
    pump();
  }

  /** Sends bytes of the protocol itself; not after {@link #ready}. */
  public void say(byte[] bytes) {
    channel().writeAndFlush(Unpooled.wrappedBuffer(bytes));
  }

  /** The peer said something whole. */
  public void heard() {
    link.traffic.messageIn();
  }

  /** The peer has it for good, or whatever else became of it. */
  public void answer(Letter letter, Verdict verdict) {
    Long began = unanswered.remove(letter);
    if (began != null) {
      link.traffic.latency(link.ticker.nanos() - began);
      letter.answer(verdict);
    }
  }

  /** It cannot go on: everything that is not answered is to be sent again. */
  public void fail(String why) {
    end(new Verdict.Again(Optional.empty(), why + " (" + link.peer + ")"));
  }

  /** It will never go on like this, says the peer or a file: somebody must change a setting. */
  public void deny(String why) {
    end(new Verdict.Denied(why + " (" + link.peer + ")"));
  }

  /** The channel, for what only its kind can tell; only after {@link Conversation#begin}. */
  public Channel channel() {
    return Objects.requireNonNull(channel, "connected");
  }

  /** The thread of this session. */
  public EventLoop loop() {
    return link.loop;
  }

  /** How many bytes were given to the channel so far, TLS included. */
  public long bytesPassed() {
    return counting.passed();
  }

  /** How many of them the kernel has taken: so many at least. */
  public long bytesTaken() {
    return counting.taken();
  }

  /** Ends it because we want to: with the farewell of TLS. */
  void leave() {
    Channel open = channel;
    if (!over && open != null && ready && unanswered.isEmpty()) {
      over = true;
      open.close();
      return;
    }
    fail("the output is closed");
  }

  /** The oldest letter is the first whose time is over, because all have the same limit. */
  private void watch(long nanos) {
    var unused = link.loop.schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
  }

  private void expire() {
    if (over || unanswered.isEmpty()) {
      return;
    }
    long oldest = unanswered.values().iterator().next();
    long left = link.peer.limit().toNanos() - (link.ticker.nanos() - oldest);
    if (left > 0) {
      watch(left);
      return;
    }
    String what = channel == null ? dial.place() : ready ? "acknowledgement" : "handshake";
    fail(what + ": none within " + seconds());
  }

  private String seconds() {
    return link.peer.limit().toMillis() / 1000.0 + " s";
  }

  private void end(Verdict verdict) {
    if (over) {
      return;
    }
    over = true;
    link.traffic.error();
    dial.giveUp();
    List<Letter> lost = List.copyOf(unanswered.keySet());
    unanswered.clear();
    waiting.clear();
    Channel open = channel;
    if (open != null) {
      // From the first handler on, past TLS: a farewell would wait behind bytes that nobody reads.
      var first = open.pipeline().firstContext();
      if (first != null) {
        first.close();
      }
    }
    lost.forEach(letter -> letter.answer(verdict));
  }

  private void pump() {
    Channel to = channel;
    if (pumping || !ready || over || to == null) {
      return;
    }
    pumping = true;
    try {
      while (to.isWritable() && fill(to)) {
        to.flush();
      }
      to.flush();
    } finally {
      pumping = false;
    }
  }

  /** Gives the channel pieces until it has enough; false when there are no more. */
  private boolean fill(Channel to) {
    while (to.isWritable()) {
      Letter letter = writing == null ? waiting.poll() : writing;
      if (letter == null || over) {
        return false;
      }
      ByteBuf piece = letter.next(PIECE_MAX);
      writing = piece == null ? null : letter;
      if (piece != null) {
        to.write(piece).addListener(done -> written(letter, done.isSuccess()));
      }
    }
    return true;
  }

  private void written(Letter letter, boolean succeeded) {
    letter.released();
    Conversation with = conversation;
    if (succeeded && !over && with != null && letter.isSent() && unanswered.containsKey(letter)) {
      link.traffic.messageOut();
      with.sent(letter, this);
    }
  }

  /** What comes from one channel. */
  private final class Receiver extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        if (!over && conversation != null && message instanceof ByteBuf bytes) {
          conversation.received(bytes, Session.this);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      pump();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      // While it is dialled, the dial says what happened, which is more.
      if (ctx.channel().equals(channel)) {
        fail("the connection was closed by the peer");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (ctx.channel().equals(channel)) {
        fail("the connection broke: " + Dial.sentence(cause));
      }
    }
  }
}
