package io.containerpatterns.elector.application;

import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.http.Network;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The application beside us, as far as we call it. Its one thread begins with the first call: most
 * electors have neither hooks nor a health check over HTTP.
 */
public final class Application implements AutoCloseable {
  private final Network network;
  private @Nullable EventLoops loops; // guarded by this
  private @Nullable HttpClient client; // guarded by this
  private boolean closed; // guarded by this

  public Application(Network network) {
    this.network = network;
  }

  /** Calls it; fails with a sentence that says who did not do what. Any thread. */
  public CompletionStage<Answer> send(Call call) {
    HttpClient open = client();
    return open == null
        ? CompletableFuture.failedStage(new IllegalStateException("the elector is stopping"))
        : open.send(call);
  }

  private synchronized @Nullable HttpClient client() {
    if (client == null && !closed) {
      EventLoops begun = EventLoops.start("application", 1, network);
      loops = begun;
      client = new HttpClient(begun, network);
    }
    return closed ? null : client;
  }

  /** Cuts what is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    if (loops != null) {
      loops.close();
    }
  }
}
