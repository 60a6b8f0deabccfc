package io.containerpatterns.logshipper.filter;

import com.google.re2j.Pattern;

/** Whatever a pattern finds. */
final class Expression implements Secret {
  private final Search search;

  Expression(Pattern pattern) {
    search = new Search(pattern);
  }

  @Override
  public boolean find(byte[] b, int begin, int from, int end) {
    if (from == begin) {
      search.begin(b, begin, end);
    }
    return search.next();
  }

  @Override
  public int start() {
    return search.start();
  }

  @Override
  public int end() {
    return search.end();
  }
}
