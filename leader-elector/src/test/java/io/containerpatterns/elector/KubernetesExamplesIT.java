package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.docker.ClusterPod;
import io.containerpatterns.docker.KubernetesNode;
import io.containerpatterns.docker.PodManifest;
import io.containerpatterns.elector.kubernetes.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples that keep their leases in the cluster, run as they are written on a real API server:
 * their containers call it with the token of the manifest's account, and may do what its Role
 * allows.
 */
@Tag("image")
@Tag("kubernetes")
final class KubernetesExamplesIT {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("containerpatterns.root"), "examples", "leader-election");

  /** Some leases of ten seconds, which the manifests leave at their default. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Pattern WORKS = Pattern.compile("token (\\d+): (\\S+) works(?: on (\\S+))?");
  private static final Pattern ELECTION = Pattern.compile("\"election\":\"([^\"]+)\"");

  @TempDir Path folder;

  @Test
  void thePodThatLeadsIsLabelledAndWhenItIsTerminatedAnotherFollows() throws Exception {
    thePodThatLeadsIsLabelledAndWhenItIsTerminatedAnotherFollows("kubernetes-lease.yaml");
  }

  @Test
  @Tag("long")
  void soItIsWithTheManifestWithoutANativeSidecar() throws Exception {
    thePodThatLeadsIsLabelledAndWhenItIsTerminatedAnotherFollows("kubernetes-plain.yaml");
  }

  private void thePodThatLeadsIsLabelledAndWhenItIsTerminatedAnotherFollows(String file)
      throws Exception {
    try (KubernetesNode node = node(file)) {
      List<ClusterPod> pods = ready(node);
      Work first = awaitWorkAbove(0, pods);
      awaitLabelOf(first.pod(), pods);

      first.pod().terminate();

      Work next = awaitWorkAbove(first.token(), pods);
      assertThat(next.pod()).isNotEqualTo(first.pod());
      awaitLabelOf(next.pod(), pods);
      assertThat(List.of(exit(first.pod(), "app"), exit(first.pod(), "elector")))
          .as(first.pod().logs())
          .containsExactly(0, 0);
    }
  }

  @Test
  void anElectorThatIsKilledIsFollowedByAnotherAndStartsAgainWithoutTheLabel() throws Exception {
    try (KubernetesNode node = node("kubernetes-lease.yaml")) {
      List<ClusterPod> pods = ready(node);
      Work first = awaitWorkAbove(0, pods);
      awaitLabelOf(first.pod(), pods);

      first.pod().container("elector").signal("KILL");
      Work next = awaitWorkAbove(first.token(), pods);
      first.pod().container("elector").startAgain();

      assertThat(next.pod()).isNotEqualTo(first.pod());
      awaitLabelOf(next.pod(), pods);
      first.pod().awaitReady();
    }
  }

  @Test
  @Tag("long") // Minutes, and on two cores more of them than a build has.
  void theReplicasOfTheStatefulSetShareTheShardsEvenlyAndEachShardHasOneWriter() throws Exception {
    try (KubernetesNode node = node("statefulset.yaml")) {
      List<ClusterPod> pods = ready(node);
      awaitShares(pods, 5, 5, 6);

      ClusterPod gone = pods.getFirst();
      gone.terminate();
      List<ClusterPod> left = pods.subList(1, pods.size());
      awaitShares(left, 8, 8);

      // What they write is as new as their shares.
      await(
          "all sixteen shards are worked on by the two that are left",
          pods,
          () -> lastWriters(pods).size() == 16 && !lastWriters(pods).containsValue(gone.name()));
      assertOneWriterOfEachToken(work(pods));
      assertThat(pods.stream().filter(KubernetesExamplesIT::wasOutOfMemory)).isEmpty();
    }
  }

  private KubernetesNode node(String file) throws Exception {
    return KubernetesNode.start(
        TestCluster.shared().api(), PodManifest.read(EXAMPLE.resolve(file)), folder);
  }

  private static List<ClusterPod> ready(KubernetesNode node) throws Exception {
    List<ClusterPod> pods = node.runAll();
    pods.forEach(ClusterPod::awaitReady);
    assertThat(pods).hasSize(3);
    return pods;
  }

  private static boolean wasOutOfMemory(ClusterPod pod) {
    return pod.container("elector").wasOutOfMemory();
  }

  private static int exit(ClusterPod pod, String container) {
    return pod.container(container).awaitExit();
  }

  private static Work awaitWorkAbove(long token, List<ClusterPod> pods) throws Exception {
    await("somebody works with a token above " + token, pods, () -> newest(pods).token() > token);
    return newest(pods);
  }

  private static Work newest(List<ClusterPod> pods) {
    return work(pods)
        .max(Comparator.comparing(Work::token))
        .orElse(new Work(pods.getFirst(), 0, ""));
  }

  private static void awaitLabelOf(ClusterPod leader, List<ClusterPod> pods) throws Exception {
    await(
        leader + " alone has the label",
        pods,
        () -> {
          var labelled = new ArrayList<ClusterPod>();
          for (ClusterPod pod : pods) {
            if (pod.label("role").equals("leader")) {
              labelled.add(pod);
            }
          }
          return labelled.equals(List.of(leader));
        });
  }

  /** Waits until the replicas lead so many shards, and together all. */
  private static void awaitShares(List<ClusterPod> pods, Integer... sizes) throws Exception {
    await(
        "shares of " + List.of(sizes),
        pods,
        () -> {
          List<List<String>> shares = pods.stream().map(KubernetesExamplesIT::share).toList();
          return shares.stream().map(List::size).sorted().toList().equals(List.of(sizes))
              && shares.stream().flatMap(Collection::stream).distinct().count() == 16;
        });
  }

  /** As the recipe of the example asks for it. */
  private static List<String> share(ClusterPod pod) {
    String answer =
        pod.container("app")
            .run(
                "/bin/sh",
                "-c",
                "wget -qO- 'http://localhost:4040/v1/elections?leading=true' || true");
    return ELECTION.matcher(answer).results().map(found -> found.group(1)).toList();
  }

  /** Who wrote last for each shard. */
  private static Map<String, String> lastWriters(List<ClusterPod> pods) {
    var last = new HashMap<String, Work>();
    work(pods)
        .forEach(each -> last.merge(each.shard(), each, (a, b) -> a.token() > b.token() ? a : b));
    var writers = new HashMap<String, String>();
    last.forEach((shard, each) -> writers.put(shard, each.pod().name()));
    return writers;
  }

  private static void assertOneWriterOfEachToken(Stream<Work> work) {
    var writers = new HashMap<String, ClusterPod>();
    work.forEach(each -> {
      ClusterPod before = writers.putIfAbsent(each.shard() + " " + each.token(), each.pod());
      assertThat(Optional.ofNullable(before).orElse(each.pod()))
          .as("the writer of %s with token %d", each.shard(), each.token())
          .isEqualTo(each.pod());
    });
  }

  /** What the applications say that they did; each line is of the pod that it names. */
  private static Stream<Work> work(List<ClusterPod> pods) {
    return pods.stream()
        .flatMap(pod ->
            WORKS
                .matcher(pod.container("app").logs())
                .results()
                .peek(line -> assertThat(line.group(2)).isEqualTo(pod.name()))
                .map(line ->
                    new Work(
                        pod,
                        Long.parseLong(line.group(1)),
                        Optional.ofNullable(line.group(3)).orElse(""))));
  }

  private static void await(String what, List<ClusterPod> pods, Callable<Boolean> condition)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "not within %s: %s; out of memory: %s\n%s"
                .formatted(
                    PATIENCE,
                    what,
                    pods.stream().filter(KubernetesExamplesIT::wasOutOfMemory).toList(),
                    pods.stream().map(ClusterPod::logs).toList()));
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  /** A line of an application: it worked, for this shard where it is about shards. */
  private record Work(ClusterPod pod, long token, String shard) {}
}
