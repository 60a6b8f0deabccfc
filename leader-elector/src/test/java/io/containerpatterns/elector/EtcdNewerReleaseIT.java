package io.containerpatterns.elector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.etcd.EtcdServer;
import io.containerpatterns.elector.etcd.NewerElector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Electors of ours beside one of a release to come, for one election on a real etcd. */
final class EtcdNewerReleaseIT {
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final String KEY = "/containerpatterns/leader/default";
  private static final Pattern LEADING =
      Pattern.compile("\"token\":(\\d+),\"validForMs\":([1-9]\\d*)");

  @TempDir Path folder;
  private final List<Beliefs.Interval> believed = new CopyOnWriteArrayList<>();
  private EtcdServer server;
  private ElectorProcess.Site site;
  private volatile boolean ended;

  @BeforeEach
  void begin() throws Exception {
    server = EtcdServer.start(folder);
    site = ElectorProcess.Site.in(folder);
  }

  @AfterEach
  void end() throws Exception {
    ended = true;
    server.close();
  }

  @Test
  void electorsOfTwoFormatsCompeteAndNeitherDeceivesTheOther() throws Exception {
    try (ElectorProcess one = start(1);
        ElectorProcess two = start(2)) {
      Await.until(() -> "an older one to lead\n" + one.log(), () -> one.leads() || two.leads());
      var newer = new NewerElector(server, KEY, LEASE);
      Await.until(() -> "the newer one to lead\n" + one.log(), () -> newer.terms().size() > 3);
      awaitRefusal(one);
      awaitRefusal(two);

      newer.close();
      String left = record();
      LockSupport.parkNanos(LEASE.multipliedBy(3).toNanos());

      assertThat(one.leads() || two.leads()).as("believed free").isFalse();
      assertThat(record()).as("overwritten").isEqualTo(left);
      assertThat(one.management("/livez").statusCode()).isEqualTo(200);
      assertThat(one.management("/readyz").statusCode()).isEqualTo(200);
      server.delete(KEY);
      Await.until(() -> "an older one to lead\n" + one.log(), () -> one.leads() || two.leads());
      var again = new NewerElector(server, KEY, LEASE);
      Await.until(() -> "the newer one to lead\n" + one.log(), () -> again.terms().size() > 3);
      again.close();
      believe("newer", newer);
      believe("newer again", again);
      assertNobodyWasDeceived();
    }
  }

  private ElectorProcess start(int n) throws IOException {
    ElectorProcess elector =
        site.start(
            n,
            "ELECTOR_STORE",
            "etcd",
            "ELECTOR_ETCD_ENDPOINTS",
            server.endpoint().toString(),
            "ELECTOR_LEASE",
            LEASE.toMillis() + "ms");
    elector.ready();
    Thread.ofPlatform().daemon().start(() -> listen("older " + n, elector));
    return elector;
  }

  /** Notes what an application beside it may believe. */
  private void listen(String name, ElectorProcess elector) {
    while (!ended) {
      long asked = System.nanoTime();
      try {
        Matcher answer = LEADING.matcher(elector.get("/status").body());
        if (answer.find()) {
          long until = asked + Long.parseLong(answer.group(2)) * 1_000_000;
          long token = Long.parseLong(answer.group(1));
          believed.add(new Beliefs.Interval(name, System.nanoTime(), until, token));
        }
      } catch (RuntimeException gone) {
        return;
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static void awaitRefusal(ElectorProcess elector) {
    Await.until(
        () -> "the newer format to be told\n" + elector.get("/status").body() + elector.log(),
        () ->
            elector.get("/status").body().contains("\"state\":\"UNKNOWN\"")
                && elector
                    .management("/healthz?verbose")
                    .body()
                    .contains(
                        "cannot read "
                            + KEY
                            + ": format 2 of a newer release (expected: at most 1); run that"
                            + " release"));
  }

  private String record() throws Exception {
    return server
        .call("/v3/kv/range", "{\"key\":\"%s\"}".formatted(EtcdServer.base64(KEY.getBytes(UTF_8))))
        .replaceAll("\"header\":\\{[^}]*}", "");
  }

  private void believe(String name, NewerElector newer) {
    newer
        .terms()
        .forEach(term ->
            believed.add(new Beliefs.Interval(name, term.from(), term.until(), term.token())));
  }

  private void assertNobodyWasDeceived() {
    var all = new ArrayList<>(believed);
    all.removeIf(each -> each.from() >= each.until());
    all.sort(Comparator.comparingLong(Beliefs.Interval::from));
    var beliefs = new Beliefs(all);
    assertThat(beliefs.overlaps()).as("two believed to lead").isEmpty();
    assertThat(beliefs.terms().stream().map(each -> each.getKey()).toList())
        .as("tokens only grow, and each has one holder")
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(4);
  }
}
