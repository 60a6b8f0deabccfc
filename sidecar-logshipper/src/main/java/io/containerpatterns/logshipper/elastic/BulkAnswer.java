package io.containerpatterns.logshipper.elastic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of each item of a bulk request that was answered at all (status 200). Read as a
 * stream, without a tree: it is as long as the request has items.
 *
 * <pre>
 *   {"errors":true,"items":[{"create":{"status":201}},
 *                           {"create":{"status":400,"error":{"type":"…","reason":"…"}}},…]}
 *
 *   2xx 409                           taken; 409 is that it is there already
 *   429 5xx 403 of a block            again
 *   401 403 404                       denied, the whole request: it is about the index
 *   other                             refused
 * </pre>
 *
 * An answer that cannot be read, or does not speak of every item, tells nothing: the same again,
 * which the ids make harmless.
 */
final class BulkAnswer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int WHY_MAX = 300;

  private final int[] again;
  private final List<Verdict.RefusedItem> refused = new ArrayList<>();
  private int agains;
  private int place;
  private @Nullable String whyAgain;
  private @Nullable String denied;

  // of the item that is being read
  private int status;
  private String type = "";
  private String reason = "";

  private BulkAnswer(int count) {
    again = new int[count];
  }

  static Verdict verdict(Answer answer, Parcel parcel, InstantSource clock) {
    var items = new BulkAnswer(parcel.count());
    try (JsonParser json = JSON.createParser(answer.body())) {
      items.read(json);
    } catch (IOException e) {
      return StatusRules.again(answer, clock);
    }
    if (items.place != parcel.count()) {
      return new Verdict.Again(
          Optional.empty(), "the answer speaks of " + items.place + " items of " + parcel.count());
    }
    return items.verdict(StatusRules.retryAfter(answer, clock));
  }

  private Verdict verdict(Optional<Duration> after) {
    if (denied != null) {
      return new Verdict.Denied(denied);
    }
    if (agains == 0 && refused.isEmpty()) {
      return Verdict.Taken.ALL;
    }
    String why = whyAgain == null ? "" : whyAgain;
    return agains == again.length
        ? new Verdict.Again(after, why)
        : new Verdict.Partly(Arrays.copyOf(again, agains), after, refused, why);
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean items = json.currentName().equals("items");
      if (json.nextToken() == JsonToken.START_ARRAY && items) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          item(json);
        }
      } else {
        json.skipChildren();
      }
    }
  }

  /** An object with one member, whose name is that of the action. */
  private void item(JsonParser json) throws IOException {
    status = 0;
    type = "";
    reason = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        action(json);
      } else {
        json.skipChildren();
      }
    }
    judge();
  }

  private void action(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT && name.equals("status")) {
        status = json.getIntValue();
      } else if (value == JsonToken.START_OBJECT && name.equals("error")) {
        error(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void error(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_STRING && name.equals("type")) {
        type = json.getText();
      } else if (value == JsonToken.VALUE_STRING && name.equals("reason")) {
        reason = json.getText();
      } else {
        json.skipChildren();
      }
    }
  }

  private void judge() {
    if (place >= again.length) {
      place++; // Too many: the answer is to something else.
      return;
    }
    if (status / 100 == 2 || status == 409) {
      place++;
      return;
    }
    if (status == 429 || status >= 500 || status < 400 || type.equals("cluster_block_exception")) {
      again[agains++] = place;
      whyAgain = whyAgain == null ? said() : whyAgain;
    } else if (status == 401 || status == 403 || status == 404) {
      denied = denied == null ? said() : denied;
    } else {
      refused.add(new Verdict.RefusedItem(place, said()));
    }
    place++;
  }

  private String said() {
    String said = "status " + status + ": " + type + ": " + reason.replaceAll("\\s+", " ");
    return said.length() <= WHY_MAX ? said : said.substring(0, WHY_MAX);
  }
}
