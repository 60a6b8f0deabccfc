package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.Leaderless.After;
import io.containerpatterns.elector.lease.FaultyProxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happens to electors and stores. Each begins and ends with three electors that run, reach the
 * store and know who leads, and waits for a leader where one is promised.
 *
 * <p>"Longer than the lease" is one and a half, so that whoever could take over has done so.
 */
enum Fault {
  LEADER_KILLED(Fault::killLeader),
  FOLLOWER_KILLED(replicas -> {
    Replica follower = replicas.follower();
    follower.kill();
    replicas.lasts(0.5);
    follower.start();
  }),
  ALL_KILLED(replicas -> {
    for (Replica replica : replicas.all()) {
      replica.kill();
    }
    for (Replica replica : replicas.all()) {
      replica.start();
    }
    for (Replica replica : replicas.all()) {
      replica.elector().ready();
    }
    replicas.recovered(System.nanoTime());
  }),
  LEADER_SUSPENDED(replicas -> {
    Replica leader = replicas.leader();
    long since = System.nanoTime();
    leader.elector().signal("STOP");
    try {
      replicas.takenOver(leader, since, After.CRASH);
      replicas.lasts(0.5);
    } finally {
      leader.elector().signal("CONT");
    }
  }),
  FOLLOWER_SUSPENDED(replicas -> suspend(replicas, List.of(replicas.follower()))),
  ALL_SUSPENDED(replicas -> suspend(replicas, replicas.all())),
  LEADER_RESIGNS(replicas -> {
    Replica leader = replicas.leader();
    long since = System.nanoTime();
    int status = leader.elector().post("/resign").statusCode();
    if (status == 409) {
      // A busy machine took the lease from it in this very moment.
      return;
    }
    assertThat(status).isEqualTo(200);
    replicas.takenOver(leader, since, After.HAND_OVER);
  }),
  LEADER_STOPPED(replicas -> {
    Replica leader = replicas.leader();
    long since = System.nanoTime();
    leader.elector().signal("TERM");
    replicas.takenOver(leader, since, After.HAND_OVER);
    assertThat(leader.elector().exitCode()).as(leader.elector().log()).isZero();
    leader.start();
  }),
  RECORD_DELETED(Replicas::deleteRecord),
  RECORD_UNREADABLE(replicas -> {
    replicas.store().garble(Replicas.ELECTION);
    replicas.lasts(1.5);
    assertThat(replicas.isAnyoneLeading()).as("a leader by an unreadable record").isFalse();
    replicas.deleteRecord();
  }),
  RECORD_OVERWRITTEN(Replicas::overwriteRecord),
  TWIN_STARTED(replicas -> {
    Replica twin = replicas.twinOf(replicas.leader());
    try {
      Await.until(
          () -> "the twin is told\n" + twin.elector().log(),
          () -> twin.elector().log().contains("another elector has our id"));
      killLeader(replicas).elector().ready();
    } finally {
      replicas.remove(twin);
    }
  }),

  STORE_RESTARTED(
      Needs.SERVER,
      replicas -> {
        replicas.server().stop();
        replicas.lasts(1.5);
        replicas.server().start();
        replicas.recovered(System.nanoTime());
      }),
  STORE_SUSPENDED(
      Needs.SERVER,
      replicas -> {
        replicas.server().pause();
        try {
          replicas.lasts(1.5);
        } finally {
          replicas.server().goOn();
        }
        replicas.recovered(System.nanoTime());
      }),
  STORE_SLOW_1X(Needs.SERVER, replicas -> slow(replicas, 1)),
  STORE_SLOW_3X(Needs.SERVER, replicas -> slow(replicas, 3)),
  STORE_SLOW_10X(Needs.SERVER, replicas -> slow(replicas, 10)),
  ANSWERS_LOST(Needs.SERVER, replicas -> onTheWay(replicas, FaultyProxy::eatAnswers)),
  REQUESTS_LOST(Needs.SERVER, replicas -> onTheWay(replicas, FaultyProxy::eatRequests)),
  CONNECTIONS_RESET(
      Needs.SERVER,
      replicas -> {
        replicas.all().forEach(replica -> replica.network().reset());
        replicas.recovered(System.nanoTime());
      }),
  LEADER_REFUSED(Needs.SERVER, replicas -> cutLeader(replicas, FaultyProxy::refuse)),
  LEADER_CUT_TOWARDS_STORE(Needs.SERVER, replicas -> cutLeader(replicas, FaultyProxy::eatRequests)),
  LEADER_CUT_FROM_STORE(Needs.SERVER, replicas -> cutLeader(replicas, FaultyProxy::eatAnswers)),
  FOLLOWER_CUT_TOWARDS_STORE(
      Needs.SERVER, replicas -> cutFollower(replicas, FaultyProxy::eatRequests)),
  FOLLOWER_CUT_FROM_STORE(Needs.SERVER, replicas -> cutFollower(replicas, FaultyProxy::eatAnswers));

  private final Needs needs;
  private final Course course;

  private enum Needs {
    NOTHING,
    SERVER
  }

  @FunctionalInterface
  private interface Course {
    void run(Replicas replicas) throws Exception;
  }

  Fault(Course course) {
    this(Needs.NOTHING, course);
  }

  Fault(Needs needs, Course course) {
    this.needs = needs;
    this.course = course;
  }

  /** Those that can happen to electors of this store. */
  static List<Fault> of(FaultyStore store) {
    return Arrays.stream(values())
        .filter(fault -> fault.needs == Needs.NOTHING || store.server().isPresent())
        .toList();
  }

  /** Happens, from its beginning until all is well again. */
  void happen(Replicas replicas) throws Exception {
    replicas.note(this + " begins");
    course.run(replicas);
    replicas.settle();
    replicas.note(this + " is over");
  }

  private static Replica killLeader(Replicas replicas) throws Exception {
    Replica leader = replicas.leader();
    long since = System.nanoTime();
    leader.kill();
    replicas.takenOver(leader, since, After.CRASH);
    leader.start();
    return leader;
  }

  private static void suspend(Replicas replicas, List<Replica> some) throws Exception {
    for (Replica replica : some) {
      replica.elector().signal("STOP");
    }
    try {
      replicas.lasts(1.5);
    } finally {
      for (Replica replica : some) {
        replica.elector().signal("CONT");
      }
    }
    replicas.recovered(System.nanoTime());
  }

  /** Round trips take so many times as long as an elector waits for one. */
  private static void slow(Replicas replicas, int times) {
    Duration each = replicas.answerWithin().multipliedBy(times).dividedBy(2);
    onTheWay(replicas, network -> network.delay(each));
  }

  /** Something happens to what all electors say to the store, or hear from it. */
  private static void onTheWay(Replicas replicas, Consumer<FaultyProxy> fault) {
    replicas.all().forEach(replica -> fault.accept(replica.network()));
    replicas.lasts(2);
    replicas.all().forEach(replica -> replica.network().mend());
    replicas.recovered(System.nanoTime());
  }

  private static void cutLeader(Replicas replicas, Consumer<FaultyProxy> cut) {
    Replica leader = replicas.leader();
    long since = System.nanoTime();
    cut.accept(leader.network());
    replicas.takenOver(leader, since, After.CRASH);
    replicas.lasts(0.5);
    leader.network().mend();
  }

  private static void cutFollower(Replicas replicas, Consumer<FaultyProxy> cut) {
    Replica follower = replicas.follower();
    cut.accept(follower.network());
    replicas.lasts(1.5);
    follower.network().mend();
    replicas.recovered(System.nanoTime());
  }
}
