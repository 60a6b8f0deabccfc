package io.containerpatterns.elector.election;

/** An election cannot be joined now; the message says why, for whoever asked. */
public final class CannotJoin extends RuntimeException {
  private static final long serialVersionUID = 1;

  CannotJoin(String message) {
    super(message);
  }
}
