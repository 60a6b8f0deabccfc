package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every store has to stand: three electors as processes, each with a network of its own to the
 * store, an application beside each that asks every few milliseconds and writes with its token to
 * one register, and a sequence of {@link Fault}s. The same is asserted of the whole history:
 *
 * <ul>
 *   <li>no two applications believe to lead at one instant;
 *   <li>tokens only grow, and each has one holder;
 *   <li>the register takes writes in the order of the terms, and refuses nobody who leads;
 *   <li>the times without a leader are at most five times as long as promised; in the long size, at
 *       p99, at most as long.
 * </ul>
 *
 * <p>In the short size each fault happens once, in an order of chance; with {@code
 * -Dcontainerpatterns.long=true} so many as {@code -Dcontainerpatterns.faults} says, 100, with a
 * lease of 1 s and with one of 3 s. {@code -Dcontainerpatterns.seed=N} repeats the sequence. The
 * history stands in {@code target/store-faults}, see {@link Replicas}.
 */
public abstract class StoreFaultContract {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int LONG_FAULTS = Integer.getInteger("containerpatterns.faults", 100);

  /** A store without any record, whose files go into {@code folder}; closed after the test. */
  protected abstract FaultyStore store(Path folder) throws Exception;

  static List<Duration> leases() {
    return LONG
        ? List.of(Duration.ofSeconds(1), Duration.ofSeconds(3))
        : List.of(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @MethodSource("leases")
  void oneLeadsAtATimeAndSomebodyLeadsAgainWhateverHappens(Duration lease, @TempDir Path folder)
      throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    Path history =
        emptied(
            Path.of("target", "store-faults", getClass().getSimpleName() + "-" + lease.toMillis()));
    String replay =
        "%s with a lease of %s, -Dcontainerpatterns.seed=%d, history in %s"
            .formatted(getClass().getSimpleName(), lease, seed, history.toAbsolutePath());
    System.out.println(replay);

    try (FaultyStore store = store(folder)) {
      var random = new Random(seed);
      Replicas replicas = Replicas.start(store, lease, random, history);
      Optional<Throwable> interruption;
      try (replicas) {
        interruption = endure(faults(store, random), replicas);
      }

      System.out.println(replicas);
      // What must never happen is looked for also when something went wrong on the way.
      assertAll(
          replay,
          () -> {
            if (interruption.isPresent()) {
              throw interruption.get();
            }
          },
          () -> assertOneLedAtATime(replicas.beliefs()),
          () -> assertRegisterSawTheTermsInOrder(replicas.register(), replicas.beliefs()),
          () -> replicas.leaderless().assertPromised(LONG));
    }
  }

  private static List<Fault> faults(FaultyStore store, Random random) {
    var faults = new ArrayList<>(Fault.of(store));
    if (!LONG) {
      Collections.shuffle(faults, random);
      return faults;
    }
    return random.ints(LONG_FAULTS, 0, faults.size()).mapToObj(faults::get).toList();
  }

  /** Lets them happen one after the other; what ended the sequence before its time. */
  private static Optional<Throwable> endure(List<Fault> faults, Replicas replicas) {
    Optional<Fault> current = Optional.empty();
    try {
      replicas.settle();
      for (Fault fault : faults) {
        current = Optional.of(fault);
        fault.happen(replicas);
      }
      return Optional.empty();
    } catch (AssertionError | Exception e) {
      return Optional.of(new AssertionError("in " + current + " of " + faults, e));
    }
  }

  private static void assertOneLedAtATime(Beliefs beliefs) {
    assertThat(beliefs.overlaps()).as("two applications believed to lead").isEmpty();
    assertThat(beliefs.terms().stream().map(Map.Entry::getKey).toList())
        .as("tokens only grow, and each has one holder")
        .isSorted()
        .doesNotHaveDuplicates();
  }

  private static void assertRegisterSawTheTermsInOrder(FencedRegister register, Beliefs beliefs) {
    List<Map.Entry<Long, String>> writers =
        register.accepted().stream()
            .map(write -> Map.entry(write.token(), write.node()))
            .distinct()
            .toList();
    assertThat(beliefs.terms()).as("a term that wrote").containsSubsequence(writers);
    assertThat(register.refusedLeaders()).as("leaders that were refused").isEmpty();
    assertThat(register.refused()).as("writes that came too late").isPositive();
  }

  /** The folder, made and with nothing in it. */
  private static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(folder);
  }
}
