package io.containerpatterns.chassis.settings;

import java.util.Comparator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A type of setting: how its text is read, told and shown.
 *
 * @param expected what a value looks like; null when only the parser can say
 * @param parser reads what the operator gave
 * @param own reads defaults and examples; differs from {@code parser} only where that would need a
 *     file
 * @param order for limits; null when values have none
 * @param shown how the text of a value may be shown
 */
record Kind<T>(
    @Nullable String expected,
    Parser<T> parser,
    Parser<T> own,
    @Nullable Comparator<T> order,
    UnaryOperator<String> shown) {

  static <T> Kind<T> of(@Nullable String expected, Parser<T> parser) {
    return new Kind<>(expected, parser, parser, null, text -> text);
  }

  static <T extends Comparable<T>> Kind<T> ordered(String expected, Parser<T> parser) {
    return new Kind<>(expected, parser, parser, Comparator.naturalOrder(), text -> text);
  }

  Kind<T> shownAs(UnaryOperator<String> other) {
    return new Kind<>(expected, parser, own, order, other);
  }

  Kind<T> expecting(String other, Parser<T> stricter) {
    return new Kind<>(other, stricter, stricter, order, shown);
  }
}
