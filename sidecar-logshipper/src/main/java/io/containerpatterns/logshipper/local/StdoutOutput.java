package io.containerpatterns.logshipper.local;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.JsonEvent;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Standard output, JSON lines. Taken means written: whoever reads it (a container engine, a pipe)
 * is responsible from there. While nobody reads, the thread of this output stands still.
 */
public final class StdoutOutput implements Output {
  private final OutputStream stream;
  private final JsonEvent json = new JsonEvent();

  /** To the standard output of this process. */
  public StdoutOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  StdoutOutput(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void encode(Event event, Sink to) {
    json.write(event, to);
    to.put('\n');
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    Batch batch = parcel.batch();
    try {
      write(parcel, batch);
      verdict.accept(Verdict.Taken.ALL);
    } catch (IOException e) {
      verdict.accept(new Verdict.Again(Optional.empty(), "standard output: " + e));
    }
  }

  private void write(Parcel parcel, Batch batch) throws IOException {
    if (parcel.isRun()) {
      stream.write(batch.array(), batch.start(parcel.item(0)), parcel.bytes());
      return;
    }
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      stream.write(batch.array(), batch.start(item), batch.end(item) - batch.start(item));
    }
  }

  @Override
  public void close() {
    // Ours is only what goes through it.
  }
}
