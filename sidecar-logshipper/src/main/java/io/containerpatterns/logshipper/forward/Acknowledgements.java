package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Conversation;
import io.containerpatterns.logshipper.wire.Letter;
import io.containerpatterns.logshipper.wire.Session;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a peer of the forward protocol says on one connection: its part of the handshake, and which
 * chunks it has.
 *
 * <pre>
 *   with a shared key:   HELO --> PING &lt;-- PONG --> chunks and {"ack": id}
 *   without:                                        chunks and {"ack": id}
 * </pre>
 */
final class Acknowledgements implements Conversation {
  private final Answers answers = new Answers();
  private final Map<String, Letter> sent = new HashMap<>();
  private @Nullable Handshake handshake;
  private boolean over;

  Acknowledgements(Optional<Handshake> handshake) {
    this.handshake = handshake.orElse(null);
  }

  @Override
  public void begin(Session session) {
    if (handshake == null) {
      session.ready();
    }
  }

  @Override
  public void sent(Letter letter, Session session) {
    if (sent.putIfAbsent(letter.id(), letter) != null) {
      // One acknowledgement would speak of both, and we could not tell of which.
      over = true;
      session.fail("chunk: " + letter.id() + " is under way already");
    }
  }

  @Override
  public void received(ByteBuf bytes, Session session) {
    try {
      while (!over && answers.add(bytes)) {
        Optional<Object> next = answers.next();
        while (next.isPresent() && !over) {
          said(next.get(), session);
          next = answers.next();
        }
      }
    } catch (Answers.Malformed none) {
      over = true;
      session.fail("answer: " + none.getMessage() + " (expected: one of the forward protocol)");
    }
  }

  private void said(Object value, Session session) {
    session.heard();
    if (value instanceof Map<?, ?> map
        && map.get("ack") instanceof String id
        && handshake == null) {
      acknowledged(id, session);
    } else if (value instanceof List<?> list
        && !list.isEmpty()
        && list.getFirst() instanceof String kind) {
      greeted(kind, list, session);
    } else {
      fail("answer: neither an acknowledgement nor a greeting", session);
    }
  }

  private void acknowledged(String id, Session session) {
    Letter letter = sent.remove(id);
    if (letter == null) {
      fail("acknowledgement: of a chunk that is not under way", session);
    } else {
      session.answer(letter, Verdict.Taken.ALL);
    }
  }

  private void greeted(String kind, List<?> message, Session session) {
    Handshake greeting = handshake;
    if (greeting == null) {
      if (kind.equals("HELO")) {
        over = true;
        session.deny("the peer asks for a shared key; set the file with it");
      } else {
        fail("answer: a greeting that nobody expected", session);
      }
      return;
    }
    switch (greeting.heard(kind, message)) {
      case Handshake.Step.Say(byte[] bytes) -> session.say(bytes);
      case Handshake.Step.Accepted() -> {
        handshake = null;
        session.ready();
      }
      case Handshake.Step.Refused(String why) -> {
        over = true;
        session.deny(why);
      }
      case Handshake.Step.Broken(String why) -> fail(why, session);
    }
  }

  private void fail(String why, Session session) {
    over = true;
    session.fail(why);
  }
}
