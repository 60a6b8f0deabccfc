package io.containerpatterns.elector;

/** An election cannot be joined now; the message says why, for whoever asked. */
final class CannotJoin extends RuntimeException {
  private static final long serialVersionUID = 1;

  CannotJoin(String message) {
    super(message);
  }
}
