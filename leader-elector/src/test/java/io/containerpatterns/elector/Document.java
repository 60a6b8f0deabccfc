package io.containerpatterns.elector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file of the repository, and what it shows to be typed or copied. */
record Document(String path, String text) {
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern CALL_IN_A_SENTENCE = Pattern.compile("`(curl [^`]+)`");

  /** What stands between fences; the language is empty where none is named. */
  record Block(String document, String language, String text) {}

  static Document of(String path) throws IOException {
    return new Document(path, Files.readString(ROOT.resolve(path)));
  }

  /** Those that tell how to use the images, the top one first. */
  static List<Document> all() throws IOException {
    return List.of(
        of("README.md"),
        of("leader-elector/README.md"),
        of("chassis/README.md"),
        of("docker/README.md"),
        of("examples/leader-election/README.md"));
  }

  /** Every block of a language. */
  List<Block> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> new Block(path, language, found.group(2)))
        .toList();
  }

  /** Every call with curl, in a block or in a sentence. */
  List<String> calls() {
    var calls = new ArrayList<String>();
    for (Block block : blocks("")) {
      block.text().lines().filter(line -> line.startsWith("curl ")).forEach(calls::add);
    }
    Stream<String> more = CALL_IN_A_SENTENCE.matcher(text).results().map(found -> found.group(1));
    return Stream.concat(calls.stream(), more).distinct().toList();
  }

  /** The one block of the language that contains {@code part}. */
  String block(String language, String part) {
    List<Block> found =
        blocks(language).stream().filter(block -> block.text().contains(part)).toList();
    if (found.size() != 1) {
      throw new AssertionError(path + " has " + found.size() + " blocks with \"" + part + "\"");
    }
    return found.getFirst().text();
  }
}
