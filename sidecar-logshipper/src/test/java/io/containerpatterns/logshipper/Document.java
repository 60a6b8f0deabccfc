package io.containerpatterns.logshipper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A Markdown file of the repository, and what it shows to be typed or copied. */
record Document(String path, String text) {
  static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

  static Document of(String path) throws IOException {
    return new Document(path, Files.readString(ROOT.resolve(path)));
  }

  /** Those that tell how to use this image. */
  static List<Document> all() throws IOException {
    return List.of(of("sidecar-logshipper/README.md"), of("examples/log-shipping/README.md"));
  }

  /** Every block of a language, which is empty where none is named. */
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> found.group(2))
        .toList();
  }

  /** The one line of the blocks without a language that contains {@code part}. */
  String command(String part) {
    List<String> found =
        blocks("").stream().flatMap(String::lines).filter(line -> line.contains(part)).toList();
    if (found.size() != 1) {
      throw new AssertionError(path + " has " + found.size() + " lines with \"" + part + "\"");
    }
    return found.getFirst();
  }

  /** The one block of the language that contains {@code part}. */
  String block(String language, String part) {
    List<String> found = blocks(language).stream().filter(block -> block.contains(part)).toList();
    if (found.size() != 1) {
      throw new AssertionError(path + " has " + found.size() + " blocks with \"" + part + "\"");
    }
    return found.getFirst();
  }
}
