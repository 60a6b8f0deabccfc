package io.containerpatterns.logshipper;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.filter.Filter;
import io.containerpatterns.logshipper.filter.Match;
import io.containerpatterns.logshipper.filter.Redaction;
import io.containerpatterns.logshipper.filter.Sample;
import io.containerpatterns.logshipper.filter.SeverityFloor;
import io.containerpatterns.logshipper.parse.Format;
import io.containerpatterns.logshipper.text.Encoding;
import io.containerpatterns.logshipper.text.Grouping;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is done to events between the file and the batch.
 *
 * @param encoding of the files; that which the head of each says when empty
 * @param format in which they are written
 * @param pattern of {@link Format#REGEX}
 * @param grouping how lines become events, where the format does not say
 * @param redact what is blacked out
 * @param redactPatterns what is blacked out as well
 * @param redactWith what stands there instead
 * @param dropBelow less serious events are left out
 * @param dropMatching events in which this is found are left out
 * @param keepMatching events in which this is not found are left out
 * @param sampleShare how many of those of {@code sampleMatching} are kept, 0 to 1
 * @param sampleMatching of which a share is kept; of all when empty
 * @param throttle how many events of a file are read in a second; 0 for as many as there are
 * @param throttleDrops whether those above are left out; otherwise they wait
 */
record Shaping(
    Optional<Encoding> encoding,
    Format format,
    Optional<Pattern> pattern,
    Grouping.Mode grouping,
    Set<Redaction.Preset> redact,
    List<Pattern> redactPatterns,
    String redactWith,
    Optional<Severity> dropBelow,
    Optional<Pattern> dropMatching,
    Optional<Pattern> keepMatching,
    double sampleShare,
    Optional<Pattern> sampleMatching,
    int throttle,
    boolean throttleDrops) {

  /** What is done with events above the throttle. */
  private enum Over {
    DELAY,
    DROP
  }

  /** How characters are written. */
  private enum Written {
    AUTO(Optional.empty()),
    UTF_8(Optional.of(Encoding.UTF_8)),
    UTF_16LE(Optional.of(Encoding.UTF_16LE)),
    UTF_16BE(Optional.of(Encoding.UTF_16BE));

    private final Optional<Encoding> encoding;

    Written(Optional<Encoding> encoding) {
      this.encoding = encoding;
    }

    Optional<Encoding> encoding() {
      return encoding;
    }
  }

  /** How lines become events. */
  private enum Multiline {
    AUTO,
    TIMESTAMP,
    NONE
  }

  static Shaping read(Settings s) {
    return new Shaping(
        s.choice("ENCODING", Written.class)
            .meaning(
                "how the characters of the files are written; auto: UTF-16 where a file begins with"
                    + " its byte order mark, UTF-8 elsewhere")
            .orElse("auto")
            .encoding(),
        s.choice("PARSE", Format.class)
            .meaning("the form of the events; auto finds it out from the head of each file")
            .orElse("auto"),
        s.value("PATTERN", Shaping::pattern)
            .meaning(
                "for LOGSHIPPER_PARSE=regex: an RE2 pattern whose named groups become fields; time,"
                    + " level and message are what they say")
            .optional("^(?P<time>\\S+) (?P<level>\\w+) (?P<message>.*)$"),
        Grouping.Mode.valueOf(
            s.choice("MULTILINE", Multiline.class)
                .meaning(
                    "auto: stack traces and indented lines belong to the line before; timestamp: a"
                        + " line with a time begins an event; none: each line is an event")
                .orElse("auto")
                .name()),
        presets(
            s.list("REDACT", Shaping::preset)
                .meaning("what is blacked out: any of cards, emails, tokens")
                .optional("cards,tokens")
                .orElse(List.of())),
        s.value("REDACT_PATTERNS", Shaping::patterns)
            .meaning("what is blacked out as well: RE2 patterns, one a line")
            .optional("session=[0-9a-f]+")
            .orElse(List.of()),
        s.text("REDACT_WITH").meaning("what stands there instead").orElse("***"),
        s.choice("DROP_BELOW", Severity.class)
            .meaning("events that are less serious are left out; those that do not say are kept")
            .optional("info"),
        s.value("DROP_MATCHING", Shaping::pattern)
            .meaning("events in which this RE2 pattern is found are left out")
            .optional("GET /healthz"),
        s.value("KEEP_MATCHING", Shaping::pattern)
            .meaning("events in which this RE2 pattern is not found are left out")
            .optional("payment"),
        s.value("SAMPLE_SHARE", Shaping::share)
            .meaning("how many of the events of LOGSHIPPER_SAMPLE_MATCHING, or of all, are kept")
            .orElse("1"),
        s.value("SAMPLE_MATCHING", Shaping::pattern)
            .meaning("an RE2 pattern: of the events in which it is found a share is kept")
            .optional("cache hit"),
        s.number("THROTTLE", 0, 1_000_000)
            .meaning("how many events of a file are read in a second; 0 for as many as there are")
            .orElse("0"),
        s.choice("THROTTLE_OVER", Over.class)
                .meaning("delay: what is above waits in the file; drop: it is left out")
                .orElse("delay")
            == Over.DROP);
  }

  Shaping {
    if ((format == Format.REGEX) != pattern.isPresent()) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_PATTERN",
              pattern.map(Pattern::toString).orElse(""),
              "together with LOGSHIPPER_PARSE=regex, and only with it",
              "set both, or neither"));
    }
    if (pattern.isPresent() && pattern.get().namedGroups().isEmpty()) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_PATTERN",
              pattern.get().toString(),
              "at least one named group",
              "write it as (?P<name>...)"));
    }
  }

  /** The filters that keep nothing from one event to the next; a new one each for each thread. */
  List<Filter> filters() {
    List<Filter> filters = new ArrayList<>();
    dropBelow.ifPresent(least -> filters.add(new SeverityFloor(least)));
    dropMatching.ifPresent(pattern -> filters.add(Match.dropping(pattern)));
    keepMatching.ifPresent(pattern -> filters.add(Match.keeping(pattern)));
    if (sampleShare < 1) {
      filters.add(new Sample(sampleShare, sampleMatching.orElse(null)));
    }
    if (!redact.isEmpty() || !redactPatterns.isEmpty()) {
      filters.add(new Redaction(redact, redactPatterns, redactWith));
    }
    return filters;
  }

  private static Redaction.Preset preset(String text) {
    try {
      return Redaction.Preset.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("any of cards, emails, tokens", e);
    }
  }

  private static Set<Redaction.Preset> presets(List<Redaction.Preset> list) {
    Set<Redaction.Preset> set = EnumSet.noneOf(Redaction.Preset.class);
    set.addAll(list);
    return set;
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("an RE2 pattern: " + e.getMessage(), e);
    }
  }

  private static List<Pattern> patterns(String text) {
    List<Pattern> patterns = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank()) {
        patterns.add(pattern(line));
      }
    }
    return List.copyOf(patterns);
  }

  private static double share(String text) {
    double share;
    try {
      share = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      share = Double.NaN;
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share from 0 to 1, such as 0.01");
    }
    return share;
  }
}
