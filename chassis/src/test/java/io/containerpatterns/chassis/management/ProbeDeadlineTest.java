package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.ManagedProcess;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Routes;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeDeadlineTest {
  private static final Duration PROMISED = Duration.ofMillis(50);
  private static final int ALLOWANCE = 5;
  private static final int PROBES = 300;
  private static final int LOAD = 1_000;

  private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

  @BeforeEach
  void leaveLeaksToOthers() {
    // Watching for leaks costs ten times what it watches.
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void watchForLeaksAgain() {
    ResourceLeakDetector.setLevel(before);
  }

  @Test
  void probesAreAnsweredInTimeWhileAnotherListenerIsSaturated() throws Exception {
    Managed managed = new ManagedProcess().begin();
    Routes routes =
        Routes.of(List.of(Route.get("/", (r, e) -> e.reply(Reply.text(200, "x".repeat(4096))))));
    try (ManagementServer management = ManagementServer.start(managed);
        HttpServer api = HttpServer.named("api").routes(routes).network(managed.network()).start();
        Saturation saturation = Saturation.of(api.address());
        RawClient prober = RawClient.to(management.address())) {
      var micros = new Histogram(3);
      // Long enough for the load to be real on a machine that does other things as well.
      while (micros.getTotalCount() < PROBES || answered(managed) < LOAD) {
        long began = System.nanoTime();
        assertThat(prober.get("/readyz").status())
            .as("under load from %s", saturation)
            .isEqualTo(200);
        micros.recordValue((System.nanoTime() - began) / 1000);
      }

      assertThat(Duration.ofNanos(micros.getValueAtPercentile(99) * 1000))
          .isLessThan(PROMISED.multipliedBy(ALLOWANCE));
    }
  }

  private static long answered(Managed managed) {
    return managed.network().listener("api").snapshot().messagesOut();
  }

  /** Clients that ask without pause until closed. */
  private record Saturation(List<RawClient> clients, List<Thread> threads)
      implements AutoCloseable {
    static Saturation of(InetSocketAddress address) throws IOException {
      var saturation = new Saturation(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < 4; i++) {
        RawClient client = RawClient.to(address);
        saturation.clients.add(client);
        saturation.threads.add(Thread.ofPlatform().start(() -> ask(client)));
      }
      return saturation;
    }

    private static void ask(RawClient client) {
      try {
        while (true) {
          client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(16));
          for (int i = 0; i < 16; i++) {
            client.answer();
          }
        }
      } catch (IOException closed) {
        // The test ends it this way.
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      for (RawClient client : clients) {
        client.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
