package io.containerpatterns.elector;

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
final class Beside implements AutoCloseable {
  static final BiConsumer<Request, Exchange> AGREES =
      (request, exchange) -> exchange.reply(Reply.empty(204));
  static final BiConsumer<Request, Exchange> REFUSES =
      (request, exchange) -> exchange.reply(Reply.text(503, "busy"));
  static final BiConsumer<Request, Exchange> HANGS = (request, exchange) -> {};

  /** What it was told: path, token header, body. */
  record Told(String path, String token, String body) {}

  final List<Told> told = new CopyOnWriteArrayList<>();
  volatile BiConsumer<Request, Exchange> onAcquired = AGREES;
  volatile BiConsumer<Request, Exchange> onLost = AGREES;
  volatile BiConsumer<Request, Exchange> onHealth = AGREES;
  private final HttpServer server;

  Beside() throws BindException {
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

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  /** Both hooks. */
  ElectorConfig.Hook hook(boolean gate) {
    return new ElectorConfig.Hook(Optional.of(uri("/lead")), Optional.of(uri("/stop")), gate);
  }

  List<String> paths() {
    return told.stream().map(Told::path).toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
