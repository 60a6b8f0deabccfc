package io.containerpatterns.elector;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.etcd.EtcdAccess;
import io.containerpatterns.elector.etcd.EtcdLeaseStore;
import io.containerpatterns.elector.file.FileLeaseStore;
import io.containerpatterns.elector.kubernetes.KubernetesLeaseStore;
import io.containerpatterns.elector.kubernetes.PodLabels;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.postgresql.PostgresqlLeaseStore;
import io.containerpatterns.elector.postgresql.PostgresqlUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a store is opened with, and the one place where the settings become a store.
 *
 * @param chassis network, metrics and time of the process
 * @param longestLease the lease of the settings; elections that join may have a longer one
 * @param answerWithin how long an election of the settings waits for one answer before it counts as
 *     unknown; those that join may wait shorter or longer
 * @param id what the other electors call us
 */
record StoreOpening(Chassis chassis, Duration longestLease, Duration answerWithin, String id) {
  /**
   * Opens it. A store that is reached over the network is waited for a second at most, to learn
   * what would forbid the start, and one that does not answer by then is opened all the same: its
   * calls fail, {@link LeaseStore#trouble} says why, and the process is ready, because its answer
   * "not leader" is right.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when what the settings name can
   *     never be used, whatever is waited for; the process exits with 78
   */
  LeaseStore open(StoreConfig config) {
    return switch (config) {
      case StoreConfig.File(Path dir) -> FileLeaseStore.open(dir, longestLease);
      case StoreConfig.Kubernetes(var where, var label) ->
          KubernetesLeaseStore.open(
              where, answerWithin, chassis.network(), chassis.clock(), System.getenv());
      case StoreConfig.Etcd(EtcdAccess access) ->
          EtcdLeaseStore.open(access, longestLease, answerWithin, chassis);
      case StoreConfig.Postgresql(
              PostgresqlUrl url,
              Optional<Path> passwordFile,
              boolean createSchema) ->
          PostgresqlLeaseStore.open(
              url,
              passwordFile,
              createSchema,
              longestLease,
              answerWithin,
              chassis.network(),
              chassis.ticker());
    };
  }

  /**
   * The label of our pod that follows the first election; empty where the settings name none.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings as {@link #open}
   */
  Optional<PodLabel> podLabel(ElectorConfig config, Loop loop, Feed feed) {
    if (!(config.store() instanceof StoreConfig.Kubernetes(var where, var label))) {
      return Optional.empty();
    }
    return label.map(setting ->
        PodLabel.begin(
            setting,
            config.names().getFirst(),
            PodLabels.of(where, setting.pod(), chassis.network(), System.getenv()),
            loop,
            feed));
  }
}
