package io.containerpatterns.elector;

import io.containerpatterns.chassis.HostName;
import io.containerpatterns.chassis.settings.HostPort;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.NameRange;
import io.containerpatterns.chassis.settings.Parser;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.application.HealthCheck;
import io.containerpatterns.elector.application.Hook;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Elections;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The settings of an elector.
 *
 * @param names the elections to take part in
 * @param id what the other electors call us
 * @param store where the leases live
 * @param lease how long a renewal counts
 * @param mode who renews
 * @param priority -1 never leads, 0 is normal, up to 100 waits less before it takes a free lease
 * @param preempt whether a leader of lower priority is asked to step down
 * @param spread whether the elections are spread evenly over the live replicas
 * @param leadUnhealthyAfter after how long without any leader even an unhealthy application may
 *     lead; zero for never
 * @param drain how long the application may take to acknowledge that it stopped leading
 * @param meta what is told about us while we lead
 * @param health how the application is asked whether it is well
 * @param hooks whom to tell that leadership begins and ends
 * @param dynamic whether elections may be joined and left over the API
 * @param listen the address of the API
 * @param hosts more names that the API answers to
 */
record ElectorConfig(
    List<String> names,
    String id,
    StoreConfig store,
    Duration lease,
    Candidate.Mode mode,
    int priority,
    boolean preempt,
    boolean spread,
    Duration leadUnhealthyAfter,
    Duration drain,
    Map<String, String> meta,
    HealthCheck health,
    Hook hooks,
    boolean dynamic,
    HostPort listen,
    List<String> hosts) {
  static final Duration LEASE_MIN = Duration.ofMillis(500);
  static final Duration LEASE_MAX = Duration.ofHours(1);
  static final int META_BYTES_MAX = 1024;

  private static final int ID_LENGTH_MAX = 253;

  /** The only declaration of the elector's settings. */
  static ElectorConfig read(Settings s) {
    return new ElectorConfig(
        flat(
            s.list("NAMES", ElectorConfig::names)
                .meaning(
                    "the elections to take part in; the first is the one of calls without a name")
                .orElse("default")),
        s.text("ID")
            .meaning(
                "what the other electors call us, unique among them; the host name when not set")
            .optional("orders-0")
            .orElseGet(HostName::ours),
        StoreConfig.read(s),
        s.duration("LEASE")
            .meaning("how long a renewal counts: the longest time without a leader after a crash")
            .between(LEASE_MIN, LEASE_MAX)
            .reloadable()
            .orElse("10s"),
        s.choice("MODE", Candidate.Mode.class)
            .meaning(
                "auto: the elector campaigns and renews; manual: the application calls become and"
                    + " renew")
            .orElse("auto"),
        s.number("PRIORITY", -1, 100)
            .meaning("higher takes a free lease sooner; -1 never leads")
            .reloadable()
            .orElse("0"),
        s.flag("PREEMPT")
            .meaning("on asks a leader of lower priority to step down")
            .reloadable()
            .orElse("off"),
        s.flag("SPREAD")
            .meaning(
                "on spreads the elections of ELECTOR_NAMES evenly over the live replicas, each of"
                    + " which sets it")
            .orElse("off"),
        s.duration("LEAD_UNHEALTHY_AFTER")
            .meaning(
                "after how long without any leader even an unhealthy application leads; never when"
                    + " not set")
            .between(Duration.ofSeconds(1), Duration.ofDays(1))
            .reloadable()
            .optional("5m")
            .orElse(Duration.ZERO),
        s.duration("DRAIN")
            .meaning(
                "how long the application may take to acknowledge the lost hook; then the lease"
                    + " runs out by itself")
            .between(Duration.ZERO, Duration.ofHours(1))
            .reloadable()
            .orElse("10s"),
        meta(
            s.list("META", ElectorConfig::metaEntry)
                .meaning("what the others are told about us while we lead")
                .reloadable()
                .optional("url=http://10.0.0.7:8080,zone=a")
                .orElse(List.of())),
        new HealthCheck(
            s.uri("HEALTH_URL")
                .meaning("asked every second; 2xx within 500 ms is healthy, 3 failures resign")
                .reloadable()
                .optional("http://127.0.0.1:8080/healthz"),
            s.path("HEALTH_FILE")
                .meaning("looked for every second; healthy while it exists, 3 failures resign")
                .reloadable()
                .optional("/run/app/healthy")),
        new Hook(
            s.uri("HOOK_ACQUIRED")
                .meaning("where to POST that leadership begins")
                .reloadable()
                .optional("http://127.0.0.1:8080/lead"),
            s.uri("HOOK_LOST")
                .meaning(
                    "where to POST that leadership ended; 2xx says that the application has"
                        + " stopped")
                .reloadable()
                .optional("http://127.0.0.1:8080/stop"),
            s.flag("HOOK_GATE")
                .meaning("on answers \"leader\" only after the acquired hook was answered 2xx")
                .reloadable()
                .orElse("off")),
        s.flag("DYNAMIC")
            .meaning("on lets clients of the API join and leave elections")
            .orElse("off"),
        s.hostPort("LISTEN").meaning("address of the API").orElse("127.0.0.1:4040"),
        s.list("HOSTS", Parser.text())
            .meaning("more names accepted in the Host header of the API")
            .optional("elector.local")
            .orElse(List.of()));
  }

  ElectorConfig {
    names = List.copyOf(names);
    hosts = List.copyOf(hosts);
    var problems = new ArrayList<Problem>();
    checkNames(names, problems);
    problems.addAll(store.problems(names));
    checkSpread(spread, mode, problems);
    checkId(id, problems);
    checkMeta(meta, problems);
    checkHealth(health, leadUnhealthyAfter, problems);
    checkHooks(hooks, problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  /** How we take part in each election. */
  Candidate candidate(String boot) {
    return new Candidate(id, boot, lease, mode, priority, preempt, leadUnhealthyAfter, drain, meta);
  }

  /**
   * {@code running} with those of these settings that differ from {@code before}, and nothing else
   * of it changed.
   */
  Candidate changed(ElectorConfig before, Candidate running) {
    return new Candidate(
        running.id(),
        running.boot(),
        lease.equals(before.lease) ? running.lease() : lease,
        running.mode(),
        priority == before.priority ? running.priority() : priority,
        preempt,
        leadUnhealthyAfter,
        drain,
        meta.equals(before.meta) ? running.meta() : meta);
  }

  /** What is wrong with {@code id}, or nothing: it travels in headers and in every record. */
  private static void checkId(String id, List<Problem> problems) {
    boolean visible = id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!visible || id.length() > ID_LENGTH_MAX) {
      problems.add(
          new Problem(
              "ELECTOR_ID",
              id,
              "1 to " + ID_LENGTH_MAX + " visible ASCII characters without blanks",
              "choose another that no other elector has"));
    }
  }

  private static void checkNames(List<String> names, List<Problem> problems) {
    if (names.size() > Elections.COUNT_MAX) {
      problems.add(
          new Problem(
              "ELECTOR_NAMES",
              names.size() + " elections",
              "at most " + Elections.COUNT_MAX,
              "share them out among several electors"));
    }
    var seen = new LinkedHashSet<String>();
    for (String name : names) {
      if (!seen.add(name)) {
        problems.add(
            new Problem("ELECTOR_NAMES", name, "each election once", "remove one of the two"));
      }
    }
  }

  private static void checkSpread(boolean spread, Candidate.Mode mode, List<Problem> problems) {
    if (spread && mode == Candidate.Mode.MANUAL) {
      problems.add(
          new Problem(
              "ELECTOR_SPREAD",
              "on",
              "ELECTOR_MODE=auto; in manual mode the application decides what it stands for",
              "unset one of the two"));
    }
  }

  private static void checkMeta(Map<String, String> meta, List<Problem> problems) {
    int bytes = metaBytes(meta);
    if (bytes > META_BYTES_MAX) {
      problems.add(
          new Problem(
              "ELECTOR_META",
              bytes + " bytes",
              "at most " + META_BYTES_MAX + " bytes in all",
              "tell where to find the rest"));
    }
  }

  /** What {@code meta} weighs in each record. */
  static int metaBytes(Map<String, String> meta) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : meta.entrySet()) {
      bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes;
  }

  private static void checkHealth(
      HealthCheck health, Duration leadUnhealthyAfter, List<Problem> problems) {
    health.url().ifPresent(url -> checkPlainHttp("ELECTOR_HEALTH_URL", url, problems));
    if (health.url().isPresent() && health.file().isPresent()) {
      problems.add(
          new Problem(
              "ELECTOR_HEALTH_FILE",
              health.file().get().toString(),
              "not together with ELECTOR_HEALTH_URL",
              "keep one of the two"));
    }
    if (!leadUnhealthyAfter.isZero() && !health.isAsked()) {
      problems.add(
          new Problem(
              "ELECTOR_LEAD_UNHEALTHY_AFTER",
              leadUnhealthyAfter.toMillis() + "ms",
              "a health check beside it; without one every application counts as healthy",
              "set ELECTOR_HEALTH_URL or ELECTOR_HEALTH_FILE, or unset it"));
    }
  }

  private static void checkHooks(Hook hooks, List<Problem> problems) {
    hooks.acquired().ifPresent(url -> checkPlainHttp("ELECTOR_HOOK_ACQUIRED", url, problems));
    hooks.lost().ifPresent(url -> checkPlainHttp("ELECTOR_HOOK_LOST", url, problems));
    if (hooks.gate() && hooks.acquired().isEmpty()) {
      problems.add(
          new Problem(
              "ELECTOR_HOOK_GATE",
              "on",
              "ELECTOR_HOOK_ACQUIRED beside it; without one nobody could open the gate",
              "set ELECTOR_HOOK_ACQUIRED to the URL that agrees to lead, or unset it"));
    }
  }

  private static void checkPlainHttp(String setting, URI url, List<Problem> problems) {
    if (!"http".equals(url.getScheme())) {
      problems.add(
          new Problem(
              setting,
              url.toString(),
              "an address that begins with http://; the application is in the same pod, so nothing"
                  + " is encrypted",
              "name the application's plain port"));
    }
  }

  private static List<String> names(String text) {
    List<String> names = NameRange.expand(text, Elections.COUNT_MAX);
    for (String name : names) {
      if (Elections.isReserved(name)) {
        throw new IllegalArgumentException(
            "not to begin with " + Elections.RESERVED + ", which electors keep for themselves");
      }
      if (!Elections.isName(name)) {
        throw new IllegalArgumentException(
            "1 to 63 of a-z, 0-9, dot, underscore and dash, the first a letter or digit, or a range"
                + " such as shard-[0-15]");
      }
    }
    return names;
  }

  private static List<String> flat(List<List<String>> ranges) {
    return ranges.stream().flatMap(List::stream).toList();
  }

  private static Map.Entry<String, String> metaEntry(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("a name and a value such as url=http://10.0.0.7:8080");
    }
    return Map.entry(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  private static Map<String, String> meta(List<Map.Entry<String, String>> entries) {
    var meta = new LinkedHashMap<String, String>();
    for (Map.Entry<String, String> entry : entries) {
      if (meta.put(entry.getKey(), entry.getValue()) != null) {
        throw new InvalidSettings(
            new Problem("ELECTOR_META", entry.getKey(), "each name once", "remove one of the two"));
      }
    }
    return meta;
  }
}
