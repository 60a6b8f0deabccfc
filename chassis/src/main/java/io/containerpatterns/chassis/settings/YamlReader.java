package io.containerpatterns.chassis.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;

/**
 * Reads YAML into a {@link ConfigFile}, token by token, because a tree would have lost the line
 * numbers. Apart from everything else so that a process without a file never loads the YAML
 * library.
 */
final class YamlReader {
  private static final int DEPTH_MAX = 16;

  private final ConfigFile file;
  private final YAMLParser parser;

  private YamlReader(ConfigFile file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Every setting of {@code yaml}; what cannot be read is a problem of the file. */
  static void read(String yaml, ConfigFile file) {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      new YamlReader(file, parser).document();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      file.complain(line, firstLine(e.getOriginalMessage()), "YAML", "");
    } catch (IOException e) {
      file.complain(1, firstLine(String.valueOf(e.getMessage())), "YAML", "");
    }
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      file.complain(line(), parser.getText(), "a mapping of keys to values", "");
      return;
    }
    object("", 1);
    if (parser.nextToken() != null) {
      file.complain(line(), "a second document", "one document", "");
    }
  }

  private void object(String path, int depth) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = path + parser.currentName();
      int line = line();
      switch (parser.nextToken()) {
        case START_OBJECT -> {
          if (depth == DEPTH_MAX) {
            file.complain(line, key, "at most " + DEPTH_MAX + " levels", "");
            parser.skipChildren();
          } else {
            object(key + ".", depth + 1);
          }
        }
        case START_ARRAY -> list(key, line);
        case VALUE_NULL -> file.add(key, "", line);
        default -> scalar(key, line);
      }
    }
  }

  private void scalar(String key, int line) throws IOException {
    if (parser.isCurrentAlias()) {
      file.complain(line, key, "the value itself, not an alias of another", "");
    } else {
      file.add(key, parser.getText(), line);
    }
  }

  private void list(String key, int line) throws IOException {
    StringBuilder joined = new StringBuilder();
    boolean good = true;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (!token.isScalarValue() || parser.isCurrentAlias() || parser.getText().indexOf(',') >= 0) {
        file.complain(line(), key, "a list of plain values without commas", "");
        parser.skipChildren();
        good = false;
      } else {
        joined.append(joined.isEmpty() ? "" : ",").append(parser.getText());
      }
    }
    if (good) {
      file.add(key, joined.toString(), line);
    }
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
