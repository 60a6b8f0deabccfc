package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.tls.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is promised of Kafka, on a broker. */
final class KafkaIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int KILLS = LONG ? 20 : 1;
  private static final int LINES_A_SECOND = 2_000;

  @TempDir static Path home;
  private static Broker broker;
  private static int securePort;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    // What the image's flags make of 96 MiB.
    System.setProperty("shipper.heap.mib", "38");
    var certificates = new Certificates("test");
    securePort = Broker.freePort();
    Files.createDirectories(home.resolve("tls"));
    certificates.authorityInto(home.resolve("tls/ca.pem"));
    Certificates.identityInto(
        home.resolve("tls/cert.pem"),
        home.resolve("tls/key.pem"),
        certificates.addressed("127.0.0.1"));
    Path identity = home.resolve("tls/identity.pem");
    Files.writeString(
        identity,
        Files.readString(home.resolve("tls/key.pem"))
            + Files.readString(home.resolve("tls/cert.pem")));
    broker =
        new Broker(
            home,
            "auto.create.topics.enable=false",
            "listener=SASL_SSL://127.0.0.1:" + securePort,
            "ssl.keystore.type=PEM",
            "ssl.keystore.location=" + identity,
            "sasl.enabled.mechanisms=SCRAM-SHA-512",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config="
                + "org.apache.kafka.common.security.scram.ScramLoginModule required;");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void everyLineIsInTheTopicOnceAndThoseOfAFileAreInOnePartitionInOrder() throws Exception {
    broker.topic("orders", 8);
    var site = ShipperProcess.Site.in(folder);
    try (var app = new LogWriter(site.logs(), "app");
        var web = new LogWriter(site.logs(), "web");
        var shipper =
            site.start(to("orders?hostname=shop-0&brokers=127.0.0.2:1;[::1]:1&compression=gzip"))
                .ready()) {
      for (int i = 0; i < 5; i++) {
        app.write(2_000);
        app.rotate(LogWriter.Rotation.RENAME, 10);
        web.write(500);
      }

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      List<Broker.Stored> records = broker.records("orders");
      Arrivals arrivals = account(records);
      assertAll(arrivals, app, web);
      assertThat(arrivals.again()).isZero();
      assertThat(partitions(records))
          .containsKey("shop-0" + web.file())
          .allSatisfy((key, partitions) -> {
            assertThat(key).startsWith("shop-0" + site.logs() + "/");
            assertThat(partitions).hasSize(1);
          });
    }
  }

  @Test
  void aBrokerThatIsKilledAndStartedAgainInTheMiddleOfALoadLosesNothing() throws Exception {
    broker.topic("killed", 1);
    var site = ShipperProcess.Site.in(folder);
    try (var app = new LogWriter(site.logs(), "app");
        var shipper =
            site.start(to("killed?timeout=9s"), "TERMINATION_GRACE_SECONDS", "60").ready()) {
      app.start(LINES_A_SECOND, 10_000, LogWriter.Rotation.RENAME, 1_000);
      for (int kill = 0; kill < KILLS; kill++) {
        double before = shipper.metric("logshipper_out_total");
        Await.until("lines arrive", () -> shipper.metric("logshipper_out_total") > before + 2_000);
        broker.kill();
        broker.startAgain();
      }
      app.stop();

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      Arrivals arrivals = account(broker.records("killed"));
      System.out.printf(
          "%d kills of the broker: %d lines, %d of them twice%n",
          KILLS, app.lines(), arrivals.again());
      assertAll(arrivals, app);
    }
  }

  @Test
  void aRecordThatIsTooLargeBecomesADeadLetterAndItsNeighboursArrive() throws Exception {
    broker.topic("small", 1, "max.message.bytes", "2000");
    var site = ShipperProcess.Site.in(folder);
    try (var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(to("small?id=main")).ready()) {
      app.write(50);
      app.write("x".repeat(10_000) + "\n");
      app.write(50);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      assertAll(account(broker.records("small")), app);
      assertThat(Files.readAllLines(site.state().resolve("dead-letters-main.ndjson")))
          .singleElement()
          .asString()
          .contains("\"why\":\"The request included a message larger than", "xxxx");
    }
  }

  @Test
  void aTopicThatDoesNotExistIsToldAndItsLinesArriveWhenItIsMade() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(to("late?timeout=3s")).ready()) {
      app.write(1_000);
      Await.until(
          () -> "it is told\n" + shipper.log(),
          () -> shipper.get("/healthz?verbose").body().contains("there is no topic late"));

      broker.topic("late", 1);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      Arrivals arrivals = account(broker.records("late"));
      assertAll(arrivals, app);
      assertThat(arrivals.again()).isZero();
    }
  }

  @Test
  void withTlsAndScramOnlyTheRightPasswordIsLetInAndAWrongOneLosesNothing() throws Exception {
    broker.topic("secret", 1);
    scramUser("ship\"per", "correct horse");
    Path password = Files.writeString(folder.resolve("password"), "wrong\n");
    var site = ShipperProcess.Site.in(folder);
    String to =
        "kafka+tls://127.0.0.1:%d/secret?sasl=scram-sha-512&user=ship%%22per&password_file=%s&ca_file=%s&timeout=6s"
            .formatted(securePort, password, home.resolve("tls/ca.pem"));
    try (var app = new LogWriter(site.logs(), "app")) {
      app.write(1_000);
      try (var shipper = site.start(to).ready()) {
        Await.until(
            () -> "it is told\n" + shipper.log(),
            () -> shipper.get("/healthz?verbose").body().contains("not let in: "));
        shipper.kill();
        assertThat(shipper.log()).doesNotContain("wrong\n", "=wrong", "\"wrong\"");
      }
      // A denied store is asked again every 30 s, which is no time for a test.
      Files.writeString(password, "correct horse\n");
      try (var shipper = site.start(to).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertAll(account(broker.records("secret")), app);
    }
  }

  @Test
  void brokersThatCannotBeReachedAreNamed() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    int nobody = Broker.freePort();
    try (var app = new LogWriter(site.logs(), "app");
        var shipper =
            site.start("kafka://127.0.0.1:" + nobody + "/orders?timeout=1500ms").ready()) {
      app.write(10);

      Await.until(
          () -> "it is told\n" + shipper.log(),
          () ->
              shipper
                  .get("/healthz?verbose")
                  .body()
                  .contains("no broker answers at 127.0.0.1:" + nobody + " without TLS"));
    }
  }

  private static void scramUser(String name, String password) throws Exception {
    var info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096);
    try (var admin = broker.admin()) {
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(name, info, password)))
          .all()
          .get();
    }
  }

  private static String to(String rest) {
    return "kafka://" + broker.address() + "/" + rest;
  }

  private static Arrivals account(List<Broker.Stored> records) {
    var arrivals = new Arrivals();
    for (Broker.Stored each : records) {
      arrivals.add(
          new HttpStore.Message(
              each.value().path("file").asText(),
              each.value().path("offset").asLong(),
              each.text(),
              each.value()));
    }
    return arrivals;
  }

  private static void assertAll(Arrivals arrivals, LogWriter... writers) {
    for (LogWriter writer : writers) {
      assertThat(arrivals.missing(writer)).as(writer.name()).isEmpty();
      assertThat(arrivals.outOfOrder(writer)).as(writer.name()).isEmpty();
    }
    assertThat(arrivals.strange()).isEmpty();
  }

  private static Map<String, Set<Integer>> partitions(List<Broker.Stored> records) {
    var partitions = new TreeMap<String, Set<Integer>>();
    for (Broker.Stored each : records) {
      partitions.computeIfAbsent(each.key(), none -> new TreeSet<>()).add(each.partition());
    }
    return partitions;
  }
}
