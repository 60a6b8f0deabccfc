package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random worlds: an application writes lines and rotates its files in every way, stores answer what
 * they like, the shipper is killed between any two turns. In the end every line has arrived, each
 * line of a file for the first time after the one before it, and nothing arrived that was not
 * written.
 *
 * <p>{@code -Dcontainerpatterns.seed=N} begins with that world; {@code
 * -Dcontainerpatterns.long=true} tries many more.
 */
final class ShippingSimulationTest {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int WORLDS = LONG ? 3_000 : 60;
  private static final int STEPS = 400;
  private static final int OPEN_MAX = 1_000;
  private static final int DEEDS_SHOWN = Integer.getInteger("deeds", 40);

  @TempDir Path folder;

  @Test
  void everyLineArrivesWhateverHappens() throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime() >>> 20);
    System.out.println("shipping simulation: " + WORLDS + " worlds, seeds from " + seed);
    for (int i = 0; i < WORLDS; i++) {
      new World(folder.resolve("world-" + i), seed + i).live();
    }
  }

  /** One of them. */
  private static final class World {
    private final long seed;
    private final SplittableRandom random;
    private final ManualTicker ticker = new ManualTicker();
    private final Path home;
    private final Path logs;
    private final Path state;
    private final Map<String, List<String>> written = new HashMap<>(); // by application, in order
    private final Map<String, StringBuilder> halves = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final List<List<String>> kept = new ArrayList<>(); // by store, over all lives
    private final List<String> deeds = new ArrayList<>();
    private final String[] stores;
    private final int openMax; // sometimes fewer than there are files
    private Bench life;
    private int rotations;
    private Optional<Packing> packing = Optional.empty();

    World(Path home, long seed) throws IOException {
      this.home = home;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      logs = Files.createDirectories(home.resolve("logs"));
      state = Files.createDirectories(home.resolve("state"));
      openMax = random.nextInt(3) == 0 ? random.nextInt(3, 8) : OPEN_MAX;
      stores = random.nextBoolean() ? new String[] {"main"} : new String[] {"main", "other"};
      for (int i = 0; i < stores.length; i++) {
        kept.add(new ArrayList<>());
      }
      life = begin();
    }

    private Bench begin() {
      Terms d = Terms.DEFAULT;
      var terms =
          new Terms(
              random.nextInt(20, 400),
              random.nextInt(1, 50),
              d.batchWait(),
              random.nextInt(2, 5),
              d.order(),
              d.retryMin(),
              d.retryMax(),
              d.denied(),
              d.eventBytesMax(),
              d.eventLinesMax(),
              d.eventIdle());
      return new Bench(logs, state, terms, Grouping.Mode.NONE, false, openMax, ticker, stores);
    }

    void live() throws IOException {
      try {
        for (int i = 0; i < STEPS; i++) {
          step();
        }
        end();
        check();
      } catch (AssertionError | RuntimeException e) {
        Files.write(
            Files.createDirectories(Path.of("target")).resolve("shipping-" + seed + ".txt"), deeds);
        throw new AssertionError(
            "-Dcontainerpatterns.seed="
                + seed
                + " after\n  "
                + String.join(
                    "\n  ", deeds.subList(Math.max(0, deeds.size() - DEEDS_SHOWN), deeds.size())),
            e);
      } finally {
        life.crash();
        deleteAll(home);
      }
    }

    private void step() throws IOException {
      String app = "app" + random.nextInt(3);
      switch (random.nextInt(26)) {
        case 0, 1, 2, 3, 4, 5, 6 -> write(app, random.nextInt(1, 30));
        case 7 -> half(app);
        case 8 -> rename(app);
        case 9 -> delete(app);
        case 10 -> copyTruncate(app);
        case 11 -> kill();
        case 12 -> life.settle();
        case 24, 25 -> compress();
        case 13, 14, 15 -> pass(random.nextInt(1, 3_000));
        default -> answer();
      }
    }

    private Path file(String app) {
      return logs.resolve(app + ".log");
    }

    private void write(String app, int lines) throws IOException {
      List<String> all = written.computeIfAbsent(app, name -> new ArrayList<>());
      did("write " + lines + " to " + app + " from " + all.size());
      StringBuilder text = new StringBuilder();
      StringBuilder half = halves.remove(app);
      for (int i = 0; i < lines; i++) {
        String line =
            half == null
                ? app + " line " + all.size() + " " + "x".repeat(random.nextInt(40))
                : half + " ended";
        text.append(half == null ? line : " ended").append('\n');
        half = null;
        all.add(line);
        if (random.nextInt(200) == 0) {
          refused.add(line);
        }
      }
      append(app, text.toString());
    }

    /** The beginning of a line, whose end comes with the next lines. */
    private void half(String app) throws IOException {
      if (!halves.containsKey(app)) {
        did("half a line to " + app);
        int number = written.computeIfAbsent(app, name -> new ArrayList<>()).size();
        String begun = app + " line " + number + " begun";
        halves.put(app, new StringBuilder(begun));
        append(app, begun);
      }
    }

    private void append(String app, String text) throws IOException {
      Files.writeString(file(app), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** As logrotate does it: the application ends its line before it opens the new file. */
    private void rename(String app) throws IOException {
      if (Files.exists(file(app))) {
        endHalf(app);
        did("rename " + app);
        Files.move(file(app), logs.resolve(app + ".log." + ++rotations));
        // Even when nobody looked in between: the shipper is told by the folder.
        life.settle();
      }
    }

    /** The shipper holds it open, or will find it nowhere: so only after a look. */
    private void delete(String app) throws IOException {
      if (Files.exists(file(app))) {
        endHalf(app);
        life.settle();
        if (isOpen(app)) {
          did("delete " + app);
          Files.delete(file(app));
          deletedWhileAlive = true;
        }
      }
    }

    private boolean isOpen(String app) {
      return life.follower.followed().stream()
          .anyMatch(file -> !file.isNameless() && file.path().equals(file(app).toString()));
    }

    private boolean deletedWhileAlive;

    private void copyTruncate(String app) throws IOException {
      if (Files.exists(file(app)) && Files.size(file(app)) >= 256) {
        endHalf(app);
        life.settle();
        did("copytruncate " + app);
        Files.copy(file(app), logs.resolve(app + ".log." + ++rotations));
        life.settle();
        Files.writeString(file(app), "", StandardOpenOption.TRUNCATE_EXISTING);
        life.settle();
      }
    }

    /** As gzip and zstd do it: what it is made of is removed when it is whole. */
    private void compress() throws IOException {
      if (packing.isEmpty()) {
        begin(random.nextBoolean() ? ".gz" : ".zst");
      }
      if (random.nextBoolean()) {
        finish();
      }
    }

    private void begin(String ending) throws IOException {
      List<Path> rotated;
      try (Stream<Path> all = Files.list(logs)) {
        rotated =
            all.filter(path -> path.toString().matches(".*\\.log\\.[0-9]+")).sorted().toList();
      }
      if (rotated.isEmpty()) {
        return;
      }
      Path from = rotated.get(random.nextInt(rotated.size()));
      var bytes = new ByteArrayOutputStream();
      try (OutputStream out =
          ending.equals(".gz") ? new GZIPOutputStream(bytes) : new ZstdOutputStream(bytes)) {
        Files.copy(from, out);
      }
      Path to = Path.of(from + ending);
      byte[] packed = bytes.toByteArray();
      int first = random.nextInt(packed.length);
      did("begin " + to.getFileName());
      Files.write(to, Arrays.copyOf(packed, first));
      packing =
          Optional.of(new Packing(from, to, Arrays.copyOfRange(packed, first, packed.length)));
    }

    private void finish() throws IOException {
      if (packing.isPresent()) {
        Packing begun = packing.get();
        packing = Optional.empty();
        did("finish " + begun.to().getFileName());
        Files.write(begun.to(), begun.rest(), StandardOpenOption.APPEND);
        if (random.nextBoolean()) {
          life.settle();
        }
        Files.delete(begun.from());
      }
    }

    /** What is being compressed, and what is not written yet. */
    private record Packing(Path from, Path to, byte[] rest) {}

    private void endHalf(String app) throws IOException {
      if (halves.containsKey(app)) {
        write(app, 1);
      }
    }

    private void kill() throws IOException {
      if (deletedWhileAlive && !life.follower.remainders().isEmpty()) {
        return; // What nobody holds open any more is gone with us; that is promised to nobody.
      }
      did("kill with " + life.follower.remainders());
      if (random.nextBoolean()) {
        life.bookkeeper.write(false);
      }
      harvest();
      life.crash();
      life = begin();
      deletedWhileAlive = false;
      life.settle();
      life.follower.followed().forEach(file -> did("  follows " + file.file()));
    }

    private void harvest() {
      for (int i = 0; i < stores.length; i++) {
        // What was under way: the store may have it although nobody heard so.
        StoreFake store = life.stores.get(i);
        for (StoreFake.Asked asked : store.asked) {
          if (random.nextBoolean()) {
            store.kept.addAll(
                asked.texts().stream().filter(text -> !refused.contains(text)).toList());
          }
        }
        kept.get(i).addAll(store.kept);
      }
    }

    private void pass(long millis) {
      did("pass " + millis + " ms");
      life.pass(Duration.ofMillis(millis));
    }

    private void answer() {
      for (StoreFake store : life.stores) {
        for (int i = random.nextInt(4); i > 0 && !store.asked.isEmpty(); i--) {
          answer(store, random.nextInt(10));
          life.turn();
        }
      }
    }

    private void answer(StoreFake store, int how) {
      List<String> texts = store.asked.getFirst().texts();
      String shown = store.asked.getFirst().shown();
      boolean bad = texts.stream().anyMatch(refused::contains);
      if (how == 0) {
        did("again" + shown);
        store.answer(new Verdict.Again(Optional.empty(), "status 500"));
      } else if (how == 1) {
        did("taken, but the answer is lost" + shown);
        store.kept.addAll(texts.stream().filter(text -> !refused.contains(text)).toList());
        store.answer(new Verdict.Again(Optional.of(Duration.ofMillis(300)), "no answer"));
      } else if (how == 2 && texts.size() > 1) {
        did("too large" + shown);
        store.answer(new Verdict.TooLarge("status 413"));
      } else if (how == 3) {
        did("partly" + shown);
        store.answer(partly(store, texts));
      } else if (bad) {
        did("refused" + shown);
        store.answer(new Verdict.Refused("status 400"));
      } else {
        did("take" + shown);
        store.take();
      }
    }

    private Verdict partly(StoreFake store, List<String> texts) {
      List<Integer> again = new ArrayList<>();
      List<Verdict.RefusedItem> dead = new ArrayList<>();
      for (int place = 0; place < texts.size(); place++) {
        if (refused.contains(texts.get(place))) {
          dead.add(new Verdict.RefusedItem(place, "mapping"));
        } else if (random.nextInt(3) == 0) {
          again.add(place);
        } else {
          store.kept.add(texts.get(place));
        }
      }
      int[] places = again.stream().mapToInt(Integer::intValue).toArray();
      return new Verdict.Partly(places, Optional.empty(), dead, "status 429");
    }

    /** The stores are well again, and time passes. */
    private void end() throws IOException {
      for (String app : List.copyOf(halves.keySet())) {
        endHalf(app);
      }
      finish();
      did("the end");
      life.settle();
      for (int i = 0; i < 2_000 && !isQuiet(); i++) {
        for (StoreFake store : life.stores) {
          while (!store.asked.isEmpty()) {
            answer(store, 9);
            life.turn();
          }
        }
        life.pass(Duration.ofMillis(500));
      }
      assertThat(life.follower.remainders()).as("what did not get through").isEmpty();
      harvest();
    }

    /** As a stop wants it: what is compressed and not yet known is not quiet. */
    private boolean isQuiet() {
      return life.follower.remainders().isEmpty()
          && life.follower.quiet().compareTo(Duration.ofSeconds(5)) > 0;
    }

    private void check() throws IOException {
      for (int i = 0; i < stores.length; i++) {
        String dead =
            Files.exists(state.resolve(stores[i] + ".dead"))
                ? Files.readString(state.resolve(stores[i] + ".dead"))
                : "";
        var arrived = new ArrayList<>(kept.get(i));
        Set<String> all = new HashSet<>(arrived);
        for (Map.Entry<String, List<String>> app : written.entrySet()) {
          for (String line : app.getValue()) {
            if (refused.contains(line)) {
              assertThat(dead).as("dead letters of %s", stores[i]).contains("\"" + line + "\"");
            } else {
              assertThat(all.contains(line)).as("%s has \"%s\"", stores[i], line).isTrue();
            }
          }
          all.removeAll(app.getValue());
        }
        assertThat(all).as("lines that nobody wrote").isEmpty();
        if (openMax == OPEN_MAX) {
          // Otherwise a file and its copy may be opened together, and then neither is known as
          // such.
          assertThat(life.counts.get(i).lost).as("bytes lost").isZero();
        }
      }
    }

    private void did(String deed) {
      deeds.add(ticker.nanos() / 1_000_000 + " ms: " + deed);
    }

    private static void deleteAll(Path home) throws IOException {
      try (Stream<Path> all = Files.walk(home)) {
        for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
