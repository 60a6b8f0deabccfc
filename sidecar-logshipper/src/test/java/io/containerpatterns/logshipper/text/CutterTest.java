package io.containerpatterns.logshipper.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.identity.Anchor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CutterTest {

  @Test
  void aLineIsAnEventWhenTheNextOneHasBegunAnother() throws Exception {
    assertThat(cut("one\ntwo\nthree\n", false)).containsExactly("one", "two");
    assertThat(cut("one\ntwo\nthr", false)).containsExactly("one");
    assertThat(cut("one\ntwo\nthr", true)).containsExactly("one", "two", "thr");
  }

  @Test
  void anEventWaitsForTheLineThatMayBelongToItAndALineForItsEnd() throws Exception {
    var idle = new Ending(11, false);

    assertThat(cut("one\ntwo\nthr", idle, Grouping.Mode.AUTO)).containsExactly("one");
    assertThat(cut("one\ntwo\nsix", idle, Grouping.Mode.NONE)).containsExactly("one", "two");
    assertThat(cut("one\n\ttwo\nx\n", idle, Grouping.Mode.AUTO)).containsExactly("one\n\ttwo", "x");
    assertThat(cut("one\n\ttwo\nx\n", new Ending(9, false), Grouping.Mode.AUTO))
        .as("it has grown since somebody looked")
        .containsExactly("one\n\ttwo");
  }

  @Test
  void whenNothingMoreComesTheLastOneIsWholeWithOrWithoutItsEnd() throws Exception {
    assertThat(cutLines("one\ntwo\nthree\n", true)).containsExactly("one", "two", "three");
    assertThat(cutLines("one\r\n\r\n\nx", true)).containsExactly("one", "", "", "x");
    assertThat(cutLines("", true)).isEmpty();
  }

  @Test
  void aTraceStaysWhole() throws Exception {
    assertThat(cut("start\nException\n\tat x\nCaused by: y\n\tat z\nnext\nlast\n", false))
        .containsExactly("start", "Exception\n\tat x\nCaused by: y\n\tat z", "next");
  }

  @Test
  void anEventOfTooManyLinesOrBytesComesInPieces() throws Exception {
    var taken = new Taken();
    new Cutter(128, 32, 3)
        .cut(
            source("a\n b\n c\n d\n e\nf\n"),
            Anchor.BEGINNING,
            whole("a\n b\n c\n d\n e\nf\n"),
            grouping(Grouping.Mode.AUTO),
            taken);
    assertThat(taken.texts).containsExactly("a\n b\n c", " d\n e", "f");

    var long32 = new Taken();
    new Cutter(128, 32, 3)
        .cut(
            source("x".repeat(40) + "\nf\n"),
            Anchor.BEGINNING,
            whole("x".repeat(40) + "\nf\n"),
            grouping(Grouping.Mode.NONE),
            long32);
    assertThat(long32.texts).containsExactly("x".repeat(32), "x".repeat(8), "f");
    assertThat(long32.pieces).containsExactly(true, false, false);
  }

  @Test
  void aPieceEndsBetweenTwoCharacters() throws Exception {
    var taken = new Taken();

    new Cutter(128, 10, 3)
        .cut(
            source("aaaaaaaa€bb\n"),
            Anchor.BEGINNING,
            whole("aaaaaaaa€bb\n"),
            grouping(Grouping.Mode.NONE),
            taken);

    assertThat(taken.texts).containsExactly("aaaaaaaa", "€bb");
  }

  @Test
  void whatIsNotTakenComesAgain() throws Exception {
    List<String> first = new ArrayList<>();
    var cutter = new Cutter(128, 32, 3);
    String text = "one\ntwo\nthree\nfour\n";
    Cutter.Source source = source(text);

    Cut cut =
        cutter.cut(
            source,
            Anchor.BEGINNING,
            whole(text),
            grouping(Grouping.Mode.NONE),
            (bytes, start, end, offset, length, piece) ->
                first.size() < 2
                    && first.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    var rest = new Taken();
    cutter.cut(source, cut.next(), whole(text), grouping(Grouping.Mode.NONE), rest);

    assertThat(first).containsExactly("one", "two");
    assertThat(cut.next().offset()).isEqualTo(8);
    assertThat(cut.stop()).isEqualTo(Cut.Stop.NOT_TAKEN);
    assertThat(rest.texts).containsExactly("three", "four");
  }

  /** Whatever the content and whenever it is read, nothing is passed over and nothing doubled. */
  @Test
  void eventsLieEndToEndHoweverTheFileGrows() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    String[] words = {
      "a", "\tat x", "Caused by: y", "\n", "\n", "\r\n", "ü€😀", "panic: ", "}", " "
    };
    for (int round = 0; round < 3_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(80); i > 0; i--) {
        text.append(words[random.nextInt(words.length)]);
      }
      byte[] whole = text.toString().getBytes(StandardCharsets.UTF_8);
      int most = random.nextInt(8, 40);
      var cutter =
          new Cutter(most + Anchor.REACH + random.nextInt(1, 40), most, random.nextInt(1, 6));
      List<long[]> spans = new ArrayList<>();
      Anchor at = Anchor.BEGINNING;
      int visible = 0;
      while (at.offset() < whole.length) {
        visible = Math.min(whole.length, visible + random.nextInt(30));
        byte[] seen = java.util.Arrays.copyOf(whole, visible);
        long begun = at.offset();
        Cut cut =
            cutter.cut(
                source(seen),
                at,
                new Ending(whole.length, true),
                grouping(Grouping.Mode.AUTO),
                (bytes, start, end, offset, length, piece) ->
                    spans.add(new long[] {offset, offset + length}));
        at = cut.next();
        assertThat(at.offset()).isBetween(begun, (long) visible);
        assertThat(cut.seen()).isBetween(at.offset(), (long) visible);
      }
      long expected = 0;
      for (long[] span : spans) {
        assertThat(span[0]).as("seed %d, round %d", seed, round).isEqualTo(expected);
        assertThat(span[1] - span[0]).isBetween(1L, most + 2L);
        expected = span[1];
      }
      assertThat(expected).isEqualTo(whole.length);
    }
  }

  @Test
  void anotherContentInItsPlaceIsNotTakenForTheRest() throws Exception {
    var cutter = new Cutter(256, 32, 3);
    Anchor read =
        cutter
            .cut(
                source("one\ntwo\n"),
                Anchor.BEGINNING,
                whole("one\ntwo\n"),
                grouping(Grouping.Mode.NONE),
                new Taken())
            .next();
    var taken = new Taken();

    Cut filled =
        cutter.cut(
            source("six\nten\nnew\n"),
            read,
            whole("six\nten\nnew\n"),
            grouping(Grouping.Mode.NONE),
            taken);
    Cut shorter =
        cutter.cut(source("one\n"), read, whole("one\n"), grouping(Grouping.Mode.NONE), taken);
    Cut same =
        cutter.cut(
            source("one\ntwo\nnew\n"),
            read,
            whole("one\ntwo\nnew\n"),
            grouping(Grouping.Mode.NONE),
            taken);

    assertThat(filled.stop()).isEqualTo(Cut.Stop.CHANGED);
    assertThat(shorter.stop()).isEqualTo(Cut.Stop.CHANGED);
    assertThat(same.stop()).isEqualTo(Cut.Stop.END);
    assertThat(taken.texts).containsExactly("new");
  }

  private static List<String> cut(String text, boolean ends) throws IOException {
    return cut(text, ends, Grouping.Mode.AUTO);
  }

  private static List<String> cutLines(String text, boolean ends) throws IOException {
    return cut(text, ends, Grouping.Mode.NONE);
  }

  private static List<String> cut(String text, boolean ends, Grouping.Mode mode)
      throws IOException {
    return cut(text, ends ? whole(text) : Ending.NONE, mode);
  }

  private static List<String> cut(String text, Ending ending, Grouping.Mode mode)
      throws IOException {
    var taken = new Taken();
    new Cutter(4_096, 1_024, 100)
        .cut(source(text), Anchor.BEGINNING, ending, grouping(mode), taken);
    return taken.texts;
  }

  private static Ending whole(String text) {
    return new Ending(text.getBytes(StandardCharsets.UTF_8).length, true);
  }

  private static Grouping grouping(Grouping.Mode mode) {
    return new Grouping(mode, false);
  }

  private static Cutter.Source source(String text) {
    return source(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Cutter.Source source(byte[] all) {
    return (target, from, length, offset) -> {
      // At most seven at once: a read may give less than was asked for.
      int more = (int) Math.clamp(all.length - offset, 0, Math.min(length, 7));
      System.arraycopy(all, (int) Math.min(offset, all.length), target, from, more);
      return more;
    };
  }

  private static final class Taken implements Cutter.Taker {
    final List<String> texts = new ArrayList<>();
    final List<Boolean> pieces = new ArrayList<>();

    @Override
    public boolean take(byte[] bytes, int start, int end, long offset, int length, boolean piece) {
      texts.add(new String(bytes, start, end - start, StandardCharsets.UTF_8));
      pieces.add(piece);
      return true;
    }
  }
}
