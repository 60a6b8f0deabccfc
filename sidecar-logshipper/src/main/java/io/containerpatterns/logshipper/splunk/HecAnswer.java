package io.containerpatterns.logshipper.splunk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.http.StatusRules;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What the HTTP Event Collector says, {@code {"text":"Success","code":0,"ackId":7}} (Splunk,
 * "Troubleshoot HTTP Event Collector", possible error codes):
 *
 * <pre>
 *    0                   taken
 *    1 2 3 4 16 21       denied: the token
 *    7                   denied: the index
 *    10 11 14            denied: the channel, or a token without acknowledgement
 *    5 6 12 13 15        refused: no data, no JSON, no event, a blank one, fields
 *    8 9 18 19 20        again: an error of its own, busy, full
 *    other, none         as the status has it
 * </pre>
 *
 * A refusal names the first bad event, counted from 0. That one is refused and all others are sent
 * again, as it is not said whether those before it were taken: some may be there twice, none is
 * lost.
 *
 * @param code {@link #NONE} where there is none
 * @param bad the number of the first bad event, or {@link #NONE}
 * @param ack by which number to ask whether the events are indexed, or {@link #NONE}
 */
record HecAnswer(long code, long bad, long ack) {
  static final long NONE = -1;

  private static final JsonFactory JSON = new JsonFactory();

  static HecAnswer read(Answer answer) {
    long code = NONE;
    long bad = NONE;
    long ack = NONE;
    try (JsonParser json = JSON.createParser(answer.body())) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            long number = json.getLongValue();
            switch (name) {
              case "code" -> code = number;
              case "invalid-event-number" -> bad = number;
              case "ackId" -> ack = number;
              default -> {}
            }
          } else {
            json.skipChildren();
          }
        }
      }
    } catch (IOException notJson) {
      // Somebody else answers for it; the status says enough.
    }
    return new HecAnswer(code, bad, ack);
  }

  Optional<Verdict> verdict(Answer answer, Parcel parcel, InstantSource clock) {
    return switch ((int) Math.clamp(code, NONE, Integer.MAX_VALUE)) {
      case 0 -> answer.isSuccess() ? Optional.of(Verdict.Taken.ALL) : Optional.empty();
      case 1, 2, 3, 4, 16, 21, 7, 10, 11, 14 ->
          Optional.of(new Verdict.Denied(StatusRules.said(answer)));
      case 5, 6, 12, 13, 15 -> Optional.of(refused(answer, parcel));
      case 8, 9, 18, 19, 20 -> Optional.of(StatusRules.again(answer, clock));
      default -> Optional.empty();
    };
  }

  private Verdict refused(Answer answer, Parcel parcel) {
    String why = StatusRules.said(answer);
    if (bad < 0 || bad >= parcel.count()) {
      return new Verdict.Refused(why);
    }
    int[] others = new int[parcel.count() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = i < bad ? i : i + 1;
    }
    return new Verdict.Partly(
        others, Optional.empty(), List.of(new Verdict.RefusedItem((int) bad, why)), why);
  }
}
