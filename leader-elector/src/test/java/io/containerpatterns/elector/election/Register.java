package io.containerpatterns.elector.election;

/**
 * What an application protects by the token: it takes a write only if no higher token was shown to
 * it before. That is all a resource has to do so that not even a leader who was stopped between its
 * check and its write does harm.
 */
final class Register {
  private long highest;
  private long accepted;
  private long refused;

  /** Whether the write was taken. */
  boolean write(long token) {
    if (token < highest) {
      refused++;
      return false;
    }
    highest = token;
    accepted++;
    return true;
  }

  long accepted() {
    return accepted;
  }

  long refused() {
    return refused;
  }
}
