package io.containerpatterns.elector.application;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ways in which the application is asked whether it is well. */
public final class HealthProbes {
  private HealthProbes() {}

  /** The one that the settings name; null when they name none. */
  public static HealthGate.@Nullable Probe of(
      HealthCheck health, Function<Call, CompletionStage<Answer>> caller) {
    if (health.url().isPresent()) {
      return url(health.url().get(), caller);
    }
    return health.file().isPresent() ? file(health.file().get()) : null;
  }

  private static HealthGate.Probe url(URI url, Function<Call, CompletionStage<Answer>> caller) {
    Call call = Call.get("health", url, HealthGate.WITHIN);
    return () ->
        caller
            .apply(call)
            .thenApply(answer -> {
              if (!answer.isSuccess()) {
                throw new IllegalStateException(url + " answers " + answer.status());
              }
              return true;
            });
  }

  /** On a thread of its own: a file system that hangs takes nobody with it. */
  private static HealthGate.Probe file(Path file) {
    return () -> {
      var there = new CompletableFuture<Boolean>();
      Thread.ofVirtual()
          .name("health-file")
          .start(() -> {
            if (Files.exists(file)) {
              there.complete(true);
            } else {
              there.completeExceptionally(new IllegalStateException(file + " does not exist"));
            }
          });
      return there;
    };
  }
}
