package io.containerpatterns.chassis;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which packages of an image refer to which, as its class files tell: whatever a class uses stands
 * in its constant pool, by name or within a descriptor.
 *
 * <pre>
 *   elector.api: elector.election, elector.lease
 *   elector.election: elector.lease
 * </pre>
 *
 * Not seen: a constant of another class that the compiler has copied, and a link in a comment.
 */
record PackageGraph(SortedMap<String, SortedSet<String>> uses) {
  /** A type within a descriptor or a signature. */
  private static final Pattern TYPE = Pattern.compile("L([\\w/$]+)[;<]");

  /**
   * Reads every class below a package.
   *
   * @param classes the root of the compiled classes
   * @param home the package, which is itself one of those in the graph
   */
  static PackageGraph of(Path classes, String home) throws IOException {
    var graph = new PackageGraph(new TreeMap<>());
    try (Stream<Path> files = Files.walk(classes.resolve(home.replace('.', '/')))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        graph.add(classes.relativize(file).toString(), Files.readAllBytes(file), home);
      }
    }
    return graph;
  }

  private void add(String file, byte[] bytes, String home) {
    SortedSet<String> used = uses.computeIfAbsent(packageOf(file), name -> new TreeSet<>());
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      for (String type : types(entry)) {
        String owner = packageOf(type);
        boolean inside = owner.equals(home) || owner.startsWith(home + ".");
        if (inside && !owner.equals(packageOf(file))) {
          used.add(owner);
        }
      }
    }
  }

  private static List<String> types(PoolEntry entry) {
    return switch (entry) {
      case ClassEntry named -> List.of(named.asInternalName());
      case Utf8Entry text -> within(text.stringValue());
      default -> List.of();
    };
  }

  private static List<String> within(String descriptor) {
    Matcher type = TYPE.matcher(descriptor);
    return type.results().map(found -> found.group(1)).toList();
  }

  private static String packageOf(String type) {
    int end = type.lastIndexOf('/');
    return end < 0 ? "" : type.substring(0, end).replace('/', '.');
  }

  /** The packages that refer to {@code name}. */
  List<String> usersOf(String name) {
    return uses.entrySet().stream()
        .filter(entry -> entry.getValue().contains(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A way from a package back to itself, the first one again last; empty when there is none. */
  List<String> cycle() {
    var done = new TreeSet<String>();
    for (String name : uses.keySet()) {
      List<String> found = cycle(name, new ArrayList<>(), done);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<String> cycle(String name, List<String> way, SortedSet<String> done) {
    int before = way.indexOf(name);
    way.add(name);
    if (before >= 0) {
      return List.copyOf(way.subList(before, way.size()));
    }
    if (!done.contains(name)) {
      for (String next : uses.getOrDefault(name, new TreeSet<>())) {
        List<String> found = cycle(next, way, done);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    done.add(name);
    way.removeLast();
    return List.of();
  }
}
