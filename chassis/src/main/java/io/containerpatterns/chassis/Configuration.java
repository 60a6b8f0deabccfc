package io.containerpatterns.chassis;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.Declaration;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.ProcessConfig;
import io.containerpatterns.chassis.settings.SettingValue;
import io.containerpatterns.chassis.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force, and the one way to replace them while the process runs: all of them or
 * none.
 *
 * <pre>
 *   reload: environment, file -> read -> problems? -> only reloadable ones changed? -> service takes over -> in force
 *                                          '-> Invalid           '-> RestartNeeded       '-> NotNow
 * </pre>
 */
public final class Configuration<C> {
  private static final Log log = Log.of(Configuration.class);

  private final Image<C> image;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private volatile Generation<C> current;
  private volatile @Nullable Reload lastReload;
  private volatile Consumer<Reload> listener = reload -> {};
  private volatile Applier<C> applier = (next, accepted) -> Optional.of("still starting");

  /**
   * One set of settings.
   *
   * @param number 1 at the start, one more after each reload that changed something
   * @param since when it came into force
   */
  record Generation<C>(
      int number, Settings settings, ProcessConfig process, C own, Instant since) {}

  /** Makes the process use new settings. */
  @FunctionalInterface
  interface Applier<C> {
    /**
     * Runs {@code accepted} when they are in use; returns why not when it is not the time for it.
     *
     * @throws InvalidSettings when the service cannot use them
     */
    Optional<String> apply(Generation<C> next, Runnable accepted) throws InterruptedException;
  }

  /** What became of a reload. */
  public sealed interface Reload {
    /** In force; {@code changed} names the settings, and is empty when nothing had changed. */
    record Applied(int generation, List<String> changed) implements Reload {}

    /** Wrong; the old settings stay. */
    record Invalid(List<Problem> problems) implements Reload {}

    /**
     * These settings changed and cannot be taken over while running; the old ones stay, all of
     * them.
     */
    record RestartNeeded(List<String> names) implements Reload {}

    /** Not the time for it; the old settings stay. */
    record NotNow(String why) implements Reload {}
  }

  /**
   * What a file would do.
   *
   * @param problems what is wrong with it; empty when it would work
   * @param changed the settings that would change
   * @param restartNeeded those of them that only take effect at the next start
   */
  public record Verdict(List<Problem> problems, List<String> changed, List<String> restartNeeded) {}

  /**
   * The settings as shown to people.
   *
   * @param hash SHA-256 of names and shown values: equal hashes, equal settings, apart from what is
   *     hidden
   */
  public record View(int generation, Instant since, String hash, List<SettingValue> values) {}

  private Configuration(
      Image<C> image, Map<String, String> environment, InstantSource clock, Generation<C> first) {
    this.image = image;
    this.environment = environment;
    this.clock = clock;
    this.current = first;
  }

  /**
   * Reads the settings of a process that starts.
   *
   * @throws InvalidSettings with every problem found
   */
  static <C> Configuration<C> read(
      Image<C> image, Map<String, String> environment, InstantSource clock) {
    Settings settings = Settings.of(image.prefix(), environment);
    return new Configuration<>(image, environment, clock, generation(image, settings, 1, clock));
  }

  private static <C> Generation<C> generation(
      Image<C> image, Settings settings, int number, InstantSource clock) {
    Optional<C> own = settings.read(image.settings());
    Optional<ProcessConfig> process =
        settings.read(s -> ProcessConfig.read(s, image.managementPort()));
    settings.finish();
    return new Generation<>(
        number, settings, process.orElseThrow(), own.orElseThrow(), clock.instant());
  }

  /** The image's own settings in force. */
  public C own() {
    return current.own();
  }

  /** The settings that every image shares, in force. */
  public ProcessConfig process() {
    return current.process();
  }

  /** Every setting in force with its origin; secrets do not appear. */
  public View view() {
    Generation<C> now = current;
    List<SettingValue> values = now.settings().values();
    return new View(now.number(), now.since(), hash(values), values);
  }

  /** The values of {@link #view()} alone, for the start: the first hash of a JVM takes 15 ms. */
  List<SettingValue> values() {
    return current.settings().values();
  }

  /** When the present settings came into force. */
  Instant since() {
    return current.since();
  }

  /** 1 at the start, one more after each reload that changed something. */
  public int generation() {
    return current.number();
  }

  /** What became of the last reload, if there was one. */
  public Optional<Reload> lastReload() {
    return Optional.ofNullable(lastReload);
  }

  /** Whether {@code yaml} would do in place of the file; changes nothing. */
  public Verdict check(String yaml) {
    Settings settings = Settings.of(image.prefix(), environment, yaml);
    try {
      generation(image, settings, 0, clock);
      List<Declaration> changed = settings.changedSince(current.settings());
      return new Verdict(List.of(), names(changed), names(fixed(changed)));
    } catch (InvalidSettings e) {
      return new Verdict(e.problems(), List.of(), List.of());
    }
  }

  /** Says who makes the process use new settings, once there is somebody. */
  void takenOverBy(Applier<C> next) {
    applier = next;
  }

  /** Says who is told what became of each reload. */
  void onReload(Consumer<Reload> next) {
    listener = next;
  }

  /**
   * Reads environment and file again. May wait for the service, so call it on a thread that may
   * block.
   */
  public synchronized Reload reload() throws InterruptedException {
    Reload result = attempt();
    lastReload = result;
    listener.accept(result);
    switch (result) {
      case Reload.Applied(int generation, List<String> changed) ->
          log.info("configuration reloaded", "generation", generation, "changed", changed);
      case Reload.Invalid(List<Problem> problems) -> {
        for (Problem problem : problems) {
          log.warn("configuration not reloaded, the old one stays", "problem", problem);
        }
      }
      case Reload.RestartNeeded(List<String> names) ->
          log.warn(
              "configuration not reloaded, the old one stays",
              "changed",
              names,
              "remedy",
              "restart");
      case Reload.NotNow(String why) ->
          log.warn("configuration not reloaded, the old one stays", "reason", why);
    }
    return result;
  }

  private Reload attempt() throws InterruptedException {
    try {
      Settings settings = Settings.of(image.prefix(), environment);
      Generation<C> next = generation(image, settings, current.number() + 1, clock);
      List<Declaration> changed = settings.changedSince(current.settings());
      if (changed.isEmpty()) {
        return new Reload.Applied(current.number(), List.of());
      }
      List<Declaration> fixed = fixed(changed);
      if (!fixed.isEmpty()) {
        return new Reload.RestartNeeded(names(fixed));
      }
      Optional<String> refusal = applier.apply(next, () -> current = next);
      return refusal.isPresent()
          ? new Reload.NotNow(refusal.get())
          : new Reload.Applied(next.number(), names(changed));
    } catch (InvalidSettings e) {
      return new Reload.Invalid(e.problems());
    }
  }

  private static List<Declaration> fixed(List<Declaration> changed) {
    List<Declaration> fixed = new ArrayList<>(changed);
    fixed.removeIf(Declaration::reloadable);
    return fixed;
  }

  private static List<String> names(List<Declaration> declarations) {
    List<String> names = new ArrayList<>();
    for (Declaration declaration : declarations) {
      names.add(declaration.name());
    }
    return List.copyOf(names);
  }

  private static String hash(List<SettingValue> values) {
    StringBuilder text = new StringBuilder();
    for (SettingValue value : values) {
      text.append(value.name()).append('=').append(value.shown()).append('\n');
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
