package io.containerpatterns.chassis;

/** An upstream that the settings call required does not answer at the start: exit 69. */
public final class UpstreamMissing extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a sentence that names the upstream, the setting and the remedy. */
  public UpstreamMissing(String message) {
    super(message);
  }
}
