package io.containerpatterns.chassis.settings;

/**
 * That another setting has this value. Settings that stand beside it count only then.
 *
 * @param name the other setting
 * @param value its value, as the operator writes it
 */
record Condition(String name, String value) {
  /** As the operator would write it. */
  @Override
  public String toString() {
    return name + "=" + value;
  }
}
