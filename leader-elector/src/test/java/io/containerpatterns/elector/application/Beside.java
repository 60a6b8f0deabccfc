package io.containerpatterns.elector.application;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Routes;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** An application beside an elector, listening for real, that writes down what it is told. */
public final class Beside implements AutoCloseable {
  public static final BiConsumer<Request, Exchange> AGREES =
      (request, exchange) -> exchange.reply(Reply.empty(204));
  public static final BiConsumer<Request, Exchange> REFUSES =
      (request, exchange) -> exchange.reply(Reply.text(503, "busy"));
  static final BiConsumer<Request, Exchange> HANGS = (request, exchange) -> {};

  /** What it was told: path, token header, body. */
  record Told(String path, String token, String body) {}

  public final List<Told> told = new CopyOnWriteArrayList<>();
  public volatile BiConsumer<Request, Exchange> onAcquired = AGREES;
  public volatile BiConsumer<Request, Exchange> onLost = AGREES;
  public volatile BiConsumer<Request, Exchange> onHealth = AGREES;
  private final HttpServer server;

  public Beside() throws BindException {
    server =
        HttpServer.named("beside")
            .routes(
                Routes.of(
                    List.of(
                        Route.post(
                            "/lead", (request, exchange) -> tell("/lead", request, exchange)),
                        Route.post(
                            "/stop", (request, exchange) -> tell("/stop", request, exchange)),
                        Route.get(
                            "/healthz",
                            (request, exchange) -> onHealth.accept(request, exchange)))))
            .start();
  }

  private void tell(String path, Request request, Exchange exchange) {
    told.add(
        new Told(
            path,
            request.header("Elector-Token").orElse("none"),
            new String(request.body(), StandardCharsets.UTF_8)));
    (path.equals("/lead") ? onAcquired : onLost).accept(request, exchange);
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  /** Both hooks. */
  Hook hook(boolean gate) {
    return new Hook(Optional.of(uri("/lead")), Optional.of(uri("/stop")), gate);
  }

  public List<String> paths() {
    return told.stream().map(Told::path).toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
