package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.ManagedProcess;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.http.Heartbeat;
import io.containerpatterns.chassis.http.LeakWatch;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakWatch.class)
class ManagementServerTest {
  private static final Log log = Log.of(ManagementServerTest.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<AutoCloseable> opened = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void aReadyProcessAnswersItsProbes() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    for (String probe : List.of("/livez", "/readyz", "/startupz", "/healthz")) {
      Answer answer = client.get(probe);
      assertThat(answer.status() + " " + answer.body()).as(probe).isEqualTo("200 ok\n");
    }
  }

  @Test
  void aStartingProcessIsAliveButNeitherStartedNorReady() throws Exception {
    RawClient client = client(new ManagedProcess().begin(true));

    assertThat(client.get("/livez").status()).isEqualTo(200);
    assertThat(client.get("/startupz").status()).isEqualTo(503);
    assertThat(client.get("/readyz").status()).isEqualTo(503);
    assertThat(client.get("/readyz").body()).isEqualTo("state: STARTING\n");
  }

  @Test
  void aDeadUpstreamLeavesUsReadyAndIsSeen() throws Exception {
    RawClient client =
        client(new ManagedProcess().with(new Health.Degraded("store is away")).begin());

    Answer answer = client.get("/readyz?verbose");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"status\":\"DEGRADED\",\"state\":\"READY\",\"checks\":[{\"name\":\"store\",\"status\":\"DEGRADED\",\"reason\":\"store"
                + " is away\",\"data\":{\"lag\":7}}]}");
  }

  @Test
  void ourOwnInabilityMakesUsUnreadyWithTheReason() throws Exception {
    RawClient client = client(new ManagedProcess().with(new Health.Down("no disk")).begin());

    Answer answer = client.get("/readyz");

    assertThat(answer.status() + " " + answer.body()).isEqualTo("503 store: no disk\n");
    assertThat(client.get("/livez").status()).isEqualTo(200);
  }

  @Test
  void drainingMakesUsUnreadyAtOnceAndResumeUndoesIt() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    Answer drain = client.ask("POST", "/lifecycle/drain", "{\"timeoutSeconds\":5}");
    assertThat(drain.status()).isEqualTo(202);
    assertThat(json(drain).get("state").asText()).isEqualTo("DRAINING");
    assertThat(json(drain).get("reason").asText()).isEqualTo("drain by 127.0.0.1");
    assertThat(json(drain).get("inFlight").asInt()).isEqualTo(2);
    assertThat(json(drain).get("waitingFor").asText()).isEqualTo("two growls");
    assertThat(json(drain).has("deadline")).isTrue();
    assertThat(client.get("/readyz").status()).isEqualTo(503);
    assertThat(client.get("/livez").status()).isEqualTo(200);

    assertThat(client.ask("POST", "/lifecycle/drain", "").status())
        .as("asked twice")
        .isEqualTo(202);
    assertThat(client.ask("POST", "/lifecycle/resume", "").status()).isEqualTo(200);
    assertThat(client.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void thereIsNoWayBackFromAStop() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    Answer stop = client.ask("POST", "/lifecycle/stop", "{\"graceSeconds\":10}");
    assertThat(stop.status()).isEqualTo(202);
    assertThat(json(stop).get("stopping").asBoolean()).isTrue();

    Answer resume = client.ask("POST", "/lifecycle/resume", "");
    assertThat(resume.status()).isEqualTo(409);
    assertThat(resume.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"stopping"
                + " because of stop by 127.0.0.1; there is no way"
                + " back\",\"error\":\"not_now\",\"state\":\"DRAINING\"}");
  }

  @Test
  void aMisspeltMemberIsRefused() throws Exception {
    Answer answer =
        client(new ManagedProcess().begin())
            .ask("POST", "/lifecycle/drain", "{\"timeoutSecond\":5}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).get("detail").asText())
        .isEqualTo(
            "body: \"timeoutSecond\" (expected: one of timeoutSeconds); correct the name or leave"
                + " it out");
  }

  @Test
  void aPriorityOutsideItsBoundsIsRefused() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    assertThat(client.ask("PUT", "/lifecycle/priority", "{\"priority\":101}").status())
        .isEqualTo(400);
    assertThat(client.ask("PUT", "/lifecycle/priority", "{}").status()).isEqualTo(400);
    assertThat(
            json(client.ask("PUT", "/lifecycle/priority", "{\"priority\":7}"))
                .get("priority")
                .asInt())
        .isEqualTo(7);
  }

  @Test
  void aProcessWithoutStateSaysSo() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    Answer answer = client.ask("POST", "/lifecycle/checkpoint", "");

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not"
                + " Implemented\",\"status\":501,\"detail\":\"toy-bear keeps no state worth"
                + " carrying; start another one, it needs nothing from"
                + " this\",\"error\":\"no_state\"}");
    assertThat(client.get("/lifecycle/checkpoint").status()).isEqualTo(501);
    assertThat(client.ask("PUT", "/lifecycle/restore", "x").status()).isEqualTo(501);
    assertThat(client.ask("POST", "/lifecycle/stop", "{\"checkpoint\":true}").status())
        .isEqualTo(501);
  }

  @Test
  void stateIsSavedFetchedAndRestored() throws Exception {
    var state = new Remembered();
    RawClient client = client(new ManagedProcess().with(state).begin());
    assertThat(client.get("/lifecycle/checkpoint").status()).as("nothing yet").isEqualTo(404);

    Answer saved = client.ask("POST", "/lifecycle/checkpoint", "");
    Answer fetched = client.get("/lifecycle/checkpoint");
    Answer restored =
        client.ask(
            "PUT",
            "/lifecycle/restore",
            "new",
            "Checkpoint-Format: " + fetched.header("checkpoint-format"));

    assertThat(json(saved).get("bytes").asInt()).isEqualTo(3);
    assertThat(saved.header("etag")).isEqualTo("\"" + json(saved).get("id").asText() + "\"");
    assertThat(fetched.header("etag")).isEqualTo(saved.header("etag"));
    assertThat(fetched.body()).isEqualTo("old");
    assertThat(
            client
                .ask("GET", "/lifecycle/checkpoint", "", "If-None-Match: " + saved.header("etag"))
                .status())
        .isEqualTo(304);
    assertThat(restored.status()).isEqualTo(200);
    assertThat(state.text).isEqualTo("new");
  }

  @Test
  void stateOfANewerFormatIsRefusedAndNothingChanges() throws Exception {
    var state = new Remembered();
    RawClient client = client(new ManagedProcess().with(state).begin());

    Answer newer = client.ask("PUT", "/lifecycle/restore", "new", "Checkpoint-Format: 3");

    assertThat(newer.status()).isEqualTo(409);
    assertThat(client.ask("PUT", "/lifecycle/restore", "new").status())
        .as("without format")
        .isEqualTo(400);
    assertThat(client.ask("PUT", "/lifecycle/restore", "bad", "Checkpoint-Format: 2").status())
        .isEqualTo(409);
    assertThat(state.text).isEqualTo("old");
  }

  @Test
  void aReplicaIsDescribedAndNeverStarted() throws Exception {
    RawClient client =
        client(new ManagedProcess().with(new Remembered()).with("TOY_NAME", "cub").begin());
    client.ask("POST", "/lifecycle/checkpoint", "");

    JsonNode descriptor = json(client.ask("POST", "/lifecycle/replicate", "{\"count\":2}"));

    assertThat(descriptor.get("image").asText()).isEqualTo("containerpatterns/toy-bear");
    assertThat(descriptor.get("version").asText()).isEqualTo("1.2.3");
    assertThat(descriptor.get("count").asInt()).isEqualTo(2);
    assertThat(descriptor.get("environment").get("TOY_NAME").asText()).isEqualTo("cub");
    assertThat(descriptor.get("state").get("bytes").asInt()).isEqualTo(3);
  }

  @Test
  void infoTellsWhoWeAre() throws Exception {
    JsonNode info =
        json(client(new ManagedProcess().with("POD_NAMESPACE", "shop").begin()).get("/info"));

    assertThat(info.get("name").asText()).isEqualTo("toy-bear");
    assertThat(info.get("pattern").asText()).isEqualTo("the toy pattern");
    assertThat(info.get("version").asText()).isEqualTo("1.2.3");
    assertThat(info.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(info.get("state").asText()).isEqualTo("READY");
    assertThat(info.get("pod").toString()).isEqualTo("{\"name\":\"pod-7\",\"namespace\":\"shop\"}");
    assertThat(info.get("links").toString()).contains("\"/metrics\"", "\"/threads\"");
  }

  @Test
  void settingsAreShownWithTheirOriginAndSecretsHidden() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "geheim");
    RawClient client =
        client(
            new ManagedProcess()
                .with("TOY_NAME", "cub")
                .with("MANAGEMENT_TOKEN_FILE", token.toString())
                .begin());

    Answer config = client.get("/config");

    assertThat(config.body())
        .contains("{\"name\":\"TOY_NAME\",\"value\":\"cub\",\"origin\":\"env\"}")
        .contains("{\"name\":\"TOY_PAUSE\",\"value\":\"1s\",\"origin\":\"default\"}")
        .doesNotContain("geheim");
    assertThat(json(config).get("generation").asInt()).isEqualTo(1);
    assertThat(json(config).get("lastReload").asText()).isEqualTo("none");
  }

  @Test
  void aWrongFileIsTold422WithEveryProblem() throws Exception {
    Answer answer =
        client(new ManagedProcess().begin())
            .ask("POST", "/config/check", "pause: soon\nnane: cub\n");

    assertThat(answer.status()).isEqualTo(422);
    JsonNode document = json(answer);
    assertThat(document.get("title").asText()).isEqualTo("invalid configuration");
    assertThat(document.get("errors")).hasSize(2);
    assertThat(document.get("errors").get(0).get("message").asText()).contains("soon");
  }

  @Test
  void aRightFileIsToldWhatItWouldChange() throws Exception {
    Answer answer =
        client(new ManagedProcess().begin()).ask("POST", "/config/check", "pause: 2s\nname: cub\n");

    assertThat(answer.status() + " " + answer.body())
        .isEqualTo(
            "200 {\"changed\":[\"TOY_NAME\",\"TOY_PAUSE\"],\"restartNeeded\":[\"TOY_NAME\"]}");
  }

  @Test
  void aChangedFileIsTakenOverOrRefusedAsAWhole() throws Exception {
    Path file = Files.writeString(folder.resolve("toy.yaml"), "pause: 1s\n");
    RawClient client = client(new ManagedProcess().with("TOY_CONFIG", file.toString()).begin());

    Files.writeString(file, "pause: 2s\n");
    Answer applied = client.ask("POST", "/config/reload", "");
    Files.writeString(file, "pause: 3s\nname: cub\n");
    Answer restart = client.ask("POST", "/config/reload", "");
    Files.writeString(file, "pause: never\n");
    Answer invalid = client.ask("POST", "/config/reload", "");

    assertThat(applied.body()).isEqualTo("{\"generation\":2,\"changed\":[\"TOY_PAUSE\"]}");
    assertThat(restart.status() + " " + json(restart).get("error").asText())
        .isEqualTo("409 restart_needed");
    assertThat(invalid.status()).isEqualTo(422);
    assertThat(client.get("/config").body()).contains("\"name\":\"TOY_PAUSE\",\"value\":\"2s\"");
  }

  @Test
  void metricsAreInTheFormatThatWasAskedFor() throws Exception {
    RawClient client = client(new ManagedProcess().begin());
    client.get("/livez");

    Answer text = client.get("/metrics");
    Answer open =
        client.ask("GET", "/metrics", "", "Accept: application/openmetrics-text;version=1.0.0;q=1");

    assertThat(text.header("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(text.body())
        .contains("toy_network_open{name=\"management\",side=\"listener\",} 1.0")
        .contains(
            "toy_network_messages_total{direction=\"out\",name=\"management\",side=\"listener\",}"
                + " 1.0");
    assertThat(open.header("content-type")).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void threadsAreShownAsTextOrJson() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    Answer text = client.get("/threads");
    Answer json = client.ask("GET", "/threads", "", "Accept: application/json");

    assertThat(text.body())
        .startsWith("no deadlock; virtual threads: ")
        .contains("\"management-1\" #");
    assertThat(json(json).get("deadlocked")).isEmpty();
    assertThat(json(json).get("threads").findValuesAsText("name")).contains("management-1");
  }

  @Test
  void whoHasReadAnAnswerIsNotToldThatTheSameIsBeingDoneForSomebodyElse() throws Exception {
    RawClient client = client(new ManagedProcess().begin());

    for (int time = 0; time < 100; time++) {
      assertThat(client.get("/threads").status()).isEqualTo(200);
    }
  }

  @Test
  void threadsThatWaitForEachOtherForeverAreFound() throws Exception {
    Deadlock deadlock = Deadlock.make();
    opened.add(deadlock);
    RawClient client = client(new ManagedProcess().begin());
    var vitals = new Vitals(new ManagedProcess().begin().network());

    vitals.search();

    assertThat(vitals.deadlocks().health())
        .isEqualTo(
            new Health.Down(
                "deadlock-a, deadlock-b wait for each other's locks; /threads tells where"));
    assertThat(client.get("/threads").body())
        .startsWith("2 threads deadlocked")
        .contains("DEADLOCKED");
  }

  @Test
  void aProfileIsARecordingAndLeavesNothingBehind() throws Exception {
    RawClient client =
        client(new ManagedProcess().with("MANAGEMENT_PROFILE_DIR", folder.toString()).begin());

    client.send(
        "POST /profile HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Length: 26\r\n\r\n"
            + "{\"kind\":\"cpu\",\"seconds\":1} ");
    RawClient second = client(client);
    Await.until(
        "the second is told that one is being made",
        () -> status(second, "POST", "/profile", "{\"seconds\":1}") == 409);
    Path file = folder.resolve("answer.jfr");
    int length = Integer.parseInt(client.answerHead().header("content-length"));
    Files.write(file, client.bytes(length));

    var events = RecordingFile.readAllEvents(file);
    assertThat(events).isNotEmpty();
    Await.until("only the answer is left", () -> jfrFiles() == 1);
  }

  @Test
  void contentionNamesThePlaceWhereThreadsWait() throws Exception {
    RawClient client =
        client(new ManagedProcess().with("MANAGEMENT_PROFILE_DIR", folder.toString()).begin());
    try (var contended = Contended.begin()) {
      JsonNode answer = json(client.get("/contention?seconds=1&limit=5"));

      JsonNode site = null;
      for (JsonNode one : answer.get("sites")) {
        if (one.get("kind").asText().equals("enter")
            && one.get("stack").toString().contains("Contended")) {
          site = one;
        }
      }
      assertThat(site).as(answer.toString()).isNotNull();
      assertThat(site.get("count").asInt()).isPositive();
      assertThat(site.get("totalMillis").asInt()).isPositive();
      assertThat(contended).isNotNull();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold503WithTheRemedy() throws Exception {
    RawClient client =
        client(new ManagedProcess().with("MANAGEMENT_PROFILE_DIR", "/proc/nowhere").begin());

    Answer answer = client.ask("POST", "/profile", "{\"seconds\":1}");

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Service"
                + " Unavailable\",\"status\":503,\"detail\":\"cannot write to /proc/nowhere"
                + " (NoSuchFileException); mount a writable volume there, such as an emptyDir, or"
                + " set MANAGEMENT_PROFILE_DIR to one\",\"error\":\"profile_dir_unusable\"}");
    assertThat(client.get("/heap").status()).as("all else works").isEqualTo(200);
  }

  @Test
  void theHeapIsShownByClass() throws Exception {
    JsonNode heap = json(client(new ManagedProcess().begin()).get("/heap?limit=3&live"));

    assertThat(heap.get("usedBytes").asLong()).isPositive();
    assertThat(heap.get("classes")).hasSize(3);
    assertThat(heap.get("classes").get(0).get("bytes").asLong())
        .isGreaterThanOrEqualTo(heap.get("classes").get(1).get("bytes").asLong());
  }

  @Test
  void aHeapDumpNeedsItsSetting() throws Exception {
    Answer off = client(new ManagedProcess().begin()).ask("POST", "/heap/dump", "");
    ManagedProcess allowed =
        new ManagedProcess()
            .with("MANAGEMENT_HEAP_DUMP", "on")
            .with("MANAGEMENT_PROFILE_DIR", folder.toString());
    RawClient client = client(allowed.begin());

    client.send("POST /heap/dump HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");

    assertThat(off.status() + " " + json(off).get("error").asText()).isEqualTo("403 heap_dump_off");
    int length = Integer.parseInt(client.answerHead().header("content-length"));
    assertThat(new String(client.bytes(length), 0, 12, StandardCharsets.US_ASCII))
        .isEqualTo("JAVA PROFILE");
  }

  @Test
  void aLevelIsSetForAWhile() throws Exception {
    RawClient client = client(new ManagedProcess().begin());
    String name = "chassis.management.ManagementServerTest";

    JsonNode set =
        json(client.ask("PUT", "/loggers/" + name, "{\"level\":\"debug\",\"ttlSeconds\":600}"));

    assertThat(set.get("level").asText()).isEqualTo("debug");
    assertThat(set.has("until")).isTrue();
    assertThat(log.isOn(Level.DEBUG)).isTrue();
    assertThat(client.ask("PUT", "/loggers/" + name, "{}").status()).isEqualTo(200);
    assertThat(log.isOn(Level.DEBUG)).isFalse();
    assertThat(client.ask("PUT", "/loggers/none.such", "{\"level\":\"debug\"}").status())
        .isEqualTo(404);
    assertThat(client.ask("PUT", "/loggers/ROOT", "{\"level\":\"loud\"}").status()).isEqualTo(400);
    assertThat(client.get("/loggers").body()).contains("\"name\":\"ROOT\"");
  }

  @Test
  void theLastEventsAreShownByLevelAndNumber() throws Exception {
    RawClient client = client(new ManagedProcess().begin());
    log.info("growled", "times", 1);
    log.warn("growled", "times", 2);
    log.warn("growled", "times", 3);

    Answer answer = client.get("/logs?level=warn&limit=1");

    assertThat(answer.header("content-type")).isEqualTo("application/x-ndjson");
    assertThat(answer.body())
        .matches(
            "\\{\"time\":\"[^\"]+\",\"level\":\"warn\",\"logger\":\"[^\"]+\",\"message\":\"growled\",\"times\":\"3\"}\n");
  }

  @Test
  void whoeverFollowsTheLogSeesWhatComes() throws Exception {
    RawClient client = client(new ManagedProcess().begin());
    log.warn("before");
    client.send(
        "GET /logs?level=warn&follow HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Accept: text/event-stream\r\n\r\n");
    assertThat(client.answerHead().header("content-type")).isEqualTo("text/event-stream");
    assertThat(client.chunk()).contains("\"message\":\"before\"");

    log.warn("after");

    assertThat(client.chunk())
        .startsWith("id: ")
        .contains("data: {", "\"message\":\"after\"")
        .endsWith("\n\n");
  }

  @Test
  void onlySoManyMayFollowTheLog() throws Exception {
    Managed managed = new ManagedProcess().begin();
    ManagementServer server = start(managed);
    for (int i = 0; i < 16; i++) {
      connect(server).send("GET /logs?follow HTTP/1.1\r\nHost: localhost\r\n\r\n").answerHead();
    }

    assertThat(connect(server).get("/logs?follow").status()).isEqualTo(429);

    opened.get(1).close();
    Await.until("there is room again", () -> !followed(server).startsWith("429"));
  }

  @Test
  void theNetworkIsShown() throws Exception {
    Managed managed = new ManagedProcess().begin();
    managed.network().upstream("hook").error();

    JsonNode network = json(client(managed).get("/network"));

    assertThat(network.get("listeners").get(0).get("name").asText()).isEqualTo("management");
    assertThat(network.get("listeners").get(0).get("open").asInt()).isEqualTo(1);
    assertThat(network.get("upstreams").get(0).get("errors").asInt()).isEqualTo(1);
    assertThat(network.get("loops").get(0).get("name").asText()).isEqualTo("management-1");
  }

  @Test
  void aStuckEventLoopMakesUsUnlive() throws Exception {
    var ticker = new AtomicLong();
    var network = new Network(ticker::get);
    var queue = new ArrayList<Runnable>();
    network.watch("api-1", queue::add);
    var vitals = new Vitals(network);
    network.loops().forEach(Heartbeat::beat);

    ticker.addAndGet(10_000_000_000L);
    assertThat(vitals.loops().health()).isEqualTo(Health.UP);
    ticker.addAndGet(1_000_000_000L);
    assertThat(vitals.loops().health())
        .isEqualTo(new Health.Down("the event loop api-1 has stood still for 11 s"));
    queue.forEach(Runnable::run);
    network.loops().forEach(Heartbeat::beat);
    assertThat(vitals.loops().health()).as("it turns again").isEqualTo(Health.UP);
  }

  @Test
  void aPortInUseIsToldByItsName() throws Exception {
    ManagementServer first = start(new ManagedProcess().begin());
    int port = first.address().getPort();

    assertThatThrownBy(() ->
            ManagementServer.start(
                new ManagedProcess().with("MANAGEMENT_LISTEN", "127.0.0.1:" + port).begin()))
        .isInstanceOf(BindException.class)
        .hasMessage("127.0.0.1:" + port + ": Address already in use");
  }

  private long jfrFiles() {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jfr")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(RawClient client, String method, String path, String body) {
    try {
      return client.ask(method, path, body).status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String followed(ManagementServer server) {
    try (RawClient client = RawClient.to(server.address())) {
      Answer answer =
          client.send("GET /logs?follow HTTP/1.1\r\nHost: localhost\r\n\r\n").answerHead();
      return answer.status() + "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ManagementServer start(Managed managed) throws IOException {
    ManagementServer server = ManagementServer.start(managed);
    opened.add(server);
    return server;
  }

  private RawClient client(Managed managed) throws IOException {
    return connect(start(managed));
  }

  private RawClient client(RawClient other) throws IOException {
    RawClient client = RawClient.to(other.peer());
    opened.add(client);
    return client;
  }

  private RawClient connect(ManagementServer server) throws IOException {
    RawClient client = RawClient.to(server.address());
    opened.add(client);
    return client;
  }

  private static JsonNode json(Answer answer) throws IOException {
    return MAPPER.readTree(answer.body());
  }

  /** State of format 2 that is one word. */
  private static final class Remembered implements Service.Checkpoint {
    volatile String text = "old";

    @Override
    public int format() {
      return 2;
    }

    @Override
    public byte[] save() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void restore(int format, byte[] state) {
      String next = new String(state, StandardCharsets.UTF_8);
      if (next.equals("bad")) {
        throw new IllegalArgumentException("the bytes are bad; send others");
      }
      text = next;
    }
  }

  /** Two threads, each with the lock that the other wants, until they are interrupted. */
  private record Deadlock(Thread a, Thread b) implements AutoCloseable {
    static Deadlock make() throws InterruptedException {
      var left = new ReentrantLock();
      var right = new ReentrantLock();
      var bothHold = new CountDownLatch(2);
      Thread a = Thread.ofPlatform().name("deadlock-a").start(() -> hold(left, right, bothHold));
      Thread b = Thread.ofPlatform().name("deadlock-b").start(() -> hold(right, left, bothHold));
      bothHold.await();
      Await.until(
          "both wait",
          () -> a.getState() == Thread.State.WAITING && b.getState() == Thread.State.WAITING);
      return new Deadlock(a, b);
    }

    private static void hold(ReentrantLock mine, ReentrantLock other, CountDownLatch bothHold) {
      mine.lock();
      try {
        bothHold.countDown();
        bothHold.await();
        other.lockInterruptibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        mine.unlock();
      }
    }

    @Override
    public void close() throws InterruptedException {
      a.interrupt();
      b.interrupt();
      a.join();
      b.join();
    }
  }

  /** Two threads that fight for one monitor until closed. */
  private static final class Contended implements AutoCloseable {
    private final Object monitor = new Object();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    static Contended begin() {
      var contended = new Contended();
      for (int i = 0; i < 2; i++) {
        contended.threads.add(Thread.ofPlatform().start(contended::fight));
      }
      return contended;
    }

    private void fight() {
      while (!over) {
        synchronized (monitor) {
          LockSupport.parkNanos(5_000_000);
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
