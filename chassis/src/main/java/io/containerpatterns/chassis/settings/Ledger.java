package io.containerpatterns.chassis.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of the settings asked for, found, and has to complain about. Owned by the
 * reading thread.
 */
final class Ledger {
  private final Map<String, String> environment;
  private final boolean describing;
  private final Map<String, Declaration> declarations = new LinkedHashMap<>();
  private final Map<String, String> retired = new LinkedHashMap<>();
  private final Map<String, SettingValue> values = new LinkedHashMap<>();
  private final Map<String, String> whole = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> crossProblems = new ArrayList<>();
  private Optional<ConfigFile> file = Optional.empty();

  Ledger(Map<String, String> environment, boolean describing) {
    this.environment = environment;
    this.describing = describing;
  }

  boolean describing() {
    return describing;
  }

  void file(ConfigFile file) {
    this.file = Optional.of(file);
    problems.addAll(file.problems());
  }

  void declare(Declaration declaration) {
    KubernetesNames.refuse(declaration.name());
    if (declarations.putIfAbsent(declaration.name(), declaration) != null) {
      throw new IllegalStateException(declaration.name() + " is declared twice");
    }
  }

  boolean isDeclared(String name) {
    return declarations.containsKey(name);
  }

  /** Whether the other setting is right and has that value; always so without a condition. */
  boolean holds(@Nullable Condition condition) {
    return condition == null || condition.value().equals(whole.get(condition.name()));
  }

  /** Whether the other setting is right and has another value. */
  boolean contradicts(@Nullable Condition condition) {
    return condition != null && whole.containsKey(condition.name()) && !holds(condition);
  }

  void retire(String name, String instead) {
    retired.put(name, instead);
  }

  @Nullable Found find(String name) {
    String text = environment.getOrDefault(name, "").strip();
    if (!text.isEmpty()) {
      return new Found(text, "", Origin.ENVIRONMENT);
    }
    return file.isPresent() ? file.get().find(name) : null;
  }

  void remember(String name, String text, String shown, Origin origin) {
    values.put(name, new SettingValue(name, shown, origin));
    whole.put(name, text);
  }

  void complain(Problem problem) {
    problems.add(problem);
  }

  /** Rules across settings only mean something when the settings themselves are right. */
  void complainAcross(InvalidSettings exception) {
    crossProblems.addAll(exception.problems());
  }

  List<Problem> problems() {
    return List.copyOf(problems.isEmpty() ? crossProblems : problems);
  }

  void reportUnknown(String prefix) {
    for (String name : environment.keySet()) {
      String text = environment.get(name);
      if (!declarations.containsKey(name) && !KubernetesNames.matches(name) && text != null) {
        reportUnknown(prefix, name);
      }
    }
    file.ifPresent(f -> problems.addAll(f.unknown(declarations.keySet())));
  }

  private void reportUnknown(String prefix, String name) {
    String instead = retired.get(name);
    if (instead != null) {
      problems.add(new Problem("retired setting", name, "a name that --help lists", instead));
    } else if (name.startsWith(prefix)) {
      String nearest = NearestName.to(name, declarations.keySet());
      String remedy = nearest == null ? "unset it" : "did you mean " + nearest + "?";
      problems.add(new Problem("unknown setting", name, "a name that --help lists", remedy));
    } else if (name.startsWith("MANAGEMENT_")
        || name.startsWith("LOG_")
        || name.startsWith("TERMINATION_")) {
      // Other programs of the pod use such names too, so only a likely slip is refused.
      String slip = NearestName.within(2, name, declarations.keySet());
      if (slip != null) {
        problems.add(
            new Problem(
                "unknown setting", name, "a name that --help lists", "did you mean " + slip + "?"));
      }
    }
  }

  List<Declaration> declarations() {
    return List.copyOf(declarations.values());
  }

  List<SettingValue> values() {
    List<SettingValue> inOrder = new ArrayList<>();
    for (String name : declarations.keySet()) {
      SettingValue value = values.get(name);
      if (value != null) {
        inOrder.add(value);
      }
    }
    return List.copyOf(inOrder);
  }

  List<Declaration> changedSince(Ledger earlier) {
    List<Declaration> changed = new ArrayList<>();
    for (Declaration declaration : declarations.values()) {
      String now = whole.getOrDefault(declaration.name(), "");
      if (!now.equals(earlier.whole.getOrDefault(declaration.name(), ""))) {
        changed.add(declaration);
      }
    }
    return List.copyOf(changed);
  }
}
