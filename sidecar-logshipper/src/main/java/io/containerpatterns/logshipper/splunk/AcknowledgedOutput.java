package io.containerpatterns.logshipper.splunk;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.http.Dialect;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.HttpOutput.Target;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * A Splunk whose indexers acknowledge (Splunk, "About HTTP Event Collector Indexer
 * Acknowledgment"): a parcel is taken when it is indexed, not when it is received. All of it goes
 * over one channel, whose name is new in each process.
 *
 * <p>Behind a load balancer, Splunk wants all requests of a channel on one indexer; it is the
 * balancer that has to see to it, by address or by the channel's header.
 */
public final class AcknowledgedOutput implements Output {
  private static final String CHANNEL = "X-Splunk-Request-Channel";
  private static final String ACK_PATH = "/services/collector/ack";

  private final HttpOutput events;
  private final HecEvents form;
  private final InstantSource clock;
  private final HttpClient client;
  private final Target target;
  private final Acknowledgements acknowledgements;
  private final String channel = UUID.randomUUID().toString();
  private final Map<String, String> channelHeader = Map.of(CHANNEL, channel);
  // From the answer to the verdict that follows from it in the same call.
  private final Map<Parcel, Long> received = new ConcurrentHashMap<>();

  /**
   * Of a Splunk.
   *
   * @param target where events go; acknowledgements are asked for beside it
   * @param client ours from now on: closed with this
   * @param timer of one thread, somebody else's
   * @param every how long to wait between two questions
   * @param limit how long a parcel may take to be indexed; then it is sent again
   */
  public AcknowledgedOutput(
      Target target,
      HecSettings settings,
      HttpClient client,
      InstantSource clock,
      ScheduledExecutorService timer,
      Ticker ticker,
      Duration every,
      Duration limit) {
    this.target = target;
    this.client = client;
    this.clock = clock;
    this.form = new HecEvents(settings, clock);
    this.acknowledgements = new Acknowledgements(this::ask, timer, ticker, every, limit);
    this.events = new HttpOutput(target, new Received(), client, clock);
  }

  @Override
  public void encode(Event event, Sink to) {
    events.encode(event, to);
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    events.send(
        parcel,
        told -> {
          Long ack = received.remove(parcel);
          if (ack == null) {
            verdict.accept(told);
          } else {
            acknowledgements.add(ack, verdict);
          }
        });
  }

  private CompletionStage<Answer> ask(byte[] question) {
    try {
      Call call =
          Call.post(target.name(), target.uri().resolve(ACK_PATH), question, target.timeout())
              .header(CHANNEL, channel);
      for (Map.Entry<String, String> header : target.headers().entrySet()) {
        call = call.header(header.getKey(), header.getValue());
      }
      Optional<String> authorization = target.credentials().header();
      return client.send(
          authorization.isEmpty() ? call : call.header("Authorization", authorization.get()));
    } catch (IOException | IllegalArgumentException e) {
      // Also of a token that cannot be a header: parcels wait, and are sent again in the end.
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    acknowledgements.close();
    events.close();
  }

  /** The dialect of events, for which a success is only the first half. */
  private final class Received implements Dialect {
    @Override
    public String path() {
      return form.path();
    }

    @Override
    public String contentType() {
      return form.contentType();
    }

    @Override
    public void encode(Event event, Sink to) {
      form.encode(event, to);
    }

    @Override
    public Map<String, String> headers(Parcel parcel) {
      return channelHeader;
    }

    @Override
    public Optional<Verdict> verdict(Answer answer, Parcel parcel) {
      HecAnswer said = HecAnswer.read(answer);
      Optional<Verdict> verdict = said.verdict(answer, parcel, clock);
      if (!verdict.map(Verdict.Taken.ALL::equals).orElseGet(answer::isSuccess)) {
        return verdict;
      }
      if (said.ack() == HecAnswer.NONE) {
        // Splunk has it, but not for certain, which is what was asked for. Each try repeats it
        // there.
        return Optional.of(
            new Verdict.Denied(
                "no acknowledgement was promised; it is not enabled for this token: "
                    + StatusRules.said(answer)));
      }
      received.put(parcel, said.ack());
      return Optional.of(Verdict.Taken.ALL);
    }
  }
}
