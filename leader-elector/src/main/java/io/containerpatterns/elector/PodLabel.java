package io.containerpatterns.elector;

import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.HostName;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.kubernetes.PodLabels;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A label of our pod that says whether it leads, for the selector of a Service:
 *
 * <pre>
 *   leads             role=leader
 *   leads no longer   no label, or role=follower
 * </pre>
 *
 * <p>It comes after the truth and may be wrong for as long as the API server does not answer; of a
 * process that was killed it stays, until the container starts again: the first thing done is to
 * say that we do not lead. So it is for traffic that the leader may refuse, never for exclusion.
 *
 * <p>One patch at a time, tried again with growing pauses until the label is what it should be. The
 * elections neither wait for it nor share its connection. Its state is their loop's.
 */
final class PodLabel implements AutoCloseable {
  private static final Log log = Log.of(PodLabel.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  /** How long a stop waits for the label to be taken away. */
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final Setting setting;
  private final Label label;
  private final Loop loop;
  private final Repeats repeats = new Repeats(log, Ticker.system(), REPEAT);
  private final Backoff backoff =
      new Backoff(FIRST_PAUSE, LONGEST_PAUSE, new SplittableRandom(), Ticker.system());
  private final CountDownLatch settled = new CountDownLatch(1);
  private Feed.Subscription subscription = () -> {}; // written once before anything is told
  private boolean leads;
  private @Nullable Boolean shown; // null while nobody knows
  private boolean underWay;
  private boolean closing;
  private Loop.Timer retry = () -> {};

  /** Sets the label of our pod, or removes it; fails with a sentence. */
  interface Label extends AutoCloseable {
    CompletionStage<Void> set(String key, @Nullable String value);

    @Override
    void close();
  }

  /**
   * Which label.
   *
   * @param follower its value while we do not lead; empty for no label
   * @param pod the name of our pod
   */
  record Setting(String key, String leader, Optional<String> follower, String pod) {
    private static final Pattern KEY =
        Pattern.compile(
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE =
        Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private record Pair(String key, String value) {}

    static Optional<Setting> read(Settings s) {
      Optional<Pair> leader =
          s.value("POD_LABEL", Setting::pair)
              .meaning(
                  "a label that our pod has while it leads the first election; needs the right to"
                      + " patch pods")
              .optional("role=leader");
      Optional<String> follower =
          s.value("POD_LABEL_FOLLOWER", Setting::labelValue)
              .meaning("its value while the pod does not lead; the label is removed when not set")
              .optional("follower");
      String pod =
          s.text("POD_NAME")
              .meaning("the name of our pod, for its label; the host name when not set")
              .optional("orders-0")
              .orElseGet(HostName::ours);
      return leader.map(pair -> new Setting(pair.key(), pair.value(), follower, pod));
    }

    private static Pair pair(String text) {
      int equals = text.indexOf('=');
      if (equals < 1 || !KEY.matcher(text.substring(0, equals)).matches()) {
        throw new IllegalArgumentException("a label and its value such as role=leader");
      }
      return new Pair(text.substring(0, equals), labelValue(text.substring(equals + 1)));
    }

    private static String labelValue(String text) {
      if (!VALUE.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "1 to 63 letters, digits, dashes, dots and underscores, the first and last a letter or"
                + " digit");
      }
      return text;
    }

    @Nullable String value(boolean leads) {
      return leads ? leader : follower.orElse(null);
    }
  }

  private PodLabel(Setting setting, Label label, Loop loop) {
    this.setting = setting;
    this.label = label;
    this.loop = loop;
  }

  /** Begins by saying that we do not lead, and follows {@code election} from then on. */
  static PodLabel begin(Setting setting, String election, PodLabels pod, Loop loop, Feed feed) {
    return begin(
        setting,
        election,
        new Label() {
          @Override
          public CompletionStage<Void> set(String key, @Nullable String value) {
            return pod.set(key, value);
          }

          @Override
          public void close() {
            pod.close();
          }
        },
        loop,
        feed);
  }

  static PodLabel begin(Setting setting, String election, Label label, Loop loop, Feed feed) {
    var begun = new PodLabel(setting, label, loop);
    begun.subscription = feed.subscribe(election, (event, status) -> begun.lead(status.leader()));
    loop.execute(begun::pursue);
    return begun;
  }

  private void lead(boolean nowLeads) {
    if (leads != nowLeads && !closing) {
      leads = nowLeads;
      pursue();
    }
  }

  /** Begins what is due, if anything. */
  private void pursue() {
    if (underWay) {
      return;
    }
    Boolean known = shown;
    if (known != null && known == leads) {
      if (closing) {
        settled.countDown();
      }
      return;
    }
    retry.cancel();
    underWay = true;
    boolean saying = leads;
    label
        .set(setting.key(), setting.value(saying))
        .whenComplete((done, failure) -> loop.execute(() -> said(saying, failure)));
  }

  private void said(boolean said, @Nullable Throwable failure) {
    underWay = false;
    if (failure == null) {
      shown = said;
      backoff.succeeded();
      repeats.over("pod label not set");
      pursue();
      return;
    }
    shown = null;
    Duration pause = backoff.failed();
    repeats.warn(
        "pod label not set",
        "label",
        setting.key(),
        "leads",
        said,
        "cause",
        failure.getCause() == null ? failure : failure.getCause(),
        "action",
        "try again; the election goes on without it");
    if (closing && said) {
      pursue();
    } else if (closing) {
      settled.countDown();
    } else {
      retry = loop.schedule(pause, this::pursue);
    }
  }

  /** Says that we do not lead, waits a moment for that, and says nothing more. */
  @Override
  public void close() {
    subscription.close();
    loop.execute(() -> {
      closing = true;
      leads = false;
      pursue();
    });
    try {
      if (!settled.await(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "pod label perhaps still set",
            "label",
            setting.key(),
            "consequence",
            "a Service that selects it sends to this pod until it ends or starts again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    label.close();
  }
}
