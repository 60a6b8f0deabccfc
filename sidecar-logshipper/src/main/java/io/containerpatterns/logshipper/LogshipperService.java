package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.chassis.Check;
import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.HostName;
import io.containerpatterns.chassis.Load;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.WritableFolder;
import io.containerpatterns.logshipper.local.StdoutOutput;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.ship.Remainder;
import io.containerpatterns.logshipper.ship.ShipperCounts;
import io.containerpatterns.logshipper.ship.Shipping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The log shipper as its process sees it. */
final class LogshipperService implements Service<LogshipperConfig> {
  private static final Log log = Log.of(LogshipperService.class);
  private static final int NAMED_MAX = 20;
  private static final long DONE_POLL_MILLIS = 200;

  private final LogshipperConfig config;
  private final Chassis chassis;
  private final LogshipperMetrics metrics;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Shipping shipping;
  private volatile @Nullable EventLoops loops;

  LogshipperService(LogshipperConfig config, Chassis chassis, LogshipperMetrics metrics) {
    this.config = config;
    this.chassis = chassis;
    this.metrics = metrics;
  }

  @Override
  public void start() throws IOException {
    WritableFolder.require(LogshipperConfig.STATE_DIR, config.stateDir());
    EventLoops started = EventLoops.start("send", 1, chassis.network());
    loops = started;
    var destinations =
        new Destinations(
            new Destinations.Surroundings(
                started,
                chassis.network(),
                chassis.ticker(),
                chassis.clock(),
                config.timeout(),
                HostName.ours()));
    var opened = new ArrayList<Shipping.Destination>();
    for (ShipTo to : config.shipTo()) {
      Output output = destinations.open(to);
      opened.add(
          new Shipping.Destination(
              to.id(),
              output,
              new Preparations(config.shaping(), chassis.ticker()),
              metrics.output(to.id())));
      log.info("destination", "id", to.id());
    }
    var plan =
        new Shipping.Plan(
            config.paths(),
            config.stateDir(),
            LogshipperConfig.STATE_DIR,
            config.openFiles(),
            config.start() == LogshipperConfig.Start.END,
            config.labels(),
            config.terms(),
            config.deadLetterMax().bytes(),
            config.drainQuiet(),
            lastWords(),
            List.copyOf(opened));
    Shipping begun =
        Shipping.start(plan, chassis.ticker(), chassis.clock(), new SplittableRandom());
    shipping = begun;
    metrics.follow(chassis.metrics(), begun);
    config.doneFile().ifPresent(file -> Thread.ofVirtual().name("done").start(() -> await(file)));
  }

  private Optional<Shipping.Epilogue> lastWords() {
    if (config.atDeadline() == LogshipperConfig.AtDeadline.LEAVE) {
      return Optional.empty();
    }
    var to =
        new Shipping.Destination(
            "last-words",
            new StdoutOutput(),
            new Preparations(config.shaping(), chassis.ticker()),
            ShipperCounts.NONE);
    return Optional.of(new Shipping.Epilogue(to, config.atDeadlineMax().bytes()));
  }

  /** A job ends with its application; the drain that follows ships what is left. */
  private void await(Path done) {
    try {
      while (!Files.exists(done)) {
        if (ended.await(DONE_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      chassis.lifecycle().stop("the application is done: " + done + " is there");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/status",
            (request, exchange) -> {
              Shipping begun = shipping;
              if (begun == null) {
                throw Refusal.of(503, "starting", "still starting; wait until /readyz answers 200");
              }
              exchange.reply(StatusPage.of(begun));
            }));
  }

  @Override
  public List<Check> checks() {
    Shipping begun = shipping;
    if (begun == null) {
      return List.of();
    }
    var checks = new ArrayList<Check>();
    for (Shipping.OutputHealth output : begun.outputs()) {
      checks.add(Check.of("output " + output.id(), output.health()));
    }
    List<String> unreadable = begun.unreadable();
    checks.add(
        new Check(
            "files",
            unreadable.isEmpty()
                ? Health.UP
                : new Health.Degraded("cannot read: " + String.join("; ", firstOf(unreadable))),
            Map.of("files", begun.files())));
    checks.add(
        new Check(
            "checkpoint",
            begun.checkpointHealth(),
            Map.of("ageSeconds", begun.checkpointAge().toMillis() / 1e3)));
    return checks;
  }

  private static List<String> firstOf(List<String> lines) {
    return lines.subList(0, Math.min(NAMED_MAX, lines.size()));
  }

  @Override
  public Load load() {
    Shipping begun = shipping;
    if (begun == null) {
      return Load.NONE;
    }
    int left = begun.remainders().size();
    return new Load(
        begun.held(),
        left,
        left == 0 ? "" : left + " files of which not everything is acknowledged");
  }

  @Override
  public void drain(Deadline deadline) throws InterruptedException {
    Shipping begun = shipping;
    // A drain that is not the end has nothing to do here: shipping is what others wait for.
    if (begun != null && chassis.lifecycle().status().stopping()) {
      begun.drain(deadline);
    }
  }

  @Override
  public void resume() {
    Shipping begun = shipping;
    if (begun != null) {
      begun.resume();
    }
  }

  @Override
  public Optional<String> close(Deadline deadline) {
    ended.countDown();
    Shipping begun = shipping;
    Optional<String> left = Optional.empty();
    if (begun != null) {
      left = leftBehind(begun.remainders());
      begun.close();
    }
    EventLoops started = loops;
    if (started != null) {
      started.close();
    }
    return left;
  }

  /** The bytes of each file that a store does not have yet: they are lost when the volume is. */
  private static Optional<String> leftBehind(List<Remainder> left) {
    if (left.isEmpty()) {
      return Optional.empty();
    }
    var text = new StringBuilder();
    long bytes = 0;
    for (Remainder one : left) {
      bytes += one.bytes();
    }
    text.append(bytes).append(" bytes were not acknowledged; the next start sends them: ");
    for (int i = 0; i < Math.min(NAMED_MAX, left.size()); i++) {
      Remainder one = left.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(one.bytes())
          .append(" of ")
          .append(one.path())
          .append(" by ")
          .append(one.output());
    }
    return Optional.of(left.size() > NAMED_MAX ? text.append(", ...").toString() : text.toString());
  }
}
