package io.containerpatterns.chassis.settings;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one process, read where they are declared: the environment first, then the file,
 * then the default.
 *
 * <pre>
 *   environment --.
 *   file ---------+--> Setting: find, parse, check --> value          each wrong one: a problem and a stand-in
 *   declaration --'                                 '-> Declaration   help, README table, typo check
 * </pre>
 *
 * An empty value counts as none, because that is what {@code ${X:-}} in a compose file gives. Used
 * by one thread.
 */
public final class Settings {
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final int SECRET_BYTES_MAX = 1 << 16;

  private final Ledger ledger;
  private final String prefix;
  private final String ownPrefix;
  private final @Nullable Condition condition;

  private Settings(Ledger ledger, String prefix, String ownPrefix, @Nullable Condition condition) {
    this.ledger = ledger;
    this.prefix = prefix;
    this.ownPrefix = ownPrefix;
    this.condition = condition;
  }

  /** Reads from {@code environment} and from the file that it names, if any. */
  public static Settings of(String prefix, Map<String, String> environment) {
    var settings = new Settings(new Ledger(environment, false), prefix, prefix, null);
    settings.configFile().ifPresent(settings::open);
    return settings;
  }

  /**
   * Reads from {@code environment} and from {@code yaml} in place of the file, to see whether it
   * would do.
   */
  public static Settings of(String prefix, Map<String, String> environment, String yaml) {
    var settings = new Settings(new Ledger(environment, false), prefix, prefix, null);
    settings.configFile();
    settings.take("body", yaml);
    return settings;
  }

  /** Reads nothing and answers every required setting by its example, to learn the declarations. */
  public static Settings describing(String prefix) {
    var settings = new Settings(new Ledger(Map.of(), true), prefix, prefix, null);
    settings.configFile();
    return settings;
  }

  private Optional<Path> configFile() {
    return path("CONFIG")
        .meaning(
            "YAML file with settings; keys are the names here, without the prefix, such as"
                + " `listen`")
        .optional("/etc/" + prefix.toLowerCase(Locale.ROOT).replace("_", "") + ".yaml");
  }

  private void open(Path path) {
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        ledger.complain(
            new Problem(prefix + "CONFIG", path.toString(), "a file of at most 1MiB", ""));
      } else {
        take(path.toString(), Files.readString(path));
      }
    } catch (IOException e) {
      ledger.complain(
          new Problem(prefix + "CONFIG", path.toString(), "a readable file: " + reason(e), ""));
    }
  }

  private void take(String name, String yaml) {
    var file = new ConfigFile(name, prefix);
    YamlReader.read(yaml, file);
    ledger.file(file);
  }

  /** The same settings, for names that every image shares and that carry no prefix. */
  public Settings shared() {
    return new Settings(ledger, "", ownPrefix, null);
  }

  /**
   * The same settings, for those that count only while {@code name}, read before them, has the
   * value {@code value}: then a required one is required. Otherwise one that is given is a mistake,
   * and what is read here is its default or example, which nobody should use. While {@code name}
   * itself is wrong or missing, neither is complained about.
   */
  public Settings beside(String name, String value) {
    if (!ledger.isDeclared(prefix + name)) {
      throw new IllegalStateException(prefix + name + " is not declared yet");
    }
    return new Settings(ledger, prefix, ownPrefix, new Condition(prefix + name, value));
  }

  /** Any text. */
  public Setting<String> text(String name) {
    return setting(name, Kind.of("a text", Parser.text()));
  }

  /** A time such as {@code 500ms}, {@code 10s} or {@code 1m30s}. */
  public Setting<Duration> duration(String name) {
    return setting(name, Kind.ordered("a duration such as 10s", Durations::parse));
  }

  /** An amount of memory or disk such as {@code 512KiB}. */
  public Setting<DataSize> size(String name) {
    return setting(name, Kind.ordered("a size such as 512KiB", DataSize::parse));
  }

  /** A whole number from {@code least} to {@code most}. */
  public Setting<Integer> number(String name, int least, int most) {
    Kind<Integer> whole = Kind.ordered("a whole number", Integer::valueOf);
    return setting(name, whole).between(least, most);
  }

  /** {@code on} or {@code off}; {@code true} and {@code false} are understood. */
  public Setting<Boolean> flag(String name) {
    return setting(name, Kind.of("on or off", Settings::parseFlag));
  }

  /** One of the constants of {@code type}, in lower case. */
  public <E extends Enum<E>> Setting<E> choice(String name, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String[] words = new String[constants.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = word(constants[i]);
    }
    Parser<E> parser =
        text -> {
          for (int i = 0; i < words.length; i++) {
            if (words[i].equals(text)) {
              return constants[i];
            }
          }
          throw new IllegalArgumentException();
        };
    return setting(name, Kind.of("one of " + String.join(", ", words), parser));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** An absolute URL; a password in it is not shown. */
  public Setting<URI> uri(String name) {
    return setting(
        name,
        Kind.of("a URL such as http://127.0.0.1:8080/", Settings::parseUri)
            .shownAs(Settings::withoutPassword));
  }

  /** An address to listen on or to call, such as {@code 127.0.0.1:4040} or {@code :4040}. */
  public Setting<HostPort> hostPort(String name) {
    return setting(
        name, Kind.of("an address such as 127.0.0.1:4040, [::1]:4040 or :4040", HostPort::parse));
  }

  /** A file or folder; nothing is said about whether it exists. */
  public Setting<Path> path(String name) {
    return setting(name, Kind.of("a path such as /state", Path::of));
  }

  /**
   * A secret in a file; the setting is {@code name} followed by {@code _FILE}. A last line end is
   * not part of it.
   */
  public Setting<Secret> secret(String name) {
    return setting(
        name + "_FILE", new Kind<>(null, Settings::readSecret, Secret::new, null, text -> text));
  }

  /** Elements separated by commas, blanks around them ignored. */
  public <T> Setting<List<T>> list(String name, Parser<T> element) {
    return setting(name, Kind.of("values separated by commas", text -> parseList(text, element)));
  }

  /** Whatever {@code parser} reads; its exception tells what was expected. */
  public <T> Setting<T> value(String name, Parser<T> parser) {
    return setting(name, Kind.of(null, parser));
  }

  private <T> Setting<T> setting(String name, Kind<T> kind) {
    return new Setting<>(ledger, prefix + name, kind, condition);
  }

  /**
   * A name that older versions read: an error that says {@code instead}, such as "use
   * ELECTOR_LEASE".
   */
  public void retired(String name, String instead) {
    ledger.retire(prefix + name, instead);
  }

  /**
   * What {@code reader} makes of the settings; empty when it refused them, which {@link #finish}
   * then tells.
   */
  public <C> Optional<C> read(Function<Settings, C> reader) {
    try {
      return Optional.of(reader.apply(this));
    } catch (InvalidSettings e) {
      ledger.complainAcross(e);
      return Optional.empty();
    }
  }

  /**
   * Ends the reading: whatever was given and not read is a mistake.
   *
   * @throws InvalidSettings with every problem, when there is any
   */
  public void finish() {
    ledger.reportUnknown(ownPrefix);
    throwProblems();
  }

  /**
   * Ends a reading that did not look at every setting, so unknown names may be right.
   *
   * @throws InvalidSettings with every problem of the settings that were read
   */
  public void throwProblems() {
    List<Problem> problems = ledger.problems();
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  /** What was declared, in the order read. */
  public List<Declaration> declarations() {
    return ledger.declarations();
  }

  /** What is in force, in the order read. */
  public List<SettingValue> values() {
    return ledger.values();
  }

  /** The settings whose values differ from {@code earlier}. */
  public List<Declaration> changedSince(Settings earlier) {
    return ledger.changedSince(earlier.ledger);
  }

  private static Boolean parseFlag(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static URI parseUri(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() == null || uri.isOpaque() || uri.getHost() == null) {
        throw new IllegalArgumentException();
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String withoutPassword(String text) {
    int begin = text.indexOf("//");
    int end = text.lastIndexOf('@');
    return begin < 0 || end < begin
        ? text
        : text.substring(0, begin + 2) + "***" + text.substring(end);
  }

  private static Secret readSecret(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > SECRET_BYTES_MAX) {
        throw new IllegalArgumentException("a file of at most 64KiB");
      }
      String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8).stripTrailing();
      if (text.isEmpty()) {
        throw new IllegalArgumentException("a file that is not empty");
      }
      return new Secret(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("a readable file: " + reason(e), e);
    }
  }

  private static <T> List<T> parseList(String text, Parser<T> element) {
    List<T> values = new ArrayList<>();
    int begin = 0;
    while (begin <= text.length()) {
      int comma = text.indexOf(',', begin);
      int end = comma < 0 ? text.length() : comma;
      String part = text.substring(begin, end).strip();
      if (part.isEmpty()) {
        throw new WrongElement(values.size(), ",", "a value between the commas");
      }
      try {
        values.add(element.parse(part));
      } catch (IllegalArgumentException e) {
        throw new WrongElement(values.size(), part, messageOf(e));
      }
      begin = end + 1;
    }
    return List.copyOf(values);
  }

  private static String messageOf(IllegalArgumentException e) {
    @Nullable String message = e.getMessage();
    return message == null ? "a value" : message;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "it does not exist";
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
