package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;

/**
 * That it is one cluster, and that its revision only grows: the two things that versions and tokens
 * stand on and that a wrong list of endpoints or a backup can break. Loop only.
 *
 * <p>Every answer has a header with the cluster's id and the revision of the member at some moment
 * after the call arrived. An answer from another cluster counts for nothing: two clusters are two
 * leaders. One with a revision below what was known when the call left is a cluster restored from a
 * copy; it is told as long as we run, because the tokens of before are given out a second time.
 */
final class Lineage {
  private final Troubles troubles;
  private String cluster = "";
  private long revision;

  Lineage(Troubles troubles) {
    this.troubles = troubles;
  }

  /** The highest revision known; pass it to {@link #check} with the answer. */
  long revision() {
    return revision;
  }

  /**
   * Looks at the header of an answer.
   *
   * @param known what {@link #revision} was when the call left
   * @throws EtcdFailure when another cluster answered
   */
  void check(URI member, JsonNode answer, long known) {
    checkCluster(member, answer);
    long now = answer.path("header").path("revision").asLong();
    if (now > 0 && now < known) {
      troubles.lasting(
          member
              + ": \"revision "
              + now
              + "\" (expected: at least "
              + known
              + ", which was answered before); the cluster was restored from a copy, and fencing"
              + " tokens are given out again; see \"restored\" in the README");
    }
    revision = Math.max(revision, now);
  }

  /**
   * Looks only at the cluster of an answer, for those that a member gives from what it has itself
   * and that may be behind.
   *
   * @throws EtcdFailure when another cluster answered
   */
  void checkCluster(URI member, JsonNode answer) {
    String id = answer.path("header").path("cluster_id").asText("");
    if (id.isEmpty()) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN,
          member + ": \"an answer without cluster_id\" (expected: an answer of etcd)");
    }
    if (cluster.isEmpty()) {
      cluster = id;
    } else if (!cluster.equals(id)) {
      var foreign =
          new EtcdFailure(
              EtcdFailure.Kind.UNKNOWN,
              member
                  + ": \"cluster "
                  + id
                  + "\" (expected: cluster "
                  + cluster
                  + ", which answered before); two clusters are two leaders; correct"
                  + " ELECTOR_ETCD_ENDPOINTS, or start all electors again if the cluster was"
                  + " replaced");
      troubles.lasting(String.valueOf(foreign.getMessage()));
      throw foreign;
    }
  }
}
