package io.containerpatterns.chassis.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot work, with every problem found, not only the first: exit 78. */
public final class InvalidSettings extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /** With all the problems found together. */
  public InvalidSettings(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** With one problem. */
  public InvalidSettings(Problem problem) {
    this(List.of(problem));
  }

  /** Every problem, in the order found. */
  public List<Problem> problems() {
    return problems;
  }
}
