package io.containerpatterns.logshipper.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroupingTest {
  private static final long NOW = 1_795_613_400L;

  private static final String JAVA =
      """
      Exception in thread "main" java.lang.IllegalStateException: no luck
      \tat app.Main.run(Main.java:7)
      \tSuppressed: java.io.IOException: while closing
      \t\tat app.Main.close(Main.java:9)
      Caused by: java.io.IOException: disk
      \tat app.Disk.write(Disk.java:3)
      \t... 12 more
      """;
  private static final String PYTHON =
      """
      Traceback (most recent call last):
        File "app.py", line 3, in <module>
          run()
      ValueError: no luck

      During handling of the above exception, another exception occurred:

      Traceback (most recent call last):
        File "app.py", line 5, in <module>
          save()
      OSError: disk
      """;
  private static final String GO =
      """
      panic: runtime error: invalid memory address or nil pointer dereference
      [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45]

      goroutine 1 [running]:
      main.(*Server).serve(0xc000012345, 0x2)
      \t/src/main.go:7 +0x1d
      created by main.main in goroutine 1
      \t/src/main.go:3 +0x25
      exit status 2
      """;
  private static final String DOTNET =
      """
      Unhandled exception. System.InvalidOperationException: no luck
       ---> System.IO.IOException: disk
         at App.Disk.Write() in /src/Disk.cs:line 3
         --- End of inner exception stack trace ---
         at App.Main() in /src/Main.cs:line 7
      """;
  private static final String RUBY =
      """
      app.rb:3:in `run': no luck (RuntimeError)
      \tfrom app.rb:7:in `<main>'
      """;
  private static final String JSON =
      """
      {
        "level": "info",
        "message": "printed over many lines"
      }
      """;

  @Test
  void aTraceIsOneEventAndTheLinesAroundItAreTheirOwn() {
    for (String trace : List.of(JAVA, PYTHON, GO, DOTNET, RUBY, JSON)) {
      assertThat(events(Grouping.Mode.AUTO, "before\n" + trace + "after one\nafter two\n"))
          .as(trace)
          .containsExactly("before\n", trace, "after one\n", "after two\n");
    }
  }

  @Test
  void tracesBehindEachOtherAreEventsOfTheirOwn() {
    assertThat(events(Grouping.Mode.AUTO, JAVA + JAVA + GO + RUBY + DOTNET + JSON))
        .containsExactly(JAVA, JAVA, GO, RUBY, DOTNET, JSON);
  }

  @Test
  void whereEventsBeginWithATimeWhatHasNoneGoesOn() {
    String one = "2026-11-25 13:29:12,983 ERROR failed\n" + PYTHON;
    String two = "2026-11-25 13:29:13,000 INFO a message\nof two lines\n";

    assertThat(events(Grouping.Mode.AUTO, one + two + one)).containsExactly(one, two, one);
  }

  @Test
  void modeNoneTakesEachLineForItself() {
    assertThat(events(Grouping.Mode.NONE, JAVA)).hasSize(7);
  }

  @Test
  void theSameEventsComeOutWhereverReadingBeginsAgain() {
    String log = "start\n" + JAVA + "x\n" + PYTHON + GO + "y\n" + DOTNET + RUBY + JSON + "end\n";
    List<String> events = events(Grouping.Mode.AUTO, log);

    for (int i = 0; i < events.size(); i++) {
      String rest = String.join("", events.subList(i, events.size()));
      assertThat(eventsFrom(Grouping.Mode.AUTO, false, rest))
          .isEqualTo(events.subList(i, events.size()));
    }
  }

  @Test
  void aFileIsTimestampedWhenEnoughOfItsLinesAre() {
    String timed = "2026-11-25T13:29:12Z one\n\tat x\n\tat y\n2026-11-25T13:29:12Z two\nloose\n";

    assertThat(timestamped(timed)).isTrue();
    assertThat(timestamped("2026-11-25T13:29:12Z started by another program\none\ntwo\n"))
        .isFalse();
    assertThat(timestamped("")).isFalse();
    assertThat(timestamped("2026-11-25T13:29:12Z not yet whole")).isFalse();
  }

  private static boolean timestamped(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Grouping.isTimestamped(bytes, bytes.length, NOW);
  }

  private static List<String> events(Grouping.Mode mode, String text) {
    return eventsFrom(mode, timestamped(text), text);
  }

  private static List<String> eventsFrom(Grouping.Mode mode, boolean timestamped, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var grouping = new Grouping(mode, timestamped);
    List<String> events = new ArrayList<>();
    int event = 0;
    int start = 0;
    for (int feed = Lines.feed(bytes, 0, bytes.length);
        feed >= 0;
        feed = Lines.feed(bytes, start, bytes.length)) {
      if (start == event) {
        grouping.begin(bytes, start, feed);
      } else if (!grouping.goesOn(bytes, start, feed)) {
        events.add(new String(bytes, event, start - event, StandardCharsets.UTF_8));
        event = start;
        grouping.begin(bytes, start, feed);
      }
      start = feed + 1;
    }
    events.add(new String(bytes, event, start - event, StandardCharsets.UTF_8));
    return events;
  }
}
