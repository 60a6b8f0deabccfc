package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ContainerTest {
  private static final Map<String, String> BEAR = Map.of("TOY_NAME", "bear");

  private final ToyService service = new ToyService();
  private final Image<ToyImage.Config> image = ToyImage.with((config, chassis) -> service);

  @Test
  void aLifeRunsFromStartToAnEndBySigtermWithStatusZero() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      running.signal("TERM");

      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(service.calls).containsExactly("start", "drain", "close");
      assertThat(running.portOpen).isFalse();
      assertThat(running.out())
          .contains("Container: stopping reason=SIGTERM", "Container: stopped reason=SIGTERM");
    }
  }

  @Test
  void sigintStopsAsSigtermDoes() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      running.signal("INT");

      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void theStartTellsVersionEverySettingWithItsOriginAndTheAddress() throws Exception {
    try (Running running =
        Running.start(image, Map.of("TOY_NAME", "a bear", "LOG_FORMAT", "text"))) {
      running.until(State.READY);
      Await.until("ready", () -> running.out().contains("ready"));

      assertThat(running.out().lines().map(line -> line.substring(line.indexOf("chassis."))))
          .contains(
              "chassis.Container: starting image=toy-bear version=dev pid="
                  + ProcessHandle.current().pid(),
              "chassis.Container: setting TOY_CONFIG=\"\" origin=unset",
              "chassis.Container: setting TOY_NAME=\"a bear\" origin=env",
              "chassis.Container: setting TOY_PAUSE=1s origin=default",
              "chassis.Container: setting MANAGEMENT_LISTEN=:9999 origin=default",
              "chassis.Container: listening listener=management"
                  + " address=127.0.0.1/<unresolved>:9999");
    }
  }

  @Test
  void wrongSettingsEndWithEveryProblemAndNothingBound() throws Exception {
    var wrong = Map.of("TOY_PAUSE", "10", "TOY_LIMTI", "5s", "MANAGEMENT_LISTEN", "nowhere");
    try (Running running = Running.start(image, wrong)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(running.managed).isNull();
      assertThat(service.calls).isEmpty();
      assertThat(running.err())
          .isEqualTo(
              """
              toy-bear: 4 problems with the settings
                TOY_NAME: not set (expected: a text); set it, such as TOY_NAME=bear
                TOY_PAUSE: "10" (expected: a duration such as 10s, from 10ms to 1h); unset it to use 1s
                MANAGEMENT_LISTEN: "nowhere" (expected: an address such as 127.0.0.1:4040, [::1]:4040 or :4040); unset it to use :9999
                unknown setting: "TOY_LIMTI" (expected: a name that --help lists); did you mean TOY_LIMIT?
              """);
    }
  }

  @Test
  void whatASettingPointsToIsRefusedLikeTheSettingItself() throws Exception {
    var refusing =
        new ToyService() {
          @Override
          public void start() {
            throw new InvalidSettings(
                new Problem("TOY_NAME", "bear", "a name that is free", "choose another"));
          }
        };
    try (Running running = Running.start(ToyImage.with((c, chassis) -> refusing), BEAR)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(refusing.calls).containsExactly("close");
      assertThat(running.err())
          .isEqualTo(
              """
              toy-bear: 1 problem with the settings
                TOY_NAME: "bear" (expected: a name that is free); choose another
              """);
    }
  }

  @Test
  void aManagementAddressInUseNamesTheSettingAndTheRemedy() throws Exception {
    ManagementPort.Opening taken =
        managed -> {
          throw new BindException("Address already in use");
        };
    try (Running running = Running.start(image, BEAR, taken)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(service.calls).isEmpty();
      assertThat(running.err())
          .isEqualTo(
              """
              toy-bear: 1 problem with the settings
                MANAGEMENT_LISTEN: ":9999" (expected: an address that is free and ours; the system says: Address already in use); stop what uses it, or choose another
              """);
    }
  }

  @Test
  void aMissingUpstreamEndsWith69() throws Exception {
    var missing =
        new ToyService() {
          @Override
          public void start() {
            throw new UpstreamMissing("TOY_FOREST http://forest/ does not answer; start it first");
          }
        };
    try (Running running = Running.start(ToyImage.with((c, chassis) -> missing), BEAR)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.UPSTREAM_MISSING);
      assertThat(running.err())
          .isEqualTo("toy-bear: TOY_FOREST http://forest/ does not answer; start it first\n");
    }
  }

  @Test
  void aFaultAtTheStartEndsWith70AndGivesEverythingBack() throws Exception {
    var broken =
        new ToyService() {
          @Override
          public void start() throws IOException {
            throw new IOException("the bear is asleep");
          }
        };
    try (Running running = Running.start(ToyImage.with((c, chassis) -> broken), BEAR)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.INTERNAL_ERROR);
      assertThat(broken.calls).containsExactly("close");
      assertThat(running.portOpen).isFalse();
      assertThat(running.out())
          .contains("Container: internal error cause=\"IOException: the bear is asleep\"");
    }
  }

  @Test
  void anUncaughtErrorInAThreadEndsWith70WithoutADrain() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      Thread.ofPlatform()
          .name("forest")
          .start(() -> {
            throw new IllegalStateException("a tree fell");
          });

      assertThat(running.exitCode()).isEqualTo(ExitCode.INTERNAL_ERROR);
      assertThat(service.calls).containsExactly("start", "close");
      assertThat(running.out())
          .contains(
              "uncaught error, the process ends thread=forest cause=\"IllegalStateException: a tree"
                  + " fell\"");
    }
  }

  @Test
  void exhaustedMemoryInAThreadHaltsAtOnce() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      Thread.ofPlatform()
          .start(() -> {
            throw new OutOfMemoryError("no honey left");
          });

      assertThat(running.halted()).isEqualTo(ExitCode.INTERNAL_ERROR);
    }
  }

  @Test
  void workLeftBehindEndsWith75AndSaysWhat() throws Exception {
    var leaving =
        new ToyService() {
          @Override
          public Optional<String> close(Deadline deadline) {
            return Optional.of("3 growls were not heard");
          }
        };
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> leaving), BEAR).until(State.READY)) {
      running.signal("TERM");

      assertThat(running.exitCode()).isEqualTo(ExitCode.WORK_LEFT_BEHIND);
      assertThat(running.out())
          .contains("stopped with work left behind left=\"3 growls were not heard\"");
    }
  }

  @Test
  void aSecondSigtermSkipsTheWaits() throws Exception {
    var draining = new CountDownLatch(1);
    var slow =
        new ToyService() {
          @Override
          public void drain(Deadline deadline) throws InterruptedException {
            draining.countDown();
            forever();
          }
        };
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> slow), BEAR).until(State.READY)) {
      running.signal("TERM");
      assertThat(draining.await(20, TimeUnit.SECONDS)).isTrue();

      running.signal("TERM");

      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(slow.calls).containsExactly("start", "close");
      assertThat(running.out()).contains("second signal, skipping the waits signal=SIGTERM");
    }
  }

  @Test
  void aStopWhileTheServiceIsStillStartingCutsTheStartShort() throws Exception {
    var hanging =
        new ToyService() {
          @Override
          public void start() throws InterruptedException {
            calls.add("start");
            forever();
          }
        };
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> hanging), BEAR).until(State.STARTING)) {
      Await.until("start", () -> !hanging.calls.isEmpty());
      running.signal("TERM");

      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(hanging.calls).containsExactly("start", "drain", "close");
    }
  }

  @Test
  void aServiceThatIgnoresEveryDeadlineIsGivenUpBeforeSigkill() throws Exception {
    var deaf = new CountDownLatch(1);
    var stubborn =
        new ToyService() {
          @Override
          public Optional<String> close(Deadline deadline) {
            boolean woken = false;
            while (!woken) {
              try {
                deaf.await();
                woken = true;
              } catch (InterruptedException e) {
                calls.add("ignored");
              }
            }
            return Optional.empty();
          }
        };
    var hasty = Map.of("TOY_NAME", "bear", "TERMINATION_GRACE_SECONDS", "3");
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> stubborn), hasty).until(State.READY)) {
      running.signal("TERM");

      assertThat(running.halted()).isEqualTo(ExitCode.WORK_LEFT_BEHIND);
      assertThat(running.out()).contains("stop did not end in time, gave up state=STOPPING");
      deaf.countDown();
      running.exitCode();
    }
  }

  @Test
  void theDrainMayTakeUntilTwoSecondsBeforeTheGraceEnds() throws Exception {
    var left = new CompletableFuture<Duration>();
    var watching =
        new ToyService() {
          @Override
          public void drain(Deadline deadline) {
            left.complete(deadline.left());
          }
        };
    var grace = Map.of("TOY_NAME", "bear", "TERMINATION_GRACE_SECONDS", "60");
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> watching), grace).until(State.READY)) {
      running.signal("TERM");

      assertThat(left.get(20, TimeUnit.SECONDS))
          .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(58));
    }
  }

  @Test
  void drainAndResumeReachTheServiceInOrder() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      var lifecycle = running.managed().lifecycle();

      lifecycle.drain("test", Duration.ofSeconds(5));
      Await.until("drain", () -> service.calls.contains("drain"));
      assertThat(running.managed().probes().ready().yes()).isFalse();
      assertThat(running.managed().probes().live().yes()).isTrue();
      lifecycle.resume("test");
      Await.until("resume", () -> service.calls.contains("resume"));

      assertThat(running.managed().probes().ready().yes()).isTrue();
      assertThat(service.calls).containsExactly("start", "drain", "resume");
    }
  }

  @Test
  void aResumeCutsALongDrainShort() throws Exception {
    var slow =
        new ToyService() {
          @Override
          public void drain(Deadline deadline) throws InterruptedException {
            calls.add("drain");
            forever();
          }
        };
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> slow), BEAR).until(State.READY)) {
      running.managed().lifecycle().drain("test");
      Await.until("drain", () -> slow.calls.contains("drain"));

      running.managed().lifecycle().resume("test");

      Await.until("resume", () -> slow.calls.contains("resume"));
    }
  }

  @Test
  void theDrainDelayPassesBeforeWorkIsRefused() throws Exception {
    var delayed = Map.of("TOY_NAME", "bear", "MANAGEMENT_DRAIN_DELAY", "10m");
    try (Running running = Running.start(image, delayed).until(State.READY)) {
      running.managed().lifecycle().drain("test", Duration.ofMinutes(20));
      Await.until("the delay begins", () -> running.out().contains("Container: draining"));

      running.managed().lifecycle().resume("test");
      Await.until("resume", () -> service.calls.contains("resume"));

      assertThat(service.calls).containsExactly("start", "resume");
    }
  }

  @Test
  void aPriorityReachesTheService() throws Exception {
    try (Running running = Running.start(image, BEAR).until(State.READY)) {
      running.managed().lifecycle().priority(80, "test");

      Await.until("priority", () -> service.calls.contains("priority 80"));
    }
  }

  @Test
  void sighupReloadsWhatCanBeReloaded(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 2s\n");
    try (Running running =
        Running.start(image, Map.of("TOY_CONFIG", file.toString())).until(State.READY)) {
      Files.writeString(file, "name: bear\npause: 3s\nlog: {level: debug}\n");

      running.signal("HUP");

      Await.until("reload", () -> running.managed().configuration().generation() == 2);
      assertThat(service.calls).containsExactly("start", "reload PT3S");
      Await.until("log", () -> running.out().contains("reloaded"));
      assertThat(running.out())
          .contains("configuration reloaded generation=2 changed=\"[TOY_PAUSE, LOG_LEVEL]\"");
      assertThat(
              new String(running.managed().metrics().scrape(null).body(), StandardCharsets.UTF_8))
          .contains(
              "toy_config_reloads_total{outcome=\"applied\",} 1.0", "toy_config_generation 2.0");
    }
  }

  @Test
  void aReloadThatWouldNeedARestartChangesNothing(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 2s\n");
    try (Running running =
        Running.start(image, Map.of("TOY_CONFIG", file.toString())).until(State.READY)) {
      Files.writeString(file, "name: wolf\npause: 3s\n");

      assertThat(running.managed().configuration().reload())
          .isEqualTo(new Configuration.Reload.RestartNeeded(List.of("TOY_NAME")));
      assertThat(service.calls).containsExactly("start");
      assertThat(running.managed().probes().ready().checks())
          .contains(
              Check.of(
                  "config",
                  new Health.Degraded(
                      "the last reload was refused, the settings before it are in force")));
      assertThat(running.managed().probes().ready().yes()).isTrue();
    }
  }

  @Test
  void aReloadWhileDrainingIsRefusedAndWaitsForNothing(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 2s\n");
    try (Running running =
        Running.start(image, Map.of("TOY_CONFIG", file.toString())).until(State.READY)) {
      running.managed().lifecycle().drain("test");
      Files.writeString(file, "name: bear\npause: 3s\n");

      assertThat(running.managed().configuration().reload())
          .isEqualTo(new Configuration.Reload.NotNow("the process is DRAINING"));
    }
  }

  @Test
  void aServiceThatCannotUseNewSettingsKeepsTheOldOnes(@TempDir Path folder) throws Exception {
    var problem = new Problem("TOY_PAUSE", "3s", "a pause that bears like", "");
    var picky =
        new ToyService() {
          @Override
          public void reload(ToyImage.Config next) {
            throw new InvalidSettings(problem);
          }
        };
    Path file = Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 2s\n");
    var environment = Map.of("TOY_CONFIG", file.toString());
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> picky), environment).until(State.READY)) {
      Files.writeString(file, "name: bear\npause: 3s\n");

      assertThat(running.managed().configuration().reload())
          .isEqualTo(new Configuration.Reload.Invalid(List.of(problem)));
      assertThat(running.managed().configuration().generation()).isEqualTo(1);
      assertThat(running.isRunning()).isTrue();
    }
  }

  @Test
  void aServiceThatBreaksOverNewSettingsEndsTheProcessWith70(@TempDir Path folder)
      throws Exception {
    var broken =
        new ToyService() {
          @Override
          public void reload(ToyImage.Config next) {
            throw new IllegalStateException("half taken over");
          }
        };
    Path file = Files.writeString(folder.resolve("toy.yaml"), "name: bear\npause: 2s\n");
    var environment = Map.of("TOY_CONFIG", file.toString());
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> broken), environment).until(State.READY)) {
      Files.writeString(file, "name: bear\npause: 3s\n");

      assertThat(running.managed().configuration().reload())
          .isEqualTo(new Configuration.Reload.NotNow("the service failed to take them over"));
      assertThat(running.exitCode()).isEqualTo(ExitCode.INTERNAL_ERROR);
    }
  }

  @Test
  void aStopWithACheckpointWaitsUntilItWasFetched() throws Exception {
    var keeping =
        new ToyService() {
          @Override
          public Optional<Checkpoint> checkpoint() {
            return Optional.of(
                new Checkpoint() {
                  @Override
                  public int format() {
                    return 1;
                  }

                  @Override
                  public byte[] save() {
                    calls.add("save");
                    return new byte[] {1, 2, 3};
                  }

                  @Override
                  public void restore(int format, byte[] state) {}
                });
          }
        };
    try (Running running =
        Running.start(ToyImage.with((c, chassis) -> keeping), BEAR).until(State.READY)) {
      running.managed().lifecycle().stop("moving", Duration.ofSeconds(60), true);
      Await.until("saved", () -> running.managed().checkpoints().last().isPresent());
      assertThat(keeping.calls).containsExactly("start", "drain", "save");

      assertThat(running.managed().checkpoints().fetch().orElseThrow().bytes())
          .containsExactly(1, 2, 3);

      assertThat(running.exitCode()).isEqualTo(ExitCode.OK);
      assertThat(keeping.calls).containsExactly("start", "drain", "save", "close");
    }
  }

  @Test
  void theDownwardFolderMustBeThere() throws Exception {
    var environment = Map.of("TOY_NAME", "bear", "MANAGEMENT_DOWNWARD_DIR", "/nowhere");
    try (Running running = Running.start(image, environment)) {
      assertThat(running.exitCode()).isEqualTo(ExitCode.BAD_SETTINGS);
      assertThat(running.err())
          .isEqualTo(
              """
              toy-bear: 1 problem with the settings
                MANAGEMENT_DOWNWARD_DIR: "/nowhere" (expected: a folder); mount a downwardAPI volume there
              """);
    }
  }

  @Test
  void theDownwardFolderSteersTheLife(@TempDir Path folder) throws Exception {
    var environment = Map.of("TOY_NAME", "bear", "MANAGEMENT_DOWNWARD_DIR", folder.toString());
    try (Running running = Running.start(image, environment).until(State.READY)) {
      Files.writeString(folder.resolve("annotations"), "containerpatterns.io/drain=\"true\"\n");

      running.until(State.DRAINING);
      assertThat(running.managed().lifecycle().status().reason())
          .isEqualTo("annotation containerpatterns.io/drain");
    }
  }
}
