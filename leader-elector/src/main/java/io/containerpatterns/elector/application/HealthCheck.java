package io.containerpatterns.elector.application;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** How the application is asked whether it is well: by one of these, or not at all. */
public record HealthCheck(Optional<URI> url, Optional<Path> file) {
  /** Whether it is asked at all. */
  public boolean isAsked() {
    return url.isPresent() || file.isPresent();
  }
}
