package io.containerpatterns.logshipper.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The body of an answer, in whichever encoding it says it is, as far as it matters:
 *
 * <pre>
 *   ExportLogsServiceResponse  1 partial_success: 1 rejected_log_records, 2 error_message
 *   google.rpc.Status          1 code, 2 message
 * </pre>
 *
 * A body that cannot be read says nothing, and then the status stands alone.
 *
 * @param rejected how many records were, 0 if it does not say
 * @param message what it says, or what stands there
 */
record ExportAnswer(long rejected, String message) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int PARTIAL_SUCCESS = 1;
  private static final int REJECTED = 1;
  private static final int MESSAGE = 2;

  static ExportAnswer read(Answer answer) {
    String type = answer.header("content-type").orElse("");
    if (type.startsWith("application/x-protobuf")) {
      return answer.isSuccess() ? protobuf(answer.body()) : status(answer.body());
    }
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    return answer.isSuccess() && type.startsWith("application/json")
        ? json(answer.body())
        : new ExportAnswer(0, text);
  }

  private static ExportAnswer protobuf(byte[] body) {
    var response = new ProtobufFields(body, 0, body.length);
    while (response.next()) {
      if (response.isBytes(PARTIAL_SUCCESS)) {
        return partial(new ProtobufFields(body, response.start(), response.end()));
      }
    }
    return new ExportAnswer(0, "");
  }

  private static ExportAnswer partial(ProtobufFields fields) {
    long rejected = 0;
    String message = "";
    while (fields.next()) {
      if (fields.isNumber(REJECTED)) {
        rejected = fields.number();
      } else if (fields.isBytes(MESSAGE)) {
        message = fields.text();
      }
    }
    return new ExportAnswer(rejected, message);
  }

  private static ExportAnswer status(byte[] body) {
    var status = new ProtobufFields(body, 0, body.length);
    String message = "";
    while (status.next()) {
      if (status.isBytes(MESSAGE)) {
        message = status.text();
      }
    }
    return new ExportAnswer(0, message);
  }

  private static ExportAnswer json(byte[] body) {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean partial = is(json, "partialSuccess", "partial_success");
          if (json.nextToken() == JsonToken.START_OBJECT && partial) {
            return partial(json);
          }
          json.skipChildren();
        }
      }
    } catch (IOException notJson) {
      // The status has said it.
    }
    return new ExportAnswer(0, "");
  }

  private static ExportAnswer partial(JsonParser json) throws IOException {
    long rejected = 0;
    String message = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean count = is(json, "rejectedLogRecords", "rejected_log_records");
      boolean says = is(json, "errorMessage", "error_message");
      JsonToken value = json.nextToken();
      if (count && value.isScalarValue()) {
        rejected = json.getValueAsLong(); // A number of 64 bits is a string, but not everybody's.
      } else if (says && value == JsonToken.VALUE_STRING) {
        message = json.getText();
      } else {
        json.skipChildren();
      }
    }
    return new ExportAnswer(rejected, message);
  }

  /** Some write the names of the schema instead of those that JSON has. */
  private static boolean is(JsonParser json, String name, String schemaName) throws IOException {
    return json.currentName().equals(name) || json.currentName().equals(schemaName);
  }
}
