package io.containerpatterns.logshipper.parse;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the text of an event says. Keeps nothing from one event to the next, so one object
 * serves all files of a thread that have the same form: each holds an array as long as the longest
 * event. Confined to one thread. Allocates nothing for an event, once it has seen one as long; but
 * a pattern takes about 140 bytes.
 */
public final class Parser {
  private final Form form;
  private final @Nullable Form otherwise;

  private Parser(Form form, @Nullable Form otherwise) {
    this.form = form;
    this.otherwise = otherwise;
  }

  /**
   * For events that are said to be in this form; one that is not is marked.
   *
   * @param format any but {@link Format#AUTO}, which {@link Detection} makes another of, and {@link
   *     Format#REGEX}, which needs a pattern
   */
  public static Parser of(Format format) {
    return new Parser(form(format), null);
  }

  /**
   * For events of a file whose form was found out from its head. Only one that shows its structure
   * outright is insisted on; elsewhere an event that does not fit is read as plain text.
   */
  public static Parser ofDetected(Format format) {
    return switch (format) {
      case LOGFMT, SYSLOG -> new Parser(form(format), new PlainForm());
      default -> new Parser(form(format), null);
    };
  }

  /** For events that a pattern takes apart. */
  public static Parser of(Pattern pattern) {
    return new Parser(new RegexForm(pattern), null);
  }

  /**
   * Whether a line of {@link Format#CRI} is a part of a longer one, which goes on in the next line.
   */
  public static boolean isPartOfLine(byte[] bytes, int start, int end) {
    return CriForm.isPartial(bytes, start, end);
  }

  private static Form form(Format format) {
    return switch (format) {
      case NONE -> new PlainForm();
      case JSON -> new JsonForm(false);
      case DOCKER -> new JsonForm(true);
      case LOGFMT -> new LogfmtForm();
      case CRI -> new CriForm();
      case SYSLOG -> new SyslogForm();
      case AUTO, REGEX ->
          throw new IllegalArgumentException(
              "format: " + format + " (expected: one that says all about itself)");
    };
  }

  /**
   * Tells {@code event} its time, severity, message and fields. One that does not fit stays as it
   * is and is marked; never throws, whatever the bytes.
   *
   * @param event with its text, and the time of reading as its time
   */
  public void parse(Event event) {
    if (!form.read(event) && (otherwise == null || !otherwise.read(event))) {
      event.unparsed();
    }
  }
}
