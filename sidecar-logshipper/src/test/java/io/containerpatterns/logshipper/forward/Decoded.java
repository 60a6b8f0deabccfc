package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.encode.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/** MessagePack as msgpack-java reads it. */
final class Decoded {
  private Decoded() {}

  /** The only value of these bytes. */
  static Value one(Sink sink) {
    List<Value> all = all(sink.array(), 0, sink.length());
    if (all.size() != 1) {
      throw new AssertionError("not one value: " + all);
    }
    return all.getFirst();
  }

  /** All values, which end where the bytes end. */
  static List<Value> all(byte[] bytes, int start, int end) {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes, start, end - start)) {
      var values = new ArrayList<Value>();
      while (unpacker.hasNext()) {
        values.add(unpacker.unpackValue());
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Values as they arrive. */
  static MessageUnpacker arriving(InputStream in) {
    return MessagePack.newDefaultUnpacker(in);
  }
}
