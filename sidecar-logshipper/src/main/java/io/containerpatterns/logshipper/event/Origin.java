package io.containerpatterns.logshipper.event;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where events come from: one file, and what is said about all of its events. Compared by identity,
 * so that outputs may keep what they make of it. Immutable.
 */
public final class Origin {
  private final String path;
  private final List<Label> labels;
  private final long generation;

  /** Something that is said about an event, such as {@code app=shop}. */
  public record Label(String name, String value) {}

  /**
   * Of one file that nobody remembers: its generation is drawn by lot.
   *
   * @param path what it is called; a rename does not change it
   * @param labels from the settings and the pod, each name once
   */
  public Origin(String path, List<Label> labels) {
    this(path, labels, ThreadLocalRandom.current().nextLong());
  }

  /**
   * Of one file that is known again after a restart.
   *
   * @param path what it is called; a rename does not change it
   * @param labels from the settings and the pod, each name once
   * @param generation who the content is, see {@link #generation}
   */
  public Origin(String path, List<Label> labels, long generation) {
    this.path = path;
    this.labels = List.copyOf(labels);
    this.generation = generation;
  }

  /** What the file was called when it was found. */
  public String path() {
    return path;
  }

  /** What is said about all of its events. */
  public List<Label> labels() {
    return labels;
  }

  /**
   * Who the content is: the same for the same content after a restart, and other than that of every
   * other file, also one that another shipper reads and one that this file was before it was
   * truncated, as far as 64 random bits can tell. With the offset it says which event one is, so
   * that a store which has it already takes it only once.
   */
  public long generation() {
    return generation;
  }

  @Override
  public String toString() {
    return path;
  }
}
