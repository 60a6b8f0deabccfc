package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A store whose answers the test decides on, one by one. It keeps the texts of what it takes. */
final class StoreFake implements Output {
  final List<String> kept = new ArrayList<>();
  final Deque<Asked> asked = new ArrayDeque<>();

  /** A parcel that waits for its verdict. */
  record Asked(Parcel parcel, Consumer<Verdict> verdict) {
    List<String> texts() {
      List<String> texts = new ArrayList<>();
      for (int place = 0; place < parcel.count(); place++) {
        texts.add(text(parcel.batch(), parcel.item(place)));
      }
      return texts;
    }

    /** What it holds of which file, for a person. */
    String shown() {
      var shown = new StringBuilder();
      Batch batch = parcel.batch();
      for (int place = 0; place < parcel.count(); place++) {
        int item = parcel.item(place);
        Path file = Path.of(batch.origin(item).path()).getFileName();
        shown.append(' ').append(file).append('@').append(batch.offset(item)).append('=');
        shown.append(text(batch, item).replaceAll(" x+$", ""));
      }
      return shown.toString();
    }
  }

  private static String text(Batch batch, int item) {
    int start = batch.start(item);
    return new String(batch.array(), start, batch.end(item) - start, StandardCharsets.UTF_8);
  }

  @Override
  public void encode(Event event, Sink to) {
    to.put(event.bytes(), event.start(), event.end());
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    asked.add(new Asked(parcel, verdict));
  }

  /** Takes the oldest parcel. */
  void take() {
    Asked one = asked.remove();
    kept.addAll(one.texts());
    one.verdict().accept(Verdict.Taken.ALL);
  }

  /** Answers the oldest parcel otherwise, and keeps nothing of it. */
  void answer(Verdict verdict) {
    asked.remove().verdict().accept(verdict);
  }

  @Override
  public void close() {}
}
