package io.containerpatterns.chassis.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which handler answers which method on which path.
 *
 * <p>A path without variables is found by one look into a table; those with variables are tried in
 * the order they were given, so the more particular comes first. Immutable.
 */
public final class Routes {
  private static final List<String> NO_VARIABLES = List.of();
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");

  private final List<Route> all;
  private final Map<String, Map<String, Route>> literal = new HashMap<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private final String hint;

  private Routes(List<Route> all, String hint) {
    this.all = List.copyOf(all);
    this.hint = hint.isEmpty() ? "known paths: " + String.join(", ", paths(all)) : hint;
    for (Route route : all) {
      add(route);
    }
  }

  /** These routes; a path that none of them has is answered 404 with all the paths there are. */
  public static Routes of(List<Route> routes) {
    return new Routes(routes, "");
  }

  /** The same with a sentence for 404 instead of the list of paths. */
  public Routes hint(String sentence) {
    return new Routes(all, sentence);
  }

  /** Every route, in the order given; HEAD is not listed. */
  public List<Route> all() {
    return all;
  }

  /** A route and the values of its variables. */
  record Match(Route route, List<String> variables) {}

  /**
   * The route for a request.
   *
   * @throws Refusal 404 without one, 405 with Allow where the path has other methods, 501 for a
   *     method unheard of
   */
  Match find(String method, Target target) {
    Map<String, Route> byMethod = literal.get(target.path());
    List<String> variables = NO_VARIABLES;
    if (byMethod == null) {
      for (Pattern pattern : patterns) {
        List<String> values = pattern.match(target.rawPath());
        if (values != null) {
          byMethod = pattern.byMethod;
          variables = values;
          break;
        }
      }
    }
    if (byMethod == null) {
      throw unknown(target);
    }
    Route route = byMethod.get(method.equals("HEAD") ? "GET" : method);
    if (route == null) {
      throw notAllowed(method, target, byMethod);
    }
    return new Match(route, variables);
  }

  private void add(Route route) {
    Map<String, Route> byMethod;
    if (route.pattern().indexOf('{') < 0) {
      byMethod = literal.computeIfAbsent(route.pattern(), path -> new LinkedHashMap<>());
    } else {
      byMethod = pattern(route.pattern()).byMethod;
    }
    if (byMethod.put(route.method(), route) != null) {
      throw new IllegalArgumentException(
          "two routes for " + route.method() + " " + route.pattern());
    }
  }

  private Pattern pattern(String text) {
    for (Pattern pattern : patterns) {
      if (pattern.text.equals(text)) {
        return pattern;
      }
    }
    var pattern = new Pattern(text);
    patterns.add(pattern);
    return pattern;
  }

  private Refusal unknown(Target target) {
    return Refusal.of(404, "not_found", "nothing is at " + shown(target.path()) + "; " + hint);
  }

  private static Refusal notAllowed(String method, Target target, Map<String, Route> byMethod) {
    var allowed = new TreeSet<>(byMethod.keySet());
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    String list = String.join(", ", allowed);
    if (!METHODS.contains(method)) {
      return Refusal.of(
          501,
          "not_implemented",
          "the method " + shown(method) + " is not known here; use " + list);
    }
    return Refusal.of(
            405,
            "method_not_allowed",
            shown(target.path()) + " does not take " + method + "; use " + list)
        .header("Allow", list);
  }

  private static Set<String> paths(List<Route> routes) {
    var paths = new TreeSet<String>();
    routes.forEach(route -> paths.add(route.pattern()));
    return paths;
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** A path with variables, cut at its slashes. */
  private static final class Pattern {
    final String text;
    final Map<String, Route> byMethod = new LinkedHashMap<>();
    private final String[] segments;

    Pattern(String text) {
      this.text = text;
      this.segments = text.substring(1).split("/", -1);
    }

    /** Names and values in turn, or null when the path is another. */
    @Nullable List<String> match(String rawPath) {
      var found = new ArrayList<String>(4);
      int from = 1;
      for (int i = 0; i < segments.length; i++) {
        int end = rawPath.indexOf('/', from);
        boolean last = i == segments.length - 1;
        if (last != (end < 0)) {
          return null;
        }
        String segment =
            Target.decodeSegment(rawPath.substring(from, last ? rawPath.length() : end));
        String expected = segments[i];
        if (expected.startsWith("{")) {
          if (segment.isEmpty()) {
            return null;
          }
          found.add(expected.substring(1, expected.length() - 1));
          found.add(segment);
        } else if (!expected.equals(segment)) {
          return null;
        }
        from = end + 1;
      }
      return found;
    }
  }
}
