package io.containerpatterns.chassis.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link Refusal} as {@code application/problem+json}; the only place where an error gets
 * its form.
 */
final class ProblemDocument {
  static final String CONTENT_TYPE = "application/problem+json";

  private ProblemDocument() {}

  static Reply of(Refusal refusal) {
    byte[] body = Json.bytes(generator -> write(refusal, generator));
    Reply reply = Reply.bytes(refusal.status(), CONTENT_TYPE, body);
    List<String> headers = refusal.headers();
    for (int i = 0; i < headers.size(); i += 2) {
      reply = reply.header(headers.get(i), headers.get(i + 1));
    }
    return reply;
  }

  private static void write(Refusal refusal, JsonGenerator generator) throws IOException {
    String title = refusal.title();
    generator.writeStartObject();
    generator.writeStringField("type", "about:blank");
    generator.writeStringField("title", title != null ? title : phrase(refusal.status()));
    generator.writeNumberField("status", refusal.status());
    generator.writeStringField("detail", refusal.detail());
    for (Map.Entry<String, Object> member : refusal.members().entrySet()) {
      generator.writeFieldName(member.getKey());
      Json.value(generator, member.getValue());
    }
    generator.writeEndObject();
  }

  private static String phrase(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }
}
