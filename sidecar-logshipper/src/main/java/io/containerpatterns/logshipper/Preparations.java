package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.filter.Filter;
import io.containerpatterns.logshipper.filter.Filters;
import io.containerpatterns.logshipper.filter.Throttle;
import io.containerpatterns.logshipper.parse.Detection;
import io.containerpatterns.logshipper.parse.Format;
import io.containerpatterns.logshipper.parse.Parser;
import io.containerpatterns.logshipper.ship.Preparation;
import io.containerpatterns.logshipper.ship.Stage;
import io.containerpatterns.logshipper.text.Encoding;
import io.containerpatterns.logshipper.text.Grouping;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of each file's head how it is read: in which encoding and form its events are, how lines
 * become events, and which filters they pass. Of one output, and confined to its thread.
 */
final class Preparations implements Preparation.Maker {
  private final Shaping shaping;
  private final Ticker ticker;
  private final List<Filter> filters;
  private final Map<Format, Parser> parsers = new EnumMap<>(Format.class);
  private final Map<Kind, Preparation> shared = new HashMap<>();
  private final Sink text = new Sink(0); // the head of the file that is prepared

  /**
   * Files that are read the same way share what reads them: it remembers nothing between events.
   */
  private record Kind(Encoding encoding, Format format, boolean timestamped) {}

  Preparations(Shaping shaping, Ticker ticker) {
    this.shaping = shaping;
    this.ticker = ticker;
    this.filters = shaping.filters();
  }

  @Override
  public Preparation prepare(Origin origin, byte[] head, int length, long readAt) {
    Encoding encoding = shaping.encoding().orElseGet(() -> Encoding.of(head, length));
    text.cutTo(0);
    encoding.toUtf8(head, encoding.mark(head, 0, length), length, text);
    Format format =
        shaping.format() == Format.AUTO
            ? Detection.formatOf(text.array(), text.length())
            : shaping.format();
    boolean timestamped = Grouping.isTimestamped(text.array(), text.length(), readAt);
    var kind = new Kind(encoding, format, timestamped);
    return shaping.throttle() > 0
        ? preparation(kind)
        : shared.computeIfAbsent(kind, this::preparation);
  }

  private Preparation preparation(Kind kind) {
    return new Preparation(kind.encoding(), grouping(kind), stage(kind.format()));
  }

  /** Where each line says all about itself, none has to wait for the next. */
  private Grouping grouping(Kind kind) {
    return switch (kind.format()) {
      case JSON, DOCKER, SYSLOG -> new Grouping(Grouping.Mode.NONE, false);
      case CRI -> Grouping.parts(Parser::isPartOfLine);
      case AUTO, NONE, LOGFMT, REGEX -> new Grouping(shaping.grouping(), kind.timestamped());
    };
  }

  private Stage stage(Format format) {
    Parser parser = parsers.computeIfAbsent(format, this::parser);
    var own = new ArrayList<>(filters);
    if (shaping.throttle() > 0) {
      own.add(
          shaping.throttleDrops()
              ? Throttle.dropping(ticker, shaping.throttle())
              : Throttle.delaying(ticker, shaping.throttle()));
    }
    return new Chain(parser, new Filters(own));
  }

  private Parser parser(Format format) {
    if (format == Format.REGEX) {
      return Parser.of(shaping.pattern().orElseThrow());
    }
    return shaping.format() == Format.AUTO ? Parser.ofDetected(format) : Parser.of(format);
  }

  private record Chain(Parser parser, Filters filters) implements Stage {
    @Override
    public boolean pass(Event event) {
      parser.parse(event);
      return filters.pass(event);
    }

    @Override
    public long delayNanos() {
      return filters.delayNanos();
    }
  }
}
