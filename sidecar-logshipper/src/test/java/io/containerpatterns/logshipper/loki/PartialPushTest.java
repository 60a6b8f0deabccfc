package io.containerpatterns.logshipper.loki;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A Loki that keeps what is good of a push and answers 400 for what is bad, and that takes two
 * entries with the same stream, nanosecond and text for one.
 */
final class PartialPushTest {
  private static final int LINES = 200;

  private final Set<String> kept = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Set<Integer> refused = new TreeSet<>();
  private int requests;

  @Test
  void everyGoodLineIsThereOnceAndEveryBadOneIsFound() throws Exception {
    try (ScriptedStore store = ScriptedStore.of(this::push);
        HttpOutput output =
            store.output(new ProtobufPush(PushSettings.DEFAULT, ScriptedStore.CLOCK))) {
      var event = new EventOf(new Origin("/logs/app.log", List.of(), 1));
      var batch = new Batch(1_000);
      for (int i = 0; i < LINES; i++) {
        // All good ones are the same line of the same millisecond.
        String text = i % 70 == 3 ? "bad" : "good";
        batch.add(event.text(text, i * 5L).at("2026-11-25T13:29:12.983Z").get(), output);
      }

      settle(output, Parcel.of(batch));

      assertThat(refused).containsExactly(3, 73, 143);
      assertThat(kept).hasSize(LINES - 3);
      assertThat(requests).isLessThan(60);
    }
  }

  private Says push(Received request) {
    boolean bad = false;
    try {
      for (Pushed.Stream stream : Pushed.read(request.body()).streams()) {
        for (Pushed.Entry entry : stream.entries()) {
          if (entry.line().equals("bad")) {
            bad = true;
          } else {
            kept.add(stream.labels() + entry.seconds() + "." + entry.nanos() + entry.line());
          }
        }
      }
    } catch (Exception unreadable) {
      return Says.text(500, unreadable.toString());
    }
    return bad ? Says.text(400, "Max entry size exceeded") : Says.text(204, "");
  }

  /** Halves what is refused, as is done with every store. */
  private void settle(HttpOutput output, Parcel all) throws Exception {
    List<Parcel> open = new ArrayList<>(List.of(all));
    while (!open.isEmpty()) {
      Parcel parcel = open.removeFirst();
      requests++;
      Verdict verdict = ScriptedStore.verdict(output, parcel);
      if (verdict instanceof Verdict.Refused && parcel.count() == 1) {
        refused.add(parcel.item(0));
      } else if (verdict instanceof Verdict.Refused) {
        int half = parcel.count() / 2;
        open.add(parcel.part(0, half));
        open.add(parcel.part(half, parcel.count()));
      } else {
        assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      }
    }
  }
}
