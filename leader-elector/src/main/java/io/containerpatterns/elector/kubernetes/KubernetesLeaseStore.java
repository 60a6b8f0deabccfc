package io.containerpatterns.elector.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import io.containerpatterns.elector.lease.UnreadableLease;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leases as objects of the API server, which compares resourceVersions for us:
 *
 * <pre>
 *   read            GET                  200 the record, 404 none
 *   create          POST                 201 written, 409 conflict
 *   compare-and-set PUT, with version    200 written, 409 or 404 conflict
 *
 *   401   the token is read again, and the call made once more
 *   429   not done; nothing is asked until Retry-After has passed, at most for the time of an answer
 *   all else, and no answer: unknown
 * </pre>
 *
 * <p>A PUT carries the whole object, so the newest that we know of each election is kept; where it
 * is not the expected version, it is read first. A GET without a version is answered from a quorum
 * of etcd, a PUT is a transaction there, so both are linearizable, and resourceVersion, the
 * revision of etcd, grows with every write of the cluster.
 *
 * <p>Connections and thread serve nobody else: what delays others must not delay a renewal.
 */
public final class KubernetesLeaseStore implements LeaseStore {
  /** Renewals of a thousand elections are 300 calls in a second, of a few milliseconds each. */
  private static final int CONNECTIONS = 8;

  /**
   * As many as there are connections, and the first call of all: {@link Lanes} is where to wait.
   */
  private static final int WAITING_MAX = CONNECTIONS;

  /** The one awaited, and those that were given up: their answers are of no use any more. */
  private static final int CALLS_PER_ELECTION_MAX = 3;

  /** A thousand of ours are a megabyte; what others made larger is read before each write. */
  private static final int KEPT_BYTES_MAX = 4096;

  /**
   * The first TLS handshake of a process loads and compiles more than a short lease has time for.
   */
  private static final Duration FIRST_WITHIN = Duration.ofSeconds(30);

  private static final int OK = 200;
  private static final int CREATED = 201;

  private final KubernetesPlace place;
  private final String leases;
  private final String inNamespace;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Duration answerWithin;
  private final EventLoops loops;
  private final HttpClient client;
  private final ApiCalls calls;
  private final Lanes lanes;
  private final LeaseWatches watches;
  private final Map<String, Known> elections = new ConcurrentHashMap<>();
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean hasRehearsed = new AtomicBoolean();
  private volatile boolean closed;
  private volatile long quietUntil;

  /** What we know of one election. */
  private static final class Known {
    final AtomicInteger calls = new AtomicInteger();
    volatile LeaseObject.@Nullable Packed newest;

    /** What we wrote last; null when we know that it stands no more. */
    volatile @Nullable Lease ours;

    volatile @Nullable String readTrouble;
    volatile @Nullable String writeTrouble;
    volatile boolean mayNotWrite;

    /** Whether we lead, as far as we know; only the order of calls depends on it. */
    boolean leads() {
      return ours != null;
    }

    void keep(LeaseObject object) {
      LeaseObject.Packed packed = object.packed();
      newest = packed.json().length <= KEPT_BYTES_MAX ? packed : null;
    }

    void found(Stored stored) {
      Lease there = stored.lease();
      Lease written = ours;
      if (written != null && (there == null || !there.isHeldBy(written.holder(), written.boot()))) {
        ours = null;
      }
    }

    void wrote(Lease lease, boolean stands) {
      ours = stands && !lease.isReleased() ? lease : null;
    }

    /** A read that works shows that the server is there, not that it lets us write. */
    void read(@Nullable Throwable failure) {
      readTrouble = sentence(failure);
      if (failure == null && !mayNotWrite) {
        writeTrouble = null;
      }
    }

    /** A leader only writes, so a write that works ends all trouble. */
    void written(@Nullable Throwable failure) {
      mayNotWrite =
          failure != null && unwrapped(failure) instanceof KubernetesFailure f && f.isForbidden();
      writeTrouble = sentence(failure);
      if (failure == null) {
        readTrouble = null;
      }
    }
  }

  private KubernetesLeaseStore(
      KubernetesPlace place,
      Cluster cluster,
      Duration answerWithin,
      Network network,
      InstantSource clock,
      Ticker ticker) {
    this.place = place;
    this.answerWithin = answerWithin;
    this.clock = clock;
    this.ticker = ticker;
    this.quietUntil = ticker.nanos();
    this.leases = "/apis/coordination.k8s.io/v1/namespaces/" + cluster.namespace() + "/leases";
    this.inNamespace = " in namespace \"" + cluster.namespace() + "\"";
    this.loops = EventLoops.start("kubernetes", 1, network);
    this.client =
        HttpClient.on(loops, network)
            .tls(cluster.tls())
            .keepConnections(PoolLimits.DEFAULT.withRoom(CONNECTIONS, WAITING_MAX))
            .build();
    this.calls = new ApiCalls(client, cluster, "kubernetes", answerWithin);
    this.lanes = new Lanes(CONNECTIONS, answerWithin.dividedBy(2), ticker);
    this.watches =
        new LeaseWatches(
            new ApiCalls(client, cluster, "kubernetes-watch", LeaseWatch.HEAD_WITHIN),
            leases,
            inNamespace,
            loops,
            answerWithin,
            ticker);
    warmUp(new ApiCalls(client, cluster, "kubernetes", FIRST_WITHIN));
  }

  /**
   * Leaves a connection behind for the calls that have less time; what is answered is no matter.
   */
  private static void warmUp(ApiCalls patient) {
    var unused = patient.send("GET", "/version", ApiCalls.JSON, ApiCalls.NOTHING);
  }

  /**
   * Opens it; waits for nobody.
   *
   * @param answerWithin how long an answer may take
   * @param environment where a pod finds its API server
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when server, namespace, token or
   *     certificates are nowhere
   */
  public static KubernetesLeaseStore open(
      KubernetesPlace place,
      Duration answerWithin,
      Network network,
      InstantSource clock,
      Map<String, String> environment) {
    return new KubernetesLeaseStore(
        place, Cluster.of(place, environment), answerWithin, network, clock, Ticker.system());
  }

  @Override
  public CompletionStage<Stored> read(String election) {
    return call(
        election,
        known -> {
          var read =
              get(known, place.leaseName(election))
                  .thenApply(object -> {
                    Stored stored = stored(object);
                    known.found(stored);
                    return stored;
                  });
          read.whenComplete((stored, failure) -> known.read(failure));
          return read.thenApply(stored -> rehearsed(known, place.leaseName(election), stored));
        });
  }

  /**
   * Once in a process writes what must conflict: the first PUT of a follower, which others wait
   * for, then meets no code that was never run. Whatever is answered is no matter.
   */
  private Stored rehearsed(Known known, String name, Stored stored) {
    LeaseObject.Packed newest = known.newest;
    Lease lease = stored.lease();
    if (newest != null && lease != null && hasRehearsed.compareAndSet(false, true)) {
      var unused =
          asked(() -> replace(new Known(), name, () -> newest.unpacked().atNoVersion(), lease));
    }
    return stored;
  }

  @Override
  public CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    String name = place.leaseName(election);
    return call(
        election,
        known -> {
          var swap = expected == 0 ? create(known, name, next) : swap(known, name, expected, next);
          swap.whenComplete((done, failure) -> {
            if (done != null) {
              known.wrote(next, done instanceof Swap.Written);
            }
            known.written(failure);
          });
          return swap;
        });
  }

  @Override
  public Watch watch(String election, Watcher watcher) {
    String name = place.leaseName(election);
    // Whoever watches what cannot be is told so by each read.
    Watch watch = KubernetesPlace.isLeaseName(name) ? watches.watch(name, watcher) : () -> {};
    return () -> {
      watch.close();
      // An election that was left is no trouble any more.
      elections.remove(election);
    };
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXCLUSIVE;
  }

  @Override
  public @Nullable String trouble() {
    for (Known known : elections.values()) {
      String write = known.writeTrouble;
      String trouble = write == null ? known.readTrouble : write;
      if (trouble != null) {
        return trouble;
      }
    }
    return watches.trouble();
  }

  @Override
  public void close() {
    closed = true;
    watches.close();
    underWay.forEach(this::giveUp);
    client.close();
    loops.close();
  }

  // ---- what is asked, and what an answer means ----

  private CompletableFuture<@Nullable LeaseObject> get(Known known, String name) {
    return send(known, "GET", leases + "/" + name, () -> ApiCalls.NOTHING)
        .thenApply(answer -> {
          LeaseObject object =
              isAbsent(answer, name) ? null : object(answer, "get of leases \"" + name + "\"");
          known.newest = null;
          if (object != null) {
            known.keep(object);
            watches.reached(name, object.version());
          }
          return object;
        });
  }

  private CompletableFuture<Swap> create(Known known, String name, Lease next) {
    return send(known, "POST", leases, () -> LeaseObject.creating(name, next, clock.instant()))
        .thenApply(answer -> swapped(known, name, "create", answer));
  }

  private CompletableFuture<Swap> swap(Known known, String name, long expected, Lease next) {
    LeaseObject.Packed newest = known.newest;
    if (newest != null && newest.version() == expected) {
      return replace(known, name, newest::unpacked, next);
    }
    return get(known, name)
        .thenCompose(object ->
            object == null || object.version() != expected
                ? CompletableFuture.completedFuture(new Swap.Conflict())
                : replace(known, name, () -> object, next));
  }

  private CompletableFuture<Swap> replace(
      Known known, String name, Supplier<LeaseObject> object, Lease next) {
    return send(
            known, "PUT", leases + "/" + name, () -> object.get().replacing(next, clock.instant()))
        .thenApply(answer ->
            isAbsent(answer, name) ? new Swap.Conflict() : swapped(known, name, "update", answer));
  }

  private Swap swapped(Known known, String name, String verb, Answer answer) {
    if (answer.status() == ApiCalls.CONFLICT) {
      return new Swap.Conflict();
    }
    LeaseObject written = object(answer, verb + " of leases \"" + name + "\"");
    known.keep(written);
    watches.reached(name, written.version());
    return new Swap.Written(written.version());
  }

  private LeaseObject object(Answer answer, String what) {
    if (answer.status() == OK || answer.status() == CREATED) {
      return LeaseObject.parse(answer.body());
    }
    throw KubernetesFailure.of(what + inNamespace, answer);
  }

  /** Said by the server itself: a 404 of somebody on the way says nothing of the Lease. */
  private static boolean isAbsent(Answer answer, String name) {
    if (answer.status() != ApiCalls.NOT_FOUND) {
      return false;
    }
    JsonNode status = KubernetesFailure.statusOf(answer.body());
    return status != null
        && status.path("reason").asText("").equals("NotFound")
        && status.path("details").path("kind").asText("").equals("leases")
        && status.path("details").path("name").asText("").equals(name);
  }

  private static Stored stored(@Nullable LeaseObject object) {
    if (object == null) {
      return Stored.ABSENT;
    }
    try {
      return object.stored();
    } catch (UnreadableLease e) {
      throw new KubernetesFailure(
          "cannot read the annotation "
              + LeaseObject.LEASE
              + " of Lease \""
              + object.name()
              + "\": "
              + e.getMessage()
              + "; nobody can lead; unless a newer release wrote it, remove the annotation",
          e);
    }
  }

  // ---- how often, how many ----

  /** The body is made when it is the turn of the call: until then it would only wait. */
  private CompletableFuture<Answer> send(
      Known known, String method, String path, Supplier<byte[]> body) {
    return lanes.ask(known.leads(), () -> asked(() -> send(method, path, body.get())));
  }

  private CompletableFuture<Answer> send(String method, String path, byte[] body) {
    if (quietUntil - ticker.nanos() > 0) {
      return CompletableFuture.failedFuture(KubernetesFailure.quiet());
    }
    return calls
        .send(method, path, ApiCalls.JSON, body)
        .whenComplete((answer, failure) -> {
          if (answer != null && answer.status() == ApiCalls.TOO_MANY_REQUESTS) {
            quietUntil = ticker.nanos() + retryAfter(answer).toNanos();
          }
        });
  }

  /** Not longer than an answer may take: a leader that waited for minutes would lead no more. */
  private Duration retryAfter(Answer answer) {
    try {
      long seconds = Long.parseLong(answer.header("retry-after").orElse("0"));
      Duration asked = Duration.ofSeconds(Math.clamp(seconds, 0, 3600));
      return asked.compareTo(answerWithin) < 0 ? asked : answerWithin;
    } catch (NumberFormatException date) {
      return Duration.ZERO;
    }
  }

  private <T> CompletionStage<T> call(
      String election, Function<Known, CompletableFuture<T>> question) {
    String name = place.leaseName(election);
    if (!KubernetesPlace.isLeaseName(name)) {
      return CompletableFuture.failedStage(
          new KubernetesFailure(
              "election: \"" + name + "\" (expected: " + KubernetesPlace.NAME_EXPECTED + ")"));
    }
    Known known = elections.computeIfAbsent(election, added -> new Known());
    if (known.calls.incrementAndGet() > CALLS_PER_ELECTION_MAX) {
      known.calls.decrementAndGet();
      return CompletableFuture.failedStage(
          new KubernetesFailure("earlier calls for \"" + election + "\" are still under way"));
    }
    var answer = new CompletableFuture<T>();
    underWay.add(answer);
    asked(() -> question.apply(known))
        .whenComplete((value, failure) -> {
          // Before the answer: whoever gets it may call again at once.
          known.calls.decrementAndGet();
          underWay.remove(answer);
          if (failure == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(unwrapped(failure));
          }
        });
    if (closed) {
      giveUp(answer);
    }
    return answer;
  }

  /** Closed loops refuse by an exception. */
  private static <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void giveUp(CompletableFuture<?> answer) {
    underWay.remove(answer);
    answer.completeExceptionally(new KubernetesFailure("the store was closed"));
  }

  private static @Nullable String sentence(@Nullable Throwable failure) {
    return failure == null ? null : String.valueOf(unwrapped(failure).getMessage());
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
