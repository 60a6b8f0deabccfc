package io.containerpatterns.chassis.settings;

/**
 * An element of a list that is wrong, so that the problem points to it and not to the whole list.
 */
final class WrongElement extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int index;
  private final String element;
  private final String expected;

  WrongElement(int index, String element, String expected) {
    super(expected);
    this.index = index;
    this.element = element;
    this.expected = expected;
  }

  int index() {
    return index;
  }

  String element() {
    return element;
  }

  String expected() {
    return expected;
  }
}
