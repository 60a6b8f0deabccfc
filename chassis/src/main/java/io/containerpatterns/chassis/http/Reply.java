package io.containerpatterns.chassis.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer. Immutable, so one that never changes can be made once and sent a million times;
 * the body is not copied and must not be changed afterwards.
 */
public final class Reply {
  private static final byte[] NOTHING = {};
  private static final String[] NO_HEADERS = {};

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final @Nullable Path file;
  private final String[] headers;

  private Reply(
      int status, String contentType, byte[] body, @Nullable Path file, String[] headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.file = file;
    this.headers = headers;
  }

  /** Plain text; a line end is added where none is, for the person at the terminal. */
  public static Reply text(int status, String text) {
    String line = text.endsWith("\n") ? text : text + "\n";
    return bytes(status, "text/plain; charset=utf-8", line.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON as {@code writer} writes it. */
  public static Reply json(int status, Json.Writer writer) {
    return bytes(status, "application/json", Json.bytes(writer));
  }

  /** A body of any type. */
  public static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, checked("Content-Type", contentType), body, null, NO_HEADERS);
  }

  /** No body. */
  public static Reply empty(int status) {
    return new Reply(status, "", NOTHING, null, NO_HEADERS);
  }

  /**
   * The content of a file, read while it is sent, as fast as the client takes it. The file is owned
   * by the answer from now on and is deleted when it was sent or the client went away.
   */
  public static Reply temporaryFile(int status, String contentType, Path file) {
    return new Reply(status, checked("Content-Type", contentType), NOTHING, file, NO_HEADERS);
  }

  /** The same answer with one more header. */
  public Reply header(String name, String value) {
    String[] more = Arrays.copyOf(headers, headers.length + 2);
    more[headers.length] = checked("header name", name);
    more[headers.length + 1] = checked(name, value);
    return new Reply(status, contentType, body, file, more);
  }

  /** The status. */
  public int status() {
    return status;
  }

  /** The type of the body; empty where there is none. */
  public String contentType() {
    return contentType;
  }

  /** The body, not a copy; empty for a file. */
  public byte[] body() {
    return body;
  }

  /** The value of the first header of this name, in any case of letters. */
  public Optional<String> header(String name) {
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equalsIgnoreCase(name)) {
        return Optional.of(headers[i + 1]);
      }
    }
    return Optional.empty();
  }

  @Nullable Path file() {
    return file;
  }

  /** Names and values in turn. */
  String[] headers() {
    return headers;
  }

  /** A line end in a header would let a value that came from a peer write headers of its own. */
  static String checked(String what, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new IllegalArgumentException(what + " holds the control character " + (int) c);
      }
    }
    return value;
  }
}
