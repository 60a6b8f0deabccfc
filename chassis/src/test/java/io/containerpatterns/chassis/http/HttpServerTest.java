package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakWatch.class)
class HttpServerTest {
  private static final String GET_A = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final Network network = new Network(Ticker.system());
  private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<HttpStream> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  private final Routes routes =
      Routes.of(
          List.of(
              Route.get("/a", (request, exchange) -> exchange.reply(Reply.text(200, "a"))),
              Route.get(
                  "/b/{name}",
                  (r, exchange) -> exchange.reply(Reply.text(200, r.variable("name")))),
              Route.post(
                  "/echo",
                  (r, e) -> e.reply(Reply.bytes(200, "application/octet-stream", r.body()))),
              Route.get("/held", (request, exchange) -> held.add(exchange)),
              Route.get("/watched", this::watched),
              Route.get("/stream", this::stream),
              Route.get("/fault", HttpServerTest::fault),
              Route.get("/secret", (r, e) -> e.reply(Reply.text(200, "secret")))
                  .behind(HttpServerTest::refuse),
              Route.get("/probe", (r, e) -> e.reply(Reply.text(200, "ok"))).forAnyHost()));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void aGetIsAnsweredWithLengthTypeAndDate() throws IOException {
    Answer answer = client(start()).get("/a");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("a\n");
    assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("content-length")).isEqualTo("2");
    assertThat(answer.header("date"))
        .matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
    assertThat(answer.headers()).doesNotContainKey("connection");
  }

  @Test
  void aConnectionIsKeptForTheNextRequest() throws IOException {
    RawClient client = client(start());

    assertThat(client.get("/a").body()).isEqualTo("a\n");
    assertThat(client.get("/b/x%2Fy").body()).isEqualTo("x/y\n");
  }

  @Test
  void headAnswersAsGetWithoutTheBody() throws IOException {
    RawClient client = client(start());

    Answer head = client.send("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n").answer(true);

    assertThat(head.header("content-length")).isEqualTo("2");
    assertThat(client.get("/a").body()).isEqualTo("a\n");
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderAlsoWhenTheFirstTakesLong() throws Exception {
    RawClient client = client(start());
    client.send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n" + GET_A + GET_A);
    Exchange first = held.poll(10, TimeUnit.SECONDS);

    first.reply(Reply.text(200, "first"));

    assertThat(client.answer().body()).isEqualTo("first\n");
    assertThat(client.answer().body()).isEqualTo("a\n");
    assertThat(client.answer().body()).isEqualTo("a\n");
  }

  @Test
  void aThousandPipelinedRequestsAreAllAnswered() throws IOException {
    RawClient client = client(start());

    client.send(GET_A.repeat(1000));

    for (int i = 0; i < 1000; i++) {
      assertThat(client.answer().body()).isEqualTo("a\n");
    }
  }

  @Test
  void aClientThatPipesRequestsBehindOneThatWaitsIsReadNoFurtherThanABound() throws Exception {
    RawClient client = client(start(), 4096);
    client.send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    held.poll(10, TimeUnit.SECONDS);

    Thread flood = Thread.ofVirtual().start(() -> flood(client));

    Await.until("the flood stands still", () -> standsStill(network.listener("test")));
    assertThat(network.listener("test").snapshot().bytesIn()).isLessThan(64 * 1024);
    client.close();
    flood.join(Duration.ofSeconds(10));
  }

  @Test
  void aRequestMayBeCutAtEveryByte() throws IOException {
    InetSocketAddress address = start();
    String request =
        "POST /echo?x=1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (int cut = 1; cut < request.length(); cut++) {
      try (RawClient client = RawClient.to(address)) {
        client.send(request.substring(0, cut)).send(request.substring(cut));

        assertThat(client.answer().body()).as("cut at %d", cut).isEqualTo("abcde");
      }
    }
  }

  @Test
  void aRequestMayComeByteByByte() throws IOException {
    RawClient client = client(start());

    for (char c : GET_A.toCharArray()) {
      client.send(String.valueOf(c));
    }

    assertThat(client.answer().body()).isEqualTo("a\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET /a\r\n\r\n",
        "GET /a HTTP/x\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET /a HTTP/1.1\r\n Host: localhost\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Length: 1\r\n"
            + "Content-Length: 2\r\n\r\n"
            + "ab",
        "POST /echo HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Length: 1\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"
      })
  void whatIsNotWellFormedIsAnswered400(String request) throws IOException {
    Answer answer = client(start()).send(request).answer();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body())
        .startsWith(
            "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"")
        .endsWith("\",\"error\":\"bad_request\"}");
  }

  @Test
  void nothingBehindAMalformedRequestIsAnswered() throws IOException {
    RawClient client = client(start());

    client.send("GET /a HTTP/1.1\r\nHost localhost\r\n\r\n" + GET_A);

    assertThat(client.answer().header("connection")).isEqualTo("close");
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void randomBytesNeverTakeTheServerDown() throws IOException {
    InetSocketAddress address = start();
    var random = new java.util.Random(20260101);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[1 + random.nextInt(300)];
      random.nextBytes(noise);
      try (RawClient client = RawClient.to(address)) {
        client.send(noise).endOutput();
        client.isClosedByServer();
      }
    }

    assertThat(client(address).get("/a").status()).isEqualTo(200);
    Await.until(
        "all connections are gone but one", () -> network.listener("test").snapshot().open() == 1);
  }

  @Test
  void anUnknownPathIsToldTheKnownOnes() throws IOException {
    Answer answer = client(start()).get("/nowhere");

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"nothing"
                + " is at /nowhere; known paths: /a, /b/{name}, /echo, /fault, /held, /probe,"
                + " /secret, /stream, /watched\",\"error\":\"not_found\"}");
  }

  @Test
  void aMethodThatThePathDoesNotTakeIsAnswered405WithAllow() throws IOException {
    RawClient client = client(start());

    Answer answer = client.send("DELETE /a HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();

    assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Method Not"
                + " Allowed\",\"status\":405,\"detail\":\"/a does not take DELETE; use GET,"
                + " HEAD\",\"error\":\"method_not_allowed\"}");
    assertThat(client.get("/a").status()).as("the connection goes on").isEqualTo(200);
  }

  @Test
  void aMethodThatNobodyKnowsIsAnswered501() throws IOException {
    Answer answer = client(start()).send("BREW /a HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(501);
  }

  @Test
  void aVersionThatIsNotSpokenIsAnswered505() throws IOException {
    Answer answer = client(start()).send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(505);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:4040, 200",
    "LOCALHOST, 200",
    "127.0.0.1, 200",
    "10.1.2.3:80, 200",
    "[::1], 200",
    "[::1]:4040, 200",
    "pod-7, 200",
    "evil.example, 421",
    "evil.example:4040, 421",
    "127.0.0.1.evil.example, 421",
    "localhost.evil.example, 421",
    "[::1, 421",
    "localhost:x, 421",
    "[::1]x, 421",
    "2130706433, 421"
  })
  void onlyOurNamesAndIpLiteralsAreAcceptedAsHost(String host, int status) throws IOException {
    InetSocketAddress address = started(builder().hosts(Hosts.of(List.of("pod-7")))).address();

    Answer answer = client(address).send("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void aForeignHostIsRefusedWithTheNextStep() throws IOException {
    InetSocketAddress address = started(builder().hosts(Hosts.of(List.of()))).address();

    Answer answer = client(address).send("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n").answer();

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Misdirected"
                + " Request\",\"status\":421,\"detail\":\"the Host header names"
                + " \\\"evil.example\\\", which is not us; use localhost or an IP address, or add"
                + " the name to the accepted hosts\",\"error\":\"bad_host\"}");
  }

  @Test
  void aForeignHostIsNotToldWhichPathsThereAre() throws IOException {
    InetSocketAddress address = started(builder().hosts(Hosts.of(List.of()))).address();

    Answer answer =
        client(address).send("GET /nowhere HTTP/1.1\r\nHost: evil.example\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(421);
  }

  @Test
  void theHostInAnAbsoluteTargetOverrulesTheHeader() throws IOException {
    InetSocketAddress address = started(builder().hosts(Hosts.of(List.of()))).address();

    Answer answer =
        client(address)
            .send("GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .answer();

    assertThat(answer.status()).isEqualTo(421);
  }

  @Test
  void aRouteForAnyHostAnswersAProbeThatComesByAnotherName() throws IOException {
    InetSocketAddress address = started(builder().hosts(Hosts.of(List.of()))).address();

    Answer answer =
        client(address).send("GET /probe HTTP/1.1\r\nHost: web.shop.svc\r\n\r\n").answer();

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void whatAWebPageSendsIsRefused() throws IOException {
    InetSocketAddress address = started(builder().refuseOrigin()).address();

    Answer answer =
        client(address)
            .send("GET /a HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n")
            .answer();

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"the"
                + " request carries an Origin header, so it was sent by a web page; ask from"
                + " outside a browser\",\"error\":\"origin_refused\"}");
  }

  @Test
  void aGuardRefusesBeforeTheBodyIsSent() throws IOException {
    Answer answer = client(start()).get("/secret");

    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void aBodyThatIsAnnouncedTooLongIsRefusedBeforeItIsSent() throws IOException {
    RawClient client = client(start());

    client.send(
        "POST /echo HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Expect: 100-continue\r\n"
            + "Content-Length: 4097\r\n\r\n");

    assertThat(client.answer().body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Request Entity Too"
                + " Large\",\"status\":413,\"detail\":\"the body is longer than the 4096 bytes that"
                + " POST /echo takes; send less\",\"error\":\"body_too_large\"}");
  }

  @Test
  void aBodyThatGrowsTooLongIsRefusedAndTheClientCanReadWhy() throws IOException {
    RawClient client = client(start());
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";

    client.send(chunk.repeat(40));

    Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(client.endOutput().isClosedByServer()).isTrue();
  }

  @Test
  void aBodyOfExactlyTheLimitIsTaken() throws IOException {
    String body = "x".repeat(4096);

    Answer answer = client(start()).send(post(body)).answer();

    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void aClientThatAsksFirstIsToldToGoOn() throws IOException {
    RawClient client = client(start());
    client.send(
        "POST /echo HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Expect: 100-continue\r\n"
            + "Content-Length: 2\r\n\r\n");

    assertThat(client.answer().status()).isEqualTo(100);
    assertThat(client.send("ok").answer().body()).isEqualTo("ok");
  }

  @Test
  void anEndlessRequestLineIsAnswered414() throws IOException {
    RawClient client = client(start());

    client.send("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(client.answer().status()).isEqualTo(414);
  }

  @Test
  void aFloodOfHeadersIsAnswered431() throws IOException {
    RawClient client = client(start());

    client.send(
        "GET /a HTTP/1.1\r\nHost: localhost\r\n" + "X-Y: 0123456789\r\n".repeat(2000) + "\r\n");

    assertThat(client.answer().status()).isEqualTo(431);
  }

  @Test
  void aRequestThatDoesNotComeToItsEndIsAnswered408() throws IOException {
    InetSocketAddress address = started(builder().limits(quick())).address();
    RawClient client = client(address).send("GET /a HTTP/1.1\r\nHost: loc");

    Answer answer = client.answer();

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Request"
                + " Timeout\",\"status\":408,\"detail\":\"the request was not whole after 300ms;"
                + " send it at once\",\"error\":\"request_timeout\"}");
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void aConnectionThatAsksNothingIsClosed() throws IOException {
    InetSocketAddress address = started(builder().limits(quick())).address();
    RawClient client = client(address);
    client.get("/a");

    assertThat(client.rest()).isEmpty();
  }

  @Test
  void anAnswerThatTakesLongerThanEveryTimeoutStillArrives() throws Exception {
    InetSocketAddress address = started(builder().limits(quick())).address();
    RawClient client = client(address).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    RawClient idle = client(address);
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    assertThat(idle.isClosedByServer()).as("an idle one is closed meanwhile").isTrue();
    exchange.reply(Reply.text(200, "late"));

    assertThat(client.answer().body()).isEqualTo("late\n");
  }

  @Test
  void aClientThatEndsItsOutputStillGetsItsAnswer() throws Exception {
    RawClient client = client(start());
    client.send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n" + GET_A).endOutput();
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    exchange.reply(Reply.text(200, "still here"));

    assertThat(client.answer().body()).isEqualTo("still here\n");
    assertThat(client.answer().body()).isEqualTo("a\n");
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void halfARequestBeforeTheEndOfOutputIsAnswered400() throws IOException {
    Answer answer = client(start()).send("GET /a HTTP/1.1\r\nHost:").endOutput().answer();

    assertThat(answer.body()).contains("the request ended before it was whole; send it again");
  }

  @Test
  void aHandlerLearnsThatItsClientWentAway() throws Exception {
    RawClient client = client(start());
    client.send("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    held.poll(10, TimeUnit.SECONDS);

    client.close();

    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo("gone");
  }

  @Test
  void aHandlerThatAnsweredIsNotToldThatTheClientWentAway() throws Exception {
    RawClient client = client(start());
    client.send("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    held.poll(10, TimeUnit.SECONDS).reply(Reply.text(200, "done"));
    client.answer();

    client.close();

    Await.until("the connection is gone", () -> network.listener("test").snapshot().open() == 0);
    assertThat(gone).isEmpty();
  }

  @Test
  void onlyTheFirstAnswerCounts() throws Exception {
    RawClient client = client(start()).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    exchange.reply(Reply.text(200, "one"));
    exchange.reply(Reply.text(200, "two"));

    assertThat(client.answer().body()).isEqualTo("one\n");
    assertThat(client.get("/a").body()).isEqualTo("a\n");
  }

  @Test
  void aFaultOfAHandlerIsAnswered500() throws IOException {
    Answer answer = client(start()).get("/fault");

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Internal Server"
                + " Error\",\"status\":500,\"detail\":\"the request could not be answered by a"
                + " fault of ours; our log tells more\",\"error\":\"internal_error\"}");
    assertThat(network.listener("test").snapshot().errors()).isEqualTo(1);
  }

  @Test
  void aStreamArrivesChunkByChunkAndTheConnectionGoesOn() throws Exception {
    RawClient client = client(start()).send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    client.answerHead();

    stream.write("one".getBytes(StandardCharsets.UTF_8));
    assertThat(client.chunk()).isEqualTo("one");
    stream.write("two".getBytes(StandardCharsets.UTF_8));
    assertThat(client.chunk()).isEqualTo("two");
    stream.close();
    assertThat(client.chunk()).isEmpty();

    assertThat(stream.write(new byte[1])).isFalse();
    assertThat(client.get("/a").body()).isEqualTo("a\n");
  }

  @Test
  void anAbortedStreamEndsWithoutItsLastChunk() throws Exception {
    RawClient client = client(start()).send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    client.answerHead();

    stream.abort();

    assertThat(client.rest()).isEmpty();
  }

  @Test
  void whatASlowReaderDoesNotTakeIsCounted() throws Exception {
    RawClient client = client(start(), 4096);
    client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    int written = 0;
    while (stream.unsentBytes() < 1_000_000 && written < 100_000_000) {
      stream.write(new byte[64 * 1024]);
      written += 64 * 1024;
    }

    assertThat(stream.unsentBytes()).isBetween(1_000_000L, 100_000_000L);

    stream.abort();
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws Exception {
    InetSocketAddress address = started(builder().limits(quick())).address();
    RawClient client =
        client(address, 4096).send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    stream.onClosed(() -> gone.add("closed"));

    while (stream.unsentBytes() < 8_000_000 && stream.write(new byte[64 * 1024])) {
      Thread.onSpinWait();
    }

    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(network.listener("test").snapshot().drops()).isEqualTo(1);
    client.close();
  }

  @Test
  void aStreamWhoseClientEndsItsOutputIsOver() throws Exception {
    RawClient client = client(start()).send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    stream.onClosed(() -> gone.add("closed"));

    client.endOutput();

    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
  }

  @Test
  void aClientOfHttp10IsStreamedToUntilTheEndOfTheConnection() throws Exception {
    RawClient client = client(start()).send("GET /stream HTTP/1.0\r\n\r\n");
    HttpStream stream = streams.poll(10, TimeUnit.SECONDS);
    stream.write("one".getBytes(StandardCharsets.UTF_8));
    stream.close();

    Answer answer = client.answer();

    assertThat(answer.headers()).doesNotContainKey("transfer-encoding");
    assertThat(answer.body()).isEqualTo("one");
  }

  @Test
  void aFileIsSentWholeAndDeleted(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "0123456789".repeat(100_000));
    RawClient client = client(start()).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");

    held.poll(10, TimeUnit.SECONDS)
        .reply(Reply.temporaryFile(200, "application/octet-stream", file));

    Answer answer = client.answer();
    assertThat(answer.header("content-length")).isEqualTo("1000000");
    assertThat(answer.body()).isEqualTo("0123456789".repeat(100_000));
    Await.until("the file is deleted", () -> !Files.exists(file));
    assertThat(client.get("/a").status()).isEqualTo(200);
  }

  @Test
  void aFileForAClientThatWentAwayIsDeleted(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "0123456789".repeat(1_000_000));
    RawClient client = client(start(), 4096).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    exchange.reply(Reply.temporaryFile(200, "application/octet-stream", file));
    client.answerHead();
    client.close();

    Await.until("the file is deleted", () -> !Files.exists(file));
  }

  @Test
  void whenThereIsNoRoomTheConnectionThatWaitedLongestMakesIt() throws IOException {
    InetSocketAddress address =
        started(builder().limits(HttpLimits.DEFAULT.withConnections(2))).address();
    RawClient longest = client(address);
    longest.get("/a");
    RawClient other = client(address);
    other.get("/a");

    Answer newcomer = client(address).get("/a");

    assertThat(newcomer.status()).isEqualTo(200);
    assertThat(longest.isClosedByServer()).isTrue();
    assertThat(other.get("/a").status()).isEqualTo(200);
  }

  @Test
  void whenEveryConnectionIsBusyANewcomerIsTold503() throws Exception {
    InetSocketAddress address =
        started(builder().limits(HttpLimits.DEFAULT.withConnections(1))).address();
    RawClient busy = client(address).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    Answer newcomer = client(address).answer();

    assertThat(newcomer.header("retry-after")).isEqualTo("1");
    assertThat(newcomer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Service"
                + " Unavailable\",\"status\":503,\"detail\":\"all 1 connections are busy; ask again"
                + " later\",\"error\":\"too_many_connections\",\"retryAfterMs\":1000}");
    exchange.reply(Reply.text(200, "served"));
    assertThat(busy.answer().body()).isEqualTo("served\n");
  }

  @Test
  void anAddressInUseIsToldByItsName() throws IOException {
    InetSocketAddress address = start();

    assertThatThrownBy(() -> builder().listen(address).start())
        .isInstanceOf(BindException.class)
        .hasMessage("127.0.0.1:" + address.getPort() + ": Address already in use");
  }

  @Test
  void aDrainingServerAnswersWhatIsInFlightAndClosesThen() throws Exception {
    HttpServer server = started(builder());
    RawClient client =
        client(server.address()).send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);

    var quiet = server.drain().toCompletableFuture();

    assertThat(quiet).isNotDone();
    assertThatThrownBy(() -> RawClient.to(server.address())).isInstanceOf(IOException.class);
    exchange.reply(Reply.text(200, "last"));
    Answer answer = client.answer();
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(answer.body()).isEqualTo("last\n");
    quiet.get(10, TimeUnit.SECONDS);
  }

  @Test
  void closingCutsWhatIsOpenAndGivesThePortBack() throws Exception {
    HttpServer server = started(builder());
    RawClient client =
        client(server.address()).send("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    held.poll(10, TimeUnit.SECONDS);

    server.close();

    assertThat(client.isClosedByServer()).isTrue();
    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo("gone");
    started(builder().listen(server.address()));
  }

  @Test
  void trafficIsCounted() throws IOException {
    RawClient client = client(start());
    client.get("/a");
    client.send(post("12345")).answer();

    Traffic.Snapshot traffic = network.listener("test").snapshot();

    assertThat(traffic.open()).isEqualTo(1);
    assertThat(traffic.accepted()).isEqualTo(1);
    assertThat(traffic.messagesIn()).isEqualTo(2);
    assertThat(traffic.messagesOut()).isEqualTo(2);
    assertThat(traffic.bytesIn()).isEqualTo(GET_A.length() + post("12345").length());
    assertThat(traffic.bytesOut()).isBetween(200L, 400L);
    assertThat(traffic.errors()).isZero();
    assertThat(traffic.latency().count()).isEqualTo(2);
    assertThat(traffic.latency().maxMicros()).isPositive();
  }

  private void watched(Request request, Exchange exchange) {
    exchange.onDisconnect(() -> gone.add("gone"));
    held.add(exchange);
  }

  private void stream(Request request, Exchange exchange) {
    streams.add(exchange.stream(200, "application/x-ndjson", Map.of("Cache-Control", "no-store")));
  }

  private static void fault(Request request, Exchange exchange) {
    throw new IllegalStateException("thrown by a test");
  }

  private static void refuse(Request request) {
    throw Refusal.of(401, "unauthorized", "send a token");
  }

  private static String post(String body) {
    return "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static HttpLimits quick() {
    return HttpLimits.DEFAULT.withTimes(
        Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(300));
  }

  private static void flood(RawClient client) {
    try {
      for (int i = 0; i < 100_000; i++) {
        client.send(GET_A);
      }
    } catch (IOException closed) {
      // The test ends the flood this way.
    }
  }

  private long lastBytes = -1;
  private int sameFor;

  private boolean standsStill(Traffic traffic) {
    long bytes = traffic.snapshot().bytesIn();
    sameFor = bytes == lastBytes && bytes > 1000 ? sameFor + 1 : 0;
    lastBytes = bytes;
    return sameFor > 100;
  }

  private HttpServer.Builder builder() {
    return HttpServer.named("test").routes(routes).network(network);
  }

  private InetSocketAddress start() throws IOException {
    return started(builder()).address();
  }

  private HttpServer started(HttpServer.Builder builder) throws IOException {
    HttpServer server = builder.start();
    opened.add(server);
    return server;
  }

  private RawClient client(InetSocketAddress address) throws IOException {
    return client(address, 0);
  }

  private RawClient client(InetSocketAddress address, int receiveBytes) throws IOException {
    RawClient client = RawClient.to(address, receiveBytes);
    opened.add(client);
    return client;
  }
}
