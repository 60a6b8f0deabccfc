package io.containerpatterns.chassis.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One setting while it is declared. The chain ends with {@link #orElse}, {@link #required} or
 * {@link #optional}, which reads the value; a wrong one is remembered as a problem and answered by
 * a stand-in, so that all problems come at once.
 */
public final class Setting<T> {
  private final Ledger ledger;
  private final String name;
  private final @Nullable Condition condition;
  private Kind<T> kind;
  private String meaning = "";
  private @Nullable T least;
  private @Nullable T most;
  private boolean reloadable;
  private boolean hidden;

  Setting(Ledger ledger, String name, Kind<T> kind, @Nullable Condition condition) {
    this.ledger = ledger;
    this.name = name;
    this.condition = condition;
    this.kind = kind;
  }

  /** One line for whoever has to choose the value. */
  public Setting<T> meaning(String line) {
    meaning = line;
    return this;
  }

  /**
   * Accepts values from {@code least} to {@code most}, both included; only for types that have an
   * order.
   */
  public Setting<T> between(T least, T most) {
    if (kind.order() == null) {
      throw new IllegalStateException(name + ": values of this type have no order");
    }
    this.least = least;
    this.most = most;
    return this;
  }

  /** Accepts only these texts. */
  public Setting<T> oneOf(String... texts) {
    var allowed = Arrays.asList(texts);
    Parser<T> parser = kind.parser();
    kind =
        kind.expecting(
            "one of " + String.join(", ", texts),
            text -> {
              if (!allowed.contains(text)) {
                throw new IllegalArgumentException();
              }
              return parser.parse(text);
            });
    return this;
  }

  /** A running process takes over a change. */
  public Setting<T> reloadable() {
    reloadable = true;
    return this;
  }

  /** The value is shown as {@code shown} makes it, because somebody may put a password into it. */
  public Setting<T> shownAs(UnaryOperator<String> shown) {
    kind = kind.shownAs(shown);
    return this;
  }

  /** The value is shown nowhere, because it may hold a password. */
  public Setting<T> hidden() {
    hidden = true;
    return this;
  }

  /** The value given, or else the one that {@code standard} parses to. */
  public T orElse(String standard) {
    T standIn = own(standard);
    declare(standard, null, false);
    Found found = find();
    if (found == null) {
      rememberUngiven(standard, Origin.DECLARATION);
      return standIn;
    }
    T value = parse(found, "unset it to use " + standard);
    return value == null ? standIn : value;
  }

  /** The value given; without one the process does not start, and is told {@code example}. */
  public T required(String example) {
    return required(example, "set it, such as " + name + "=" + example);
  }

  /** The value given; without one the process does not start, and is told {@code remedy}. */
  public T required(String example, String remedy) {
    T standIn = own(example);
    declare(null, example, true);
    if (ledger.describing()) {
      return standIn;
    }
    Found found = find();
    if (found == null) {
      if (ledger.holds(condition)) {
        ledger.complain(new Problem(name, "", expected(""), remedy));
      }
      return standIn;
    }
    T value = parse(found, "such as " + name + "=" + example);
    return value == null ? standIn : value;
  }

  /** The value given, if any; {@code example} goes to the help. */
  public Optional<T> optional(String example) {
    own(example);
    declare(null, example, false);
    Found found = find();
    if (found == null) {
      rememberUngiven("", Origin.NOWHERE);
      return Optional.empty();
    }
    return Optional.ofNullable(parse(found, "such as " + name + "=" + example));
  }

  private void declare(@Nullable String standard, @Nullable String example, boolean required) {
    if (meaning.isEmpty()) {
      throw new IllegalStateException(name + " has no meaning");
    }
    ledger.declare(
        new Declaration(
            name, expected(""), standard, example, required, whole(meaning), reloadable, hidden));
  }

  private String whole(String line) {
    return condition == null ? line : line + ", for `" + condition + "`";
  }

  /** What was given; where it must not be given, that is a mistake and counts for nothing. */
  private @Nullable Found find() {
    Found found = ledger.find(name);
    if (found == null || !ledger.contradicts(condition)) {
      return found;
    }
    ledger.complain(
        new Problem(subject(found), shown(found.text()), condition + " beside it", "unset it"));
    return null;
  }

  /** One that does not count is not in force either. */
  private void rememberUngiven(String text, Origin origin) {
    if (ledger.holds(condition)) {
      ledger.remember(name, text, text.isEmpty() ? "" : shown(text), origin);
    }
  }

  private String subject(Found found) {
    return found.key().isEmpty() ? name : found.origin().place() + " " + found.key();
  }

  private @Nullable T parse(Found found, String remedy) {
    String subject = subject(found);
    try {
      T value = kind.parser().parse(found.text());
      if (isOutside(value)) {
        ledger.complain(new Problem(subject, shown(found.text()), expected(""), remedy));
        return null;
      }
      String whole =
          value instanceof Secret secret ? found.text() + '\n' + secret.reveal() : found.text();
      ledger.remember(name, whole, shown(found.text()), found.origin());
      return value;
    } catch (WrongElement e) {
      ledger.complain(
          new Problem(subject + "[" + e.index() + "]", shown(e.element()), e.expected(), remedy));
    } catch (IllegalArgumentException e) {
      ledger.complain(new Problem(subject, shown(found.text()), expected(e.getMessage()), remedy));
    }
    return null;
  }

  /**
   * Defaults and examples pass through the operator's door, so a wrong one is our mistake and never
   * ships.
   */
  private T own(String text) {
    try {
      T value = kind.own().parse(text);
      if (isOutside(value)) {
        throw new IllegalArgumentException(expected(""));
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(name + ": the declared text " + text + " does not parse", e);
    }
  }

  private boolean isOutside(T value) {
    Comparator<T> order = kind.order();
    return order != null
        && ((least != null && order.compare(value, least) < 0)
            || (most != null && order.compare(value, most) > 0));
  }

  private String expected(@Nullable String reason) {
    String kindOfValue = kind.expected();
    if (kindOfValue == null) {
      return reason == null || reason.isEmpty() ? "a value" : reason;
    }
    return least == null || most == null
        ? kindOfValue
        : kindOfValue + ", from " + Durations.orText(least) + " to " + Durations.orText(most);
  }

  private String shown(String text) {
    return hidden ? "***" : kind.shown().apply(text);
  }
}
