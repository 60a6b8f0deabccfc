package io.containerpatterns.elector;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.chassis.Container;
import io.containerpatterns.chassis.HostName;
import io.containerpatterns.chassis.Image;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.http.Hosts;
import io.containerpatterns.elector.api.ApiServer;
import io.containerpatterns.elector.api.RequestCounts;
import io.containerpatterns.elector.api.Verbs;
import io.containerpatterns.elector.application.Application;
import io.containerpatterns.elector.application.HealthGate;
import io.containerpatterns.elector.application.HttpHooks;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.SystemClocks;
import io.containerpatterns.elector.election.ThreadLoop;
import io.containerpatterns.elector.spread.Spread;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** The process of the image leader-elector. */
final class Main {
  static final Image<ElectorConfig> IMAGE =
      new Image<>(
          "leader-elector",
          "elector",
          "leader election",
          9474,
          ElectorConfig::read,
          ElectorMetrics::declare,
          Main::assemble);

  private Main() {}

  /** Begins here. */
  public static void main(String[] args) {
    Container.run(IMAGE, args);
  }

  /** The stages, from the store's side to the API's. */
  private static Service<ElectorConfig> assemble(ElectorConfig config, Chassis chassis) {
    long nonce = new SecureRandom().nextLong();
    String boot = HexFormat.of().toHexDigits(nonce);
    var clocks = SystemClocks.open();
    var loop = new ThreadLoop("elections");
    var tally = new Tally(clocks);
    var metrics = ElectorMetrics.of(chassis.metrics(), tally);
    var application = new Application(chassis.network());
    var hooks =
        new HttpHooks(
            application::send,
            loop,
            clocks,
            chassis.clock(),
            config.id(),
            new HttpHooks.Terms(config.hooks(), config.drain()),
            metrics::hook);
    var feed = new Feed();
    feed.subscribe(null, tally);
    feed.subscribe(null, metrics);
    feed.subscribe(null, new ElectionLog(loop, tally));
    var reporter = new Reporter(feed, metrics, clocks);
    var elections =
        new Elections(
            config.names(),
            config.store().kind().word(),
            !config.health().isAsked(),
            loop,
            clocks,
            new SplittableRandom(nonce),
            hooks,
            reporter,
            Elections.Attendance.both(tally, metrics));
    var spread = new Spread(elections, loop, clocks, metrics::live);
    feed.subscribe(null, spread);
    var healthLoop = new ThreadLoop("health");
    var healthGate = new HealthGate(healthLoop, elections::healthy);
    var api =
        new ApiServer(
            config.listen(),
            hosts(config.hosts()),
            config.dynamic(),
            elections,
            feed,
            Verbs.of(chassis.lifecycle()),
            chassis.network(),
            chassis.clock(),
            new RequestCounts(metrics.requests()));
    return new ElectorService(
        config,
        boot,
        chassis,
        loop,
        healthLoop,
        application,
        hooks,
        reporter,
        tally,
        elections,
        spread,
        healthGate,
        api,
        feed);
  }

  /** The names that the API answers to. */
  private static Hosts hosts(List<String> more) {
    var names = new ArrayList<>(more);
    names.add(HostName.ours());
    return Hosts.of(names);
  }
}
