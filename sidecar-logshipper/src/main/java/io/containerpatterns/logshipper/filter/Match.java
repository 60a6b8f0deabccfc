package io.containerpatterns.logshipper.filter;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;

/** Leaves out events in whose text a pattern is found, or those in which it is not. */
public final class Match implements Filter {
  private final Search search;
  private final boolean keeps;

  private Match(Pattern pattern, boolean keeps) {
    this.search = new Search(pattern);
    this.keeps = keeps;
  }

  /** Leaves out those in which {@code pattern} is found. */
  public static Match dropping(Pattern pattern) {
    return new Match(pattern, false);
  }

  /** Leaves out those in which {@code pattern} is not found. */
  public static Match keeping(Pattern pattern) {
    return new Match(pattern, true);
  }

  @Override
  public boolean pass(Event event) {
    return search.isIn(event) == keeps;
  }

  @Override
  public DropReason reason() {
    return DropReason.PATTERN;
  }
}
