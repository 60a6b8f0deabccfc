package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a reader costs who takes nothing, little, or everything late. */
final class WatchStreamTest {
  private final ServedElector elector =
      ServedElector.open(wishes -> wishes.names("orders", "billing"));
  private final Feed feed = new Feed();
  private final Loop loop = elector.time.loop("stream");
  private final Audience audience = new Audience(feed, loop);
  private final Places places = new Places(1, Refusals::tooManyStreams);
  private final Reader reader = new Reader();
  private long version = 2;

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void aReaderWhoKeepsUpHearsEverything() {
    open("orders");

    happen(Event.CHANGED, Event.LEADER, Event.STORE, Event.LEADER);

    assertThat(reader.events())
        .containsExactly("snapshot 2", "changed 3", "leader 4", "store 5", "leader 6");
  }

  @Test
  void aReaderWhoLagsHearsOfTheNewestOnceItHasCaughtUp() {
    open("orders");
    reader.lag(WatchStream.LAG_BYTES + 1);

    happen(Event.CHANGED, Event.LEADER, Event.CHANGED, Event.STORE, Event.CHANGED);
    assertThat(reader.events()).containsExactly("snapshot 2");
    elector.time.advance(Duration.ofMillis(100));
    assertThat(reader.events()).containsExactly("snapshot 2");
    reader.lag(0);
    elector.time.advance(Duration.ofMillis(20));

    assertThat(reader.events()).containsExactly("snapshot 2", "leader 7");
  }

  @Test
  void whatConcernsOurTermIsNeverLeftOutAndNeverOvertaken() {
    open("orders");
    reader.lag(WatchStream.LAG_BYTES + 1);

    happen(
        Event.CHANGED,
        Event.ACQUIRED,
        Event.CHANGED,
        Event.CHANGED,
        Event.STEPPING_DOWN,
        Event.LOST,
        Event.LEADER);

    assertThat(reader.events())
        .containsExactly(
            "snapshot 2", "changed 3", "acquired 4", "changed 6", "stepping_down 7", "lost 8");
  }

  @Test
  void atTheLimitTheReaderIsCutOffAndNothingMoreIsKept() {
    open("orders");
    reader.taking = false;

    for (int i = 0; i < 1000; i++) {
      happen(Event.ACQUIRED, Event.LOST);
    }

    assertThat(reader.aborted).isTrue();
    assertThat(reader.unsent)
        .isBetween(WatchStream.UNSENT_BYTES_MAX, WatchStream.UNSENT_BYTES_MAX + 1024);
    assertThat(places.taken()).isZero();
    assertThat(audience.size()).isZero();
  }

  @Test
  void aReaderWhoTakesNothingGetsNoPingsEither() {
    open("orders");
    reader.lag(WatchStream.LAG_BYTES + 1);

    elector.time.advance(Duration.ofMinutes(10));

    assertThat(reader.events()).containsExactly("snapshot 2");
    reader.lag(0);
    elector.time.advance(Duration.ofMillis(20));
    assertThat(reader.events()).containsExactly("snapshot 2", "ping 2");
  }

  @Test
  void ofAllElectionsOneLineEachIsKeptForAReaderWhoLags() {
    open(null);
    reader.lag(WatchStream.LAG_BYTES + 1);

    for (int i = 0; i < 500; i++) {
      version++;
      feed.happened(Event.LEADER, status("orders", version));
      feed.happened(Event.CHANGED, status("billing", version));
    }
    elector.time.settle();
    reader.lag(0);
    elector.time.advance(Duration.ofMillis(20));

    assertThat(reader.events())
        .containsExactly("snapshot 2", "snapshot 2", "leader 502", "changed 502");
  }

  @Test
  void aStreamThatEndedHearsNothingMore() {
    open("orders");

    reader.abort();
    elector.time.settle();
    happen(Event.LEADER, Event.LOST);
    elector.time.advance(Duration.ofSeconds(10));

    assertThat(reader.events()).containsExactly("snapshot 2");
    assertThat(audience.size()).isZero();
    assertThat(places.taken()).isZero();
  }

  // ----

  private void open(@Nullable String election) {
    var form = new WatchForm(new StatusJson("file"), false, true);
    var stream =
        new WatchStream(election, reader, form, elector.elections, audience, loop, places.take());
    loop.execute(() ->
        stream.begin(
            election == null ? elector.elections.all() : List.of(elector.orders()),
            OptionalLong.empty()));
    elector.time.settle();
  }

  private void happen(Event... events) {
    for (Event event : events) {
      feed.happened(event, status("orders", ++version));
    }
    elector.time.settle();
  }

  private Status status(String election, long version) {
    Status now = elector.election(election).glance();
    return new Status(
        election,
        now.self(),
        now.state(),
        false,
        0,
        0,
        now.leaseMillis(),
        null,
        now.leaderMeta(),
        0,
        now.mode(),
        now.healthy(),
        now.priority(),
        version,
        now.transitions(),
        now.guarantee(),
        now.storeOk(),
        null);
  }

  /** A client whose socket takes as much as the test says. */
  private static final class Reader implements HttpStream {
    private final List<String> lines = new ArrayList<>();
    private final List<Runnable> onClosed = new ArrayList<>();
    private volatile long lag;
    private volatile boolean taking = true;
    private volatile long unsent;
    private volatile boolean aborted;

    void lag(long bytes) {
      lag = bytes;
    }

    synchronized List<String> events() {
      return lines.stream().map(Reader::event).toList();
    }

    private static String event(String line) {
      String event = line.replaceFirst("\\{\"event\":\"([a-z_]+)\".*\\s*", "$1");
      String version = line.replaceFirst("(?s).*\"version\":([0-9]+).*", "$1");
      return event + " " + version;
    }

    @Override
    public synchronized boolean write(byte[] chunk) {
      if (aborted) {
        return false;
      }
      lines.add(new String(chunk, StandardCharsets.UTF_8));
      unsent += taking ? 0 : chunk.length;
      return true;
    }

    @Override
    public long unsentBytes() {
      return lag + unsent;
    }

    @Override
    public void close() {
      abort();
    }

    @Override
    public void abort() {
      List<Runnable> actions;
      synchronized (this) {
        aborted = true;
        actions = List.copyOf(onClosed);
        onClosed.clear();
      }
      actions.forEach(Runnable::run);
    }

    @Override
    public synchronized void onClosed(Runnable action) {
      onClosed.add(action);
    }
  }
}
