package io.containerpatterns.logshipper.wire;

import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that give a peer one parcel, as pieces of arrays that are not copied, and whom to tell.
 * Filled by the output's thread, then owned by the event loop of its link.
 *
 * <p>The verdict is told when the last byte is out of our hands and never before: whoever hears it
 * may fill the arrays anew.
 */
public final class Letter {
  private final String id;
  private final Consumer<Verdict> told;
  private final List<byte[]> arrays = new ArrayList<>();
  private final List<int[]> bounds = new ArrayList<>();
  private int piece;
  private int within;
  private int inHands; // writes that are not done
  private @Nullable Verdict verdict;
  private boolean isTold;

  /**
   * Without bytes yet.
   *
   * @param id what the protocol calls it; empty where it has no names
   */
  public Letter(String id, Consumer<Verdict> told) {
    this.id = id;
    this.told = told;
  }

  /** Appends bytes, which must not change before the verdict. */
  public Letter add(byte[] array, int start, int end) {
    if (start < end) {
      arrays.add(array);
      bounds.add(new int[] {start, end});
    }
    return this;
  }

  /** Appends the items as they lie in their batch; those that touch each other as one piece. */
  public Letter add(Parcel parcel) {
    Batch batch = parcel.batch();
    int start = batch.start(parcel.item(0));
    int end = start;
    for (int place = 0; place < parcel.count(); place++) {
      int item = parcel.item(place);
      if (batch.start(item) != end) {
        add(batch.array(), start, end);
        start = batch.start(item);
      }
      end = batch.end(item);
    }
    return add(batch.array(), start, end);
  }

  /** What the protocol calls it. */
  public String id() {
    return id;
  }

  /** Whether the last byte has been given to the kernel, or there is none. */
  public boolean isSent() {
    return piece == arrays.size() && inHands == 0;
  }

  /** Whether it is known what became of it. */
  public boolean isAnswered() {
    return verdict != null;
  }

  /** Up to {@code most} bytes more, or null when there are none. */
  @Nullable ByteBuf next(int most) {
    if (piece == arrays.size()) {
      return null;
    }
    int[] of = bounds.get(piece);
    int from = of[0] + within;
    int length = Math.min(most, of[1] - from);
    ByteBuf next = Unpooled.wrappedBuffer(arrays.get(piece), from, length);
    within += length;
    if (from + length == of[1]) {
      piece++;
      within = 0;
    }
    inHands++;
    return next;
  }

  /** One of the pieces was written, or never will be. */
  void released() {
    inHands--;
    tell();
  }

  /** It is known what became of it; only the first time counts. */
  void answer(Verdict became) {
    if (verdict == null) {
      verdict = became;
      tell();
    }
  }

  private void tell() {
    Verdict became = verdict;
    if (became != null && inHands == 0 && !isTold) {
      isTold = true;
      told.accept(became);
    }
  }
}
