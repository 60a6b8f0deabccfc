package io.containerpatterns.logshipper.loki;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/**
 * A push as Loki reads it: Google's Snappy and Google's protobuf, by the fields that push.proto
 * publishes.
 */
record Pushed(List<Stream> streams) {
  record Stream(String labels, List<Entry> entries) {}

  record Entry(long seconds, int nanos, String line, Map<String, String> metadata) {}

  static Pushed read(byte[] body) throws IOException, DescriptorValidationException {
    DynamicMessage request = DynamicMessage.parseFrom(schema(), Snappy.uncompress(body));
    var streams = new ArrayList<Stream>();
    for (DynamicMessage stream : messages(request, "streams")) {
      var entries = new ArrayList<Entry>();
      for (DynamicMessage entry : messages(stream, "entries")) {
        var time = (DynamicMessage) value(entry, "timestamp");
        var metadata = new LinkedHashMap<String, String>();
        for (DynamicMessage pair : messages(entry, "structuredMetadata")) {
          metadata.put((String) value(pair, "name"), (String) value(pair, "value"));
        }
        entries.add(
            new Entry(
                (Long) value(time, "seconds"),
                (Integer) value(time, "nanos"),
                (String) value(entry, "line"),
                metadata));
      }
      streams.add(new Stream((String) value(stream, "labels"), entries));
    }
    return new Pushed(streams);
  }

  private static Object value(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  @SuppressWarnings("unchecked")
  private static List<DynamicMessage> messages(DynamicMessage message, String field) {
    return (List<DynamicMessage>) value(message, field);
  }

  private static Descriptor schema() throws DescriptorValidationException {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("push.proto")
            .setSyntax("proto3")
            .addMessageType(
                message(
                    "PushRequest",
                    many(1, "streams", "Stream"),
                    one(2, "format", Type.TYPE_STRING)))
            .addMessageType(
                message(
                    "Stream",
                    one(1, "labels", Type.TYPE_STRING),
                    many(2, "entries", "Entry"),
                    one(3, "hash", Type.TYPE_UINT64)))
            .addMessageType(
                message(
                    "Entry",
                    one(1, "timestamp", Type.TYPE_MESSAGE).setTypeName("Timestamp"),
                    one(2, "line", Type.TYPE_STRING),
                    many(3, "structuredMetadata", "LabelPair"),
                    many(4, "parsed", "LabelPair")))
            .addMessageType(
                message(
                    "LabelPair",
                    one(1, "name", Type.TYPE_STRING),
                    one(2, "value", Type.TYPE_STRING)))
            .addMessageType(
                message(
                    "Timestamp",
                    one(1, "seconds", Type.TYPE_INT64),
                    one(2, "nanos", Type.TYPE_INT32)))
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0])
        .findMessageTypeByName("PushRequest");
  }

  private static DescriptorProto message(String name, FieldDescriptorProto.Builder... fields) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    for (FieldDescriptorProto.Builder field : fields) {
      message.addField(field);
    }
    return message.build();
  }

  private static FieldDescriptorProto.Builder one(int number, String name, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setNumber(number)
        .setName(name)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder many(int number, String name, String type) {
    return one(number, name, Type.TYPE_MESSAGE).setTypeName(type).setLabel(Label.LABEL_REPEATED);
  }
}
