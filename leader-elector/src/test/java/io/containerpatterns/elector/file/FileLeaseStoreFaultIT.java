package io.containerpatterns.elector.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.containerpatterns.elector.lease.History;
import io.containerpatterns.elector.lease.History.Call;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real processes at one directory, stopped or killed between any two of their system calls, or
 * refused by the system. Over the whole history nobody is blocked, no version has two winners, and
 * there is an order that explains every answer.
 */
final class FileLeaseStoreFaultIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int STEPS_MAX = 80;
  private static final int BEYOND_SWEEP = 2 * Sweeper.KEPT + 8;

  /** Half an hour on all versions are old, so the sweepers are as eager as they may be. */
  private static final Duration LATER = Duration.ofMinutes(30);

  @TempDir Path directory;
  @TempDir Path copies;
  private final List<ChildProcess> children = new ArrayList<>();

  @AfterEach
  void endAll() {
    for (var child : children) {
      child.close();
    }
  }

  /** What a process is doing when the signal comes. */
  enum Doing {
    CREATE,
    /** The swap of a version behind which its writer sweeps, and the sweep. */
    SWAP,
    READ;

    String election(String trouble, int step) {
      return name().toLowerCase(Locale.ROOT) + "-" + trouble + "-" + step;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessStoppedBeforeAnyOfItsSystemCallsNeitherBlocksNorDeceives(Doing doing)
      throws Exception {
    try (var parent = parent()) {
      var victim = child("victim").ready();
      var peer = child("peer").ready();
      int step = 0;
      while (isStopped(doing, step, parent, victim, peer)) {
        step++;
        assertThat(step).isLessThan(STEPS_MAX);
      }
      assertThat(step).isGreaterThanOrEqualTo(doing == Doing.READ ? 3 : 12);
    }
  }

  private boolean isStopped(
      Doing doing, int step, Contestant parent, ChildProcess victim, ChildProcess peer)
      throws IOException {
    String election = doing.election("stop", step);
    var history = new History();
    parent.enter(election, history);
    long expected = prepare(doing, parent);

    victim.arm(ChildProcess.SIGSTOP, step);
    begin(doing, victim, election, expected);
    boolean stopped = victim.awaitTroubleOrSettled();
    parent.write(BEYOND_SWEEP / 2);
    contend(peer, election, history, parent);
    parent.write(BEYOND_SWEEP / 2);
    assertThat(victim.isStopped()).isEqualTo(stopped);
    victim.goOn();

    Call answered = answer(doing, victim, expected);
    history.add(answered);
    assertThat(victim.line()).isEqualTo("settled");
    if (stopped && answered.swap() && !history.wasSeen("victim")) {
      assertThat(answered.outcome()).as("%s, step %d", doing, step).isEqualTo(Call.CONFLICT);
    }
    victim.tell("arm 0 -1");
    assertThat(victim.line()).isEqualTo("armed");
    contend(victim, election, history, parent);
    parent.write(1);
    history.assertLinearizable();
    return stopped;
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "SWAP"})
  void aProcessKilledBeforeAnyOfItsSystemCallsNeitherBlocksNorDeceives(Doing doing)
      throws Exception {
    try (var parent = parent()) {
      // The next victim starts while this one dies.
      int stride = LONG ? 1 : doing == Doing.CREATE ? 2 : 5;
      int step = 0;
      var next = child("victim");
      while (true) {
        var victim = next.ready();
        next = child("victim");
        if (!isKilled(doing, step, parent, victim)) {
          break;
        }
        step += stride;
        assertThat(step).isLessThan(STEPS_MAX);
      }
      assertThat(step).isGreaterThanOrEqualTo(12);
    }
  }

  private boolean isKilled(Doing doing, int step, Contestant parent, ChildProcess victim)
      throws IOException {
    String election = doing.election("kill", step);
    var history = new History();
    parent.enter(election, history);
    long expected = prepare(doing, parent);

    victim.arm(ChildProcess.SIGKILL, step);
    long from = System.nanoTime();
    begin(doing, victim, election, expected);
    boolean killed = victim.awaitTroubleOrSettled();
    String line = victim.line();
    history.add(
        line.equals(ChildProcess.END)
            ? Call.swap("victim", expected, "victim", Call.UNKNOWN, from, 0)
            : victim.parseSwap(expected, "victim", line));

    parent.write(BEYOND_SWEEP);
    history.assertLinearizable();
    try (Stream<Path> files = Files.list(directory.resolve(election))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("left by a killed process")
          .allMatch(name -> VersionName.version(name) > 0);
    }
    return killed;
  }

  @Test
  void processesThatAreStoppedAndKilledAtRandomAgreeOnOneHistory() throws Exception {
    int rounds = LONG ? 40 : 3;
    long seed = Long.getLong("containerpatterns.seed", 7);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < rounds; round++) {
      var history = new History();
      var contestants = new ArrayList<ChildProcess>();
      try (var parent = parent()) {
        parent.enter("stress-" + round, history);
        for (int i = 0; i < 3; i++) {
          contestants.add(child("p" + i));
        }
        for (var child : contestants) {
          child.ready().tell("stress stress-" + round + " " + child.name() + " 150");
        }
        disturb(contestants, parent, random);
      }
      for (var child : contestants) {
        collect(child, history);
      }
      assertThat(history.calls()).as("seed %d", seed).hasSizeGreaterThan(200);
      history.assertLinearizable();
    }
  }

  private static void disturb(
      List<ChildProcess> contestants, Contestant parent, SplittableRandom random)
      throws IOException {
    for (int i = 0; i < 8; i++) {
      var victim = contestants.get(random.nextInt(contestants.size()));
      victim.stop();
      parent.write(random.nextInt(1, 2 * Sweeper.KEPT));
      if (i == 5) {
        victim.kill();
      } else {
        victim.goOn();
      }
    }
  }

  private static void collect(ChildProcess child, History history) {
    Call begun = null;
    String line = child.line();
    while (!line.equals("done") && !line.equals(ChildProcess.END)) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "found" -> history.add(child.parseRead(line));
        case "begins" ->
            begun =
                Call.swap(
                    child.name(),
                    Long.parseLong(words[1]),
                    words[2],
                    Call.UNKNOWN,
                    Long.parseLong(words[3]),
                    0);
        case "swapped" -> {
          assertThat(begun).isNotNull();
          history.add(child.parseSwap(begun.version(), begun.holder(), line));
          begun = null;
        }
        default -> throw new AssertionError(line);
      }
      line = child.line();
    }
    if (begun != null) {
      history.add(begun);
    }
  }

  @Test
  void aFullDiskStopsWritesNotReadsAndNothingIsLost() throws Exception {
    assumeTrue(isRoot(), "a small file system is mounted, which only root may do");
    run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.toString());
    try {
      try (var store = FileLeaseStore.open(directory, LATER)) {
        long version = StoreProcesses.write(store, "orders", 0, StoreProcesses.lease("a"));
        Path filler = directory.resolve(".filler");
        assertThatThrownBy(() -> Files.write(filler, new byte[300_000]))
            .hasMessageContaining("No space left on device");

        assertThatThrownBy(() ->
                StoreProcesses.get(
                    store.compareAndSet("orders", version, StoreProcesses.lease("b"))))
            .isInstanceOf(ExecutionException.class)
            .rootCause()
            .hasMessageContaining("No space left on device");
        assertThat(StoreProcesses.read(store, "orders"))
            .isEqualTo(new Stored(version, StoreProcesses.lease("a")));

        Files.delete(filler);
        long next = StoreProcesses.write(store, "orders", version, StoreProcesses.lease("c"));
        assertThat(next).isEqualTo(version + 1);
        try (Stream<Path> files = Files.list(directory.resolve("orders"))) {
          assertThat(files).hasSize(3);
        }
      }
    } finally {
      run("umount", directory.toString());
    }
  }

  @Test
  void aDirectoryThatMayNotBeWrittenIsRefusedAtTheStart() throws Exception {
    Files.setAttribute(directory, "unix:mode", 0555);
    Object owner = Files.getAttribute(directory, "unix:uid");
    Object group = Files.getAttribute(directory, "unix:gid");
    Object uid = isRoot() ? 12_001 : owner;

    var child = isRoot() ? childOf(12_001, 12_000) : child("unwelcome");

    assertThat(child.line())
        .isEqualTo(
            "refused ELECTOR_FILE_DIR: \"%s\" (expected: one that can be written by uid %s; %s has"
                + " mode 0555, uid %s, gid %s: Permission denied); make it writable for uid %s: in"
                + " a pod with fsGroup, else by chown",
            directory, uid, directory, owner, group, uid);
    assertThat(child.exitCode()).isEqualTo(78);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void severalUsersOfOneGroupShareADirectory() throws Exception {
    assumeTrue(isRoot(), "processes of other users are started, which only root may do");
    Files.setAttribute(directory, "unix:gid", 12_000);
    Files.setAttribute(directory, "unix:mode", 02770);
    var one = childOf(12_001, 12_000).ready();
    var other = childOf(12_002, 12_000).ready();
    var history = new History();

    try (var parent = parent()) {
      parent.enter("orders", history);
      for (int i = 0; i < BEYOND_SWEEP; i++) {
        contend(i % 2 == 0 ? one : other, "orders", history, parent);
      }
    }

    history.assertLinearizable();
    assertThat(history.calls()).filteredOn(Call::swap).allMatch(call -> call.outcome() > 0);
    try (Stream<Path> files = Files.list(directory.resolve("orders"))) {
      assertThat(files).hasSizeLessThan(Sweeper.KEPT + 8 + 2);
    }
  }

  /** The version to expect, after which the victim's is one that is swept behind. */
  private static long prepare(Doing doing, Contestant parent) {
    if (doing == Doing.CREATE) {
      return 0;
    }
    parent.write(Sweeper.KEPT + 4);
    while (parent.read().version() % 8 != 7) {
      parent.write(1);
    }
    return parent.read().version();
  }

  private static void begin(Doing doing, ChildProcess victim, String election, long expected) {
    victim.tell(
        doing == Doing.READ ? "read " + election : "swap " + election + " " + expected + " victim");
    victim.tell("settle");
  }

  private static Call answer(Doing doing, ChildProcess victim, long expected) {
    String line = victim.line();
    return doing == Doing.READ
        ? victim.parseRead(line)
        : victim.parseSwap(expected, "victim", line);
  }

  /** Lets a child read and then swap what it read. */
  private static void contend(
      ChildProcess child, String election, History history, Contestant names) {
    child.tell("read " + election);
    Call found = child.parseRead(child.line());
    history.add(found);
    String holder = names.newHolder(child.name());
    child.tell("swap " + election + " " + found.version() + " " + holder);
    history.add(child.parseSwap(found.version(), holder, child.line()));
  }

  private Contestant parent() {
    var clock = InstantSource.offset(InstantSource.system(), LATER);
    var disk = new SteppedDisk((call, path) -> {}).withoutSync();
    return new Contestant(FileLeaseStore.open(directory, Duration.ofMillis(500), disk, clock));
  }

  private ChildProcess child(String name) throws IOException {
    var child = new ChildProcess(name, directory, LATER);
    children.add(child);
    return child;
  }

  /** A process of another user, with all it must read copied to where that user may read. */
  private ChildProcess childOf(int uid, int gid) throws Exception {
    var classPath = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
        Path copy = copies.resolve(Integer.toHexString(entry.hashCode()));
        run("cp", "-rT", entry, copy.toString());
        classPath.add(copy.toString());
      }
    }
    run("chmod", "-R", "a+rX", copies.toString());
    var setpriv = List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
    var child =
        new ChildProcess(
            "uid" + uid, directory, LATER, String.join(File.pathSeparator, classPath), setpriv);
    children.add(child);
    return child;
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exit).as(String.join(" ", command)).isZero();
  }

  /** The store of this process, in one election after the other. */
  private static final class Contestant implements AutoCloseable {
    private final FileLeaseStore store;
    private String election = "";
    private History history = new History();
    private int names;

    Contestant(FileLeaseStore store) {
      this.store = store;
    }

    void enter(String election, History history) {
      this.election = election;
      this.history = history;
    }

    Stored read() {
      long from = System.nanoTime();
      Stored found = StoreProcesses.read(store, election);
      history.add(Call.read("parent", found, from, System.nanoTime()));
      return found;
    }

    /** Reads and swaps until it has written so many versions. */
    void write(int versions) {
      for (int i = 0; i < versions; ) {
        long expected = read().version();
        String holder = newHolder("parent");
        long from = System.nanoTime();
        Swap swap = StoreProcesses.swap(store, election, expected, StoreProcesses.lease(holder));
        long outcome = swap instanceof Swap.Written(long version) ? version : Call.CONFLICT;
        history.add(Call.swap("parent", expected, holder, outcome, from, System.nanoTime()));
        i += outcome > 0 ? 1 : 0;
      }
    }

    String newHolder(String name) {
      return name + "-" + ++names;
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
