package io.containerpatterns.logshipper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LetterTest {
  private final List<Verdict> told = new ArrayList<>();

  @Test
  void piecesAreNoLongerThanAsked() {
    Letter letter = new Letter("", told::add).add(utf8("0123456789"), 1, 8).add(utf8("ab"), 0, 2);

    assertThat(pieces(letter, 3)).containsExactly("123", "456", "7", "ab");
  }

  @Test
  void itemsThatTouchAreOnePiece() {
    Parcel all = parcel("a", "b", "c", "d", "e");

    List<String> whole = pieces(new Letter("", told::add).add(all), 100);
    List<String> picked = pieces(new Letter("", told::add).add(all.pick(new int[] {0, 2, 3})), 100);

    assertThat(whole).containsExactly("abcde");
    assertThat(picked).containsExactly("a", "cd");
  }

  @Test
  void nobodyIsToldWhileBytesAreStillInOurHands() {
    Letter letter = new Letter("", told::add).add(utf8("0123456789"), 0, 10);
    pieces(letter, 5);

    letter.answer(Verdict.Taken.ALL);
    letter.released();
    List<Verdict> before = List.copyOf(told);
    letter.released();

    assertThat(before).isEmpty();
    assertThat(told).containsExactly(Verdict.Taken.ALL);
  }

  @Test
  void theFirstAnswerCounts() {
    Letter letter = new Letter("", told::add);

    letter.answer(Verdict.Taken.ALL);
    letter.answer(new Verdict.Denied("too late"));

    assertThat(told).containsExactly(Verdict.Taken.ALL);
  }

  @Test
  void itIsSentWhenItsLastPieceIs() {
    Letter letter = new Letter("", told::add).add(utf8("ab"), 0, 2);
    boolean before = letter.isSent();
    pieces(letter, 1);
    letter.released();
    boolean between = letter.isSent();
    letter.released();

    assertThat(List.of(before, between, letter.isSent())).containsExactly(false, false, true);
  }

  private static List<String> pieces(Letter letter, int most) {
    var pieces = new ArrayList<String>();
    for (ByteBuf piece = letter.next(most); piece != null; piece = letter.next(most)) {
      pieces.add(piece.toString(UTF_8));
      piece.release();
    }
    return pieces;
  }

  private static Parcel parcel(String... texts) {
    var batch = new Batch(16);
    for (String text : texts) {
      var event = new Event(new Origin("/logs/a", List.of()));
      event.begin(utf8(text), 0, text.length(), 0, text.length(), false);
      batch.add(event, new Plain());
    }
    return Parcel.of(batch);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** Texts as they are. */
  private static final class Plain implements Output {
    @Override
    public void encode(Event event, Sink to) {
      to.put(event.bytes(), event.start(), event.end());
    }

    @Override
    public void send(Parcel parcel, Consumer<Verdict> verdict) {
      verdict.accept(Verdict.Taken.ALL);
    }

    @Override
    public void close() {}
  }
}
