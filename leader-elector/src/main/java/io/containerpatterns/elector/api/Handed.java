package io.containerpatterns.elector.api;

import java.util.HashMap;
import java.util.Map;

/**
 * To how many clients the present token of each election was handed by a become call. API loop
 * only.
 */
final class Handed {
  private record Token(long token, int clients) {}

  private final Map<String, Token> byElection = new HashMap<>();

  /** One more client has it. */
  void give(String election, long token) {
    byElection.merge(
        election,
        new Token(token, 1),
        (old, first) -> old.token == token ? new Token(token, old.clients + 1) : first);
  }

  /** A client went away before it could read it. */
  void takeBack(String election, long token) {
    byElection.computeIfPresent(
        election,
        (name, old) -> {
          if (old.token != token) {
            return old;
          }
          return old.clients == 1 ? null : new Token(token, old.clients - 1);
        });
  }

  /** The election was left. */
  void forget(String election) {
    byElection.remove(election);
  }

  /** Whether any client has it. */
  boolean isHeld(String election, long token) {
    Token newest = byElection.get(election);
    return newest != null && newest.token == token;
  }
}
