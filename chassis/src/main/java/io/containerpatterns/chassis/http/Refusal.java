package io.containerpatterns.chassis.http;

/** To be written: an exception that carries a problem document (RFC 9457). */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
}
