package io.containerpatterns.logshipper.syslog;

import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Conversation;
import io.containerpatterns.logshipper.wire.Letter;
import io.containerpatterns.logshipper.wire.Session;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which letters the kernel of the peer has, on one connection of a protocol without
 * acknowledgement.
 *
 * <pre>
 *   0 ............ acknowledged ........ taken by our kernel ........ given to the channel
 *                  |&lt;---- SIOCOUTQ ------&gt;|                            ^ mark of a letter, when
 *                                                                        its last byte was written
 * </pre>
 *
 * A letter is taken once what is acknowledged reaches its mark. Both ends err on the safe side: the
 * mark may lie behind the letter, and what our kernel took is counted by whole buffers. The count
 * is of bytes below TLS. Asked at once, for on a quiet connection the answer is there in less than
 * a millisecond, then less and less often.
 */
final class Delivery implements Conversation {
  private static final long FIRST_MICROS = 250;
  private static final long LAST_MICROS = 32_000;
  private static final int CHATTER_MAX = 64 << 10;

  private final ArrayDeque<Marked> marked = new ArrayDeque<>();
  private @Nullable SendQueue queue;
  private long pauseMicros = FIRST_MICROS;
  private boolean asking;
  private int heard;

  private record Marked(Letter letter, long mark) {}

  @Override
  public void begin(Session session) {
    queue = SendQueue.of(session.channel()).orElse(null);
    session.ready();
  }

  @Override
  public void received(ByteBuf bytes, Session session) {
    heard = Math.min(CHATTER_MAX + 1, heard + bytes.readableBytes());
    if (heard > CHATTER_MAX) {
      session.fail("the peer talks back (expected: nothing, as a receiver of syslog does)");
    }
  }

  @Override
  public void sent(Letter letter, Session session) {
    if (queue == null) {
      session.answer(letter, Verdict.Taken.ALL);
      return;
    }
    marked.add(new Marked(letter, session.bytesPassed()));
    if (!asking) {
      pauseMicros = FIRST_MICROS;
      ask(session);
    }
  }

  private void ask(Session session) {
    asking = false;
    SendQueue known = queue;
    if (known == null || marked.isEmpty() || !session.channel().isActive()) {
      return; // The end of a connection answers for all its letters.
    }
    long acknowledged = session.bytesTaken() - known.bytes();
    // After the count: an end that we do not see now came after what was acknowledged by then.
    if (!known.isEstablished()) {
      session.fail("the peer has closed the connection");
      return;
    }
    while (!marked.isEmpty() && marked.peek().mark() <= acknowledged) {
      session.answer(marked.remove().letter(), Verdict.Taken.ALL);
      pauseMicros = FIRST_MICROS;
    }
    if (!marked.isEmpty()) {
      asking = true;
      var unused = session.loop().schedule(() -> ask(session), pauseMicros, TimeUnit.MICROSECONDS);
      pauseMicros = Math.min(LAST_MICROS, 2 * pauseMicros);
    }
  }
}
