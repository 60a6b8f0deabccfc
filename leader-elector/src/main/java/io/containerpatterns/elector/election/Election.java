package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.lease.LeaseStore;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One election as the rest of this process uses it: ask how we stand, stand for election, renew,
 * resign. All methods may be called from any thread and never wait; what they ask for is done by
 * the {@link Campaign} on its loop.
 */
public final class Election {
  private final Loop loop;
  private final Notices notices;
  private final Campaign campaign;

  /**
   * @param healthy whether the application counts as healthy before the first word of its health
   *     check
   */
  Election(
      String name,
      Candidate candidate,
      boolean healthy,
      LeaseStore store,
      Loop loop,
      Clocks clocks,
      RandomGenerator random,
      LeaseRule rule,
      Hooks hooks,
      Listener listener,
      Patience patience) {
    this.loop = loop;
    var view = new View(name, candidate, store.guarantee(), clocks, healthy);
    this.notices = new Notices(view, clocks, listener);
    this.campaign =
        new Campaign(
            name,
            candidate,
            healthy,
            store,
            loop,
            clocks,
            new Vacancy(rule, random, () -> patience.nanos(name)),
            rule,
            hooks,
            notices);
  }

  /** Begins to watch and, where the mode says so, to campaign. */
  void start() {
    loop.execute(campaign::start);
  }

  /** How we stand at this instant; see {@link Claim} for why it can be trusted. */
  public Status status() {
    return notices.promise();
  }

  /**
   * The same for somebody who will not act on it, such as a metric: nobody waits for this answer to
   * run out.
   */
  public Status glance() {
    return notices.status();
  }

  /**
   * For how long our record still keeps the others out though we lead no longer, in milliseconds; 0
   * when it does not.
   */
  long keepsOthersOutMillis() {
    return notices.keepsOthersOutMillis();
  }

  /** How we take part. */
  public Candidate candidate() {
    return notices.view().candidate();
  }

  /**
   * Stands for election until we lead or {@code wait} has passed; in manual mode only a call like
   * this does.
   */
  public Becoming become(Duration wait) {
    var become = new Petitions.Become();
    loop.execute(() -> campaign.become(become, wait));
    return new Becoming(become.answer, () -> loop.execute(() -> campaign.withdraw(become)));
  }

  /**
   * Confirms our leadership by a store round trip begun after this call.
   *
   * @param token the token that the caller believes in; empty for whatever ours is
   */
  public CompletionStage<Outcome> renew(OptionalLong token, Duration timeout) {
    var answer = new CompletableFuture<Outcome>();
    loop.execute(() -> campaign.renew(answer, token, timeout));
    return answer;
  }

  /**
   * Steps down: answers "no", waits for the application, gives the lease back.
   *
   * @param token the token that the caller believes in; empty for whatever ours is
   * @param cooldown how long we stay out of the race afterwards
   * @param successor who should take over; null for nobody in particular
   */
  public CompletionStage<Outcome> resign(
      OptionalLong token, Duration cooldown, @Nullable String successor) {
    var answer = new CompletableFuture<Outcome>();
    loop.execute(() -> campaign.resign(answer, token, cooldown, successor));
    return answer;
  }

  /**
   * Steps down so that {@code successor} takes over, because it leads fewer elections; without
   * effect unless we lead in auto mode. The application is heard as at any other end of a term.
   */
  public void handOver(String successor) {
    loop.execute(() -> campaign.handOver(successor));
  }

  /** Takes over what the health check of the application says. */
  void healthy(boolean healthy) {
    loop.execute(() -> campaign.healthy(healthy));
  }

  /** Takes over other terms of candidacy; they count from the next write on. */
  void candidate(Candidate candidate) {
    loop.execute(() -> campaign.candidate(candidate));
  }

  /**
   * Takes over the present terms of candidacy with {@code change} applied; they count from the next
   * write on.
   */
  public void change(UnaryOperator<Candidate> change) {
    loop.execute(() -> campaign.change(change));
  }

  /**
   * Runs {@code task} when everything asked before has been taken over; on the loop, so it must not
   * block.
   */
  public void afterwards(Runnable task) {
    loop.execute(task);
  }

  /**
   * Steps down and stays out of the race until {@link #resume()}; completes when nothing is left to
   * give back.
   */
  CompletionStage<Outcome> pause(LostReason reason) {
    var answer = new CompletableFuture<Outcome>();
    loop.execute(() -> campaign.pause(answer, reason));
    return answer;
  }

  /** Stands for election again. */
  void resume() {
    loop.execute(campaign::resume);
  }

  /** Ends everything at once; a lease that is still ours runs out by itself. */
  void close() {
    loop.execute(campaign::close);
  }
}
