package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.ManagedProcess;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Requests;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final String FAR = "10.1.2.3";
  private static final Set<String> OPEN =
      Set.of(
          "GET /",
          "GET /healthz",
          "GET /info",
          "GET /lifecycle",
          "GET /livez",
          "GET /metrics",
          "GET /openapi.yaml",
          "GET /readyz",
          "GET /startupz");

  @TempDir private Path folder;

  @Test
  void fromAfarWithoutATokenOnlyTheOpenReadsAnswer() throws IOException {
    assertThat(letIn(new ManagedProcess(), FAR)).isEqualTo(new TreeSet<>(OPEN));
  }

  @Test
  void fromAfarWithTheTokenEverythingAnswers() throws IOException {
    ManagedProcess process = new ManagedProcess().with("MANAGEMENT_TOKEN_FILE", token("geheim"));

    assertThat(letIn(process, FAR, "Authorization", "Bearer geheim")).hasSize(all(process));
  }

  @Test
  void fromLoopbackEverythingAnswers() throws IOException {
    assertThat(letIn(new ManagedProcess(), "127.0.0.2")).hasSize(all(new ManagedProcess()));
    assertThat(letIn(new ManagedProcess(), "::1")).hasSize(all(new ManagedProcess()));
  }

  @Test
  void withWritesOffOnlyReadsAnswerEvenFromLoopback() throws IOException {
    ManagedProcess process = new ManagedProcess().with("MANAGEMENT_WRITES", "off");

    assertThat(letIn(process, "127.0.0.1"))
        .isNotEmpty()
        .allMatch(route -> route.startsWith("GET "));
  }

  @Test
  void whatIsAWriteIsPostOrPutAndNeverGet() throws IOException {
    try (ManagementServer server = ManagementServer.start(new ManagedProcess().begin())) {
      assertThat(server.routes()).extracting(Route::method).containsOnly("GET", "POST", "PUT");
    }
  }

  @Test
  void onlyProbesAndMetricsAnswerToAnyHost() throws IOException {
    try (ManagementServer server = ManagementServer.start(new ManagedProcess().begin())) {
      assertThat(server.routes())
          .filteredOn(Route::anyHost)
          .extracting(Route::pattern)
          .containsExactlyInAnyOrder("/livez", "/readyz", "/startupz", "/healthz", "/metrics");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer geheim, 0",
    "bearer geheim, 0",
    "Bearer  geheim, 0",
    "Bearer geheimer, 401",
    "Bearer gehei, 401",
    "Bearer, 401",
    "geheim, 401",
    "Basic geheim, 401",
    "'', 401"
  })
  void onlyTheWholeTokenIsAccepted(String authorization, int status) {
    var access =
        new Access(new Token(Optional.empty(), () -> Optional.of(new Secret("geheim"))), true);

    assertThat(status(access, FAR, "Authorization", authorization)).isEqualTo(status);
  }

  @Test
  void withoutAnyTokenACallerFromAfarIsToldHowToComeIn() {
    var access = new Access(new Token(Optional.empty(), Optional::empty), true);

    Refusal refusal = refusal(access, FAR);

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.detail())
        .isEqualTo(
            "only a peer on loopback may do this; ask from inside the pod, or set"
                + " MANAGEMENT_TOKEN_FILE and send its content as bearer token");
  }

  @Test
  void aWrongTokenIsToldWhichOneIsMeant() {
    var access =
        new Access(new Token(Optional.empty(), () -> Optional.of(new Secret("geheim"))), true);

    Refusal refusal = refusal(access, FAR);

    assertThat(refusal.reply().header("WWW-Authenticate")).contains("Bearer");
    assertThat(refusal.detail())
        .isEqualTo(
            "this needs the bearer token of MANAGEMENT_TOKEN_FILE; send it as Authorization: Bearer"
                + " <token>");
  }

  @Test
  void aReplacedTokenFileIsSoonInForce() throws IOException {
    Path file = Path.of(token("old"));
    var token = new Token(Optional.of(file), () -> Optional.of(new Secret("old")));
    var access = new Access(token, true);
    assertThat(status(access, FAR, "Authorization", "Bearer old")).isZero();

    Files.writeString(file, "new\n");
    token.readAgain();

    assertThat(status(access, FAR, "Authorization", "Bearer old")).isEqualTo(401);
    assertThat(status(access, FAR, "Authorization", "Bearer new")).isZero();
  }

  @Test
  void aTokenFileThatVanishedLeavesTheTokenInForce() throws IOException {
    Path file = Path.of(token("old"));
    var token = new Token(Optional.of(file), () -> Optional.of(new Secret("old")));

    Files.delete(file);
    token.readAgain();

    assertThat(status(new Access(token, true), FAR, "Authorization", "Bearer old")).isZero();
  }

  @Test
  void theRunningServerReadsItsTokenFileAgain() throws IOException {
    Path file = Path.of(token("old"));
    ManagedProcess process = new ManagedProcess().with("MANAGEMENT_TOKEN_FILE", file.toString());
    try (ManagementServer server = ManagementServer.start(process.begin())) {
      Route config = route(server, "GET /config");

      Files.writeString(file, "new");

      Await.until(
          "the new token is accepted", () -> passes(config, FAR, "Authorization", "Bearer new"));
      assertThat(passes(config, FAR, "Authorization", "Bearer old")).isFalse();
    }
  }

  private static Route route(ManagementServer server, String name) {
    Predicate<Route> named = route -> name(route).equals(name);
    return server.routes().stream().filter(named).findFirst().orElseThrow();
  }

  private static TreeSet<String> letIn(ManagedProcess process, String peer, String... headers)
      throws IOException {
    var names = new TreeSet<String>();
    try (ManagementServer server = ManagementServer.start(process.begin())) {
      for (Route route : server.routes()) {
        if (passes(route, peer, headers)) {
          names.add(name(route));
        }
      }
    }
    return names;
  }

  private static int all(ManagedProcess process) throws IOException {
    try (ManagementServer server = ManagementServer.start(process.begin())) {
      return server.routes().size();
    }
  }

  private static boolean passes(Route route, String peer, String... headers) {
    try {
      route.guard().check(Requests.from(peer, route.method(), "/x", headers));
      return true;
    } catch (Refusal refusal) {
      return false;
    }
  }

  private static int status(Access access, String peer, String... headers) {
    try {
      access.inside().check(Requests.from(peer, "GET", "/config", headers));
      return 0;
    } catch (Refusal refusal) {
      return refusal.status();
    }
  }

  private static Refusal refusal(Access access, String peer) {
    try {
      access.inside().check(Requests.from(peer, "GET", "/config"));
      throw new AssertionError("was let in");
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  private static String name(Route route) {
    return route.method() + " " + route.pattern();
  }

  private String token(String text) throws IOException {
    return Files.writeString(folder.resolve("token"), text).toString();
  }
}
