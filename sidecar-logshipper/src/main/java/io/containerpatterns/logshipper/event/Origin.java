package io.containerpatterns.logshipper.event;

import java.util.List;

/**
 * Where events come from: one file, and what is said about all of its events. Compared by identity,
 * so that outputs may keep what they make of it. Immutable.
 */
public final class Origin {
  private final String path;
  private final List<Label> labels;

  /** Something that is said about an event, such as {@code app=shop}. */
  public record Label(String name, String value) {}

  /**
   * Of one file.
   *
   * @param path what it is called; a rename does not change it
   * @param labels from the settings and the pod, each name once
   */
  public Origin(String path, List<Label> labels) {
    this.path = path;
    this.labels = List.copyOf(labels);
  }

  /** What the file was called when it was found. */
  public String path() {
    return path;
  }

  /** What is said about all of its events. */
  public List<Label> labels() {
    return labels;
  }

  @Override
  public String toString() {
    return path;
  }
}
