package io.containerpatterns.chassis.settings;

/**
 * A text that must not be seen: every way to print it shows three stars, so it cannot slip into a
 * log or a page.
 */
public final class Secret {
  private final String text;

  /** Hides {@code text}. */
  public Secret(String text) {
    this.text = text;
  }

  /** The text itself; call it only where it is compared or sent. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
