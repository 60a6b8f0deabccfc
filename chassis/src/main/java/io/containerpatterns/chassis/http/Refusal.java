package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.settings.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not served, told as a problem document (RFC 9457):
 *
 * <pre>
 * {"type":"about:blank","title":"Conflict","status":409,
 *  "detail":"a profile is being recorded; ask again in 20 s","error":"busy","retryAfterMs":20000}
 * </pre>
 *
 * The detail ends with the next step. The member {@code error} is a word for programs, {@code
 * detail} a sentence for people. Mutable until thrown, and thrown often by peers that we do not
 * know, so it records no stack.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private final transient List<String> headers = new ArrayList<>();
  private @Nullable String title;

  private Refusal(int status, String error, String detail) {
    super(detail, null, false, false);
    this.status = status;
    members.put("error", error);
  }

  /**
   * A refusal with any status from 400 to 599.
   *
   * @param error the word for programs, such as {@code not_leader}
   * @param detail the sentence for people, with the next step
   */
  public static Refusal of(int status, String error, String detail) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a refusal has a status from 400 to 599, not " + status);
    }
    return new Refusal(status, error, detail);
  }

  /** 400 with this sentence. */
  public static Refusal badRequest(String detail) {
    return of(400, "bad_request", detail);
  }

  /** 400 with the sentence of {@code problem}. */
  public static Refusal badRequest(Problem problem) {
    return badRequest(problem.toString());
  }

  /** Replaces the title, which is the phrase of the status otherwise. */
  public Refusal title(String text) {
    this.title = text;
    return this;
  }

  /**
   * Adds an extension member: a string, number, boolean, list or map of those; null is shown as
   * null.
   */
  public Refusal with(String member, @Nullable Object value) {
    members.put(member, value);
    return this;
  }

  /** Adds a header to the answer, such as {@code Allow}. */
  public Refusal header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /**
   * Says after how many milliseconds to ask again, to programs and, in whole seconds, to HTTP
   * clients.
   */
  public Refusal retryAfterMs(long millis) {
    return with("retryAfterMs", millis).header("Retry-After", Long.toString((millis + 999) / 1000));
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** The sentence for people. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The extension members in the order they were added, {@code error} first. */
  public Map<String, Object> members() {
    return Collections.unmodifiableMap(members);
  }

  /** The answer that tells it. */
  public Reply reply() {
    return ProblemDocument.of(this);
  }

  @Nullable String title() {
    return title;
  }

  List<String> headers() {
    return headers;
  }
}
