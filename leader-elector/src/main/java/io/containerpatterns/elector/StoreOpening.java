package io.containerpatterns.elector;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.kubernetes.PodLabels;
import java.time.Duration;
import java.util.Optional;

/**
 * What a store is opened with.
 *
 * @param chassis network, metrics and time of the process
 * @param longestLease the lease of the settings; elections that join may have a longer one
 * @param answerWithin how long an election of the settings waits for one answer before it counts as
 *     unknown; those that join may wait shorter or longer
 */
record StoreOpening(Chassis chassis, Duration longestLease, Duration answerWithin) {
  /**
   * The label of our pod that follows the first election; empty where the settings name none.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings as {@link StoreConfig#open}
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
