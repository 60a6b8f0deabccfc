package io.containerpatterns.logshipper.filter;

/** A kind of thing that is not to leave the machine. Confined to one thread. */
sealed interface Secret permits Cards, Emails, Tokens, Expression {
  /**
   * Whether there is one in the text from {@code begin} to {@code end} that begins at {@code from}
   * or behind; then {@link #start} and {@link #end} say where. A text is asked for from its begin
   * on, and then from where the last one ended.
   */
  boolean find(byte[] b, int begin, int from, int end);

  /** Where it begins. */
  int start();

  /** Behind where it ends. */
  int end();
}
