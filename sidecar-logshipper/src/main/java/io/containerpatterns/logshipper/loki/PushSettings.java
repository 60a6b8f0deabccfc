package io.containerpatterns.logshipper.loki;

import java.util.Map;
import java.util.Optional;

/**
 * What can be set about a Loki.
 *
 * @param tenant the value of {@code X-Scope-OrgID}, for a Loki of several tenants
 * @param metadata whether the level, the offset and the fields are sent as structured metadata,
 *     which Loki takes since 3.0 unless told otherwise; without it only the text of an event is
 *     sent
 */
public record PushSettings(Optional<String> tenant, boolean metadata) {
  /** One tenant, everything sent. */
  public static final PushSettings DEFAULT = new PushSettings(Optional.empty(), true);

  static final String PATH = "/loki/api/v1/push";

  Map<String, String> headers() {
    return tenant.map(id -> Map.of("X-Scope-OrgID", id)).orElse(Map.of());
  }
}
