package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Outcome.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The become and renew calls of the application that wait for an answer of this election. Loop
 * only.
 */
final class Petitions {
  /** A call that waits until we lead. */
  static final class Become {
    final CompletableFuture<Outcome> answer = new CompletableFuture<>();

    /** Whether the race was tried since it came, so that even a wait of zero had its chance. */
    boolean tried;

    private long until;
    private long afterCall;

    /** What is said when the wait ends. */
    private Verdict otherwise = Verdict.NOT_LEADER;
  }

  /**
   * A call that waits for a renewal.
   *
   * @param afterCall a renewal with a higher call number was begun after this petition came
   */
  record Renew(CompletableFuture<Outcome> answer, long until, long afterCall) {}

  private final List<Become> becoming = new ArrayList<>();
  private final List<Renew> renewing = new ArrayList<>();

  void add(Become become, long until, long afterCall) {
    become.until = until;
    become.afterCall = afterCall;
    becoming.add(become);
  }

  void add(Renew renew) {
    renewing.add(renew);
  }

  void withdraw(Become become) {
    becoming.remove(become);
  }

  boolean anyoneWantsToLead() {
    return !becoming.isEmpty();
  }

  boolean anyoneWantsToRenew() {
    return !renewing.isEmpty();
  }

  /**
   * The race was tried by the store call of this number; a wait that ends now hears {@code
   * otherwise}.
   */
  void tried(long call, Verdict otherwise) {
    for (Become become : becoming) {
      if (call > become.afterCall) {
        become.tried = true;
        become.otherwise = otherwise;
      }
    }
  }

  void answerBecoming(Outcome outcome) {
    for (Become become : taken(becoming, b -> true)) {
      become.answer.complete(outcome);
    }
  }

  /** The renewal of this number was confirmed. */
  void renewed(long call, Supplier<Outcome> outcome) {
    for (Renew renew : taken(renewing, r -> call > r.afterCall())) {
      renew.answer().complete(outcome.get());
    }
  }

  void refuseRenewing(Outcome outcome) {
    for (Renew renew : taken(renewing, r -> true)) {
      renew.answer().complete(outcome);
    }
  }

  /** Answers whoever has waited long enough. */
  void expire(long now, Supplier<Status> status) {
    for (Become become : taken(becoming, b -> b.tried && now - b.until >= 0)) {
      become.answer.complete(new Outcome(become.otherwise, status.get()));
    }
    for (Renew renew : taken(renewing, r -> now - r.until() >= 0)) {
      renew.answer().complete(new Outcome(Verdict.UNCONFIRMED, status.get()));
    }
  }

  /** Brings in the ends of all waits. */
  void consider(Earliest next) {
    for (Become become : becoming) {
      next.consider(become.until);
    }
    for (Renew renew : renewing) {
      next.consider(renew.until());
    }
  }

  /**
   * Takes out those who are answered now, before they are: an answer may bring the next petition.
   */
  private static <P> List<P> taken(List<P> waiting, Predicate<P> which) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<P> taken = waiting.stream().filter(which).toList();
    waiting.removeAll(taken);
    return taken;
  }
}
