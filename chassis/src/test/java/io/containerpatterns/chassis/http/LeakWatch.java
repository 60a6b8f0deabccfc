package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Cleaner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the class whose tests let a buffer be collected before it was released. */
public final class LeakWatch implements AfterAllCallback {
  private static final Cleaner CLEANER = Cleaner.create();

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    collect();
    // The detector looks at what was collected whenever the next buffer is made.
    for (int i = 0; i < 4; i++) {
      ByteBuf next = PooledByteBufAllocator.DEFAULT.directBuffer(16);
      next.release();
    }
    assertThat(RecordingLeakDetector.leaks()).as("buffers never released").isEmpty();
  }

  private static void collect() throws InterruptedException {
    var collected = new CountDownLatch(1);
    CLEANER.register(new Object(), collected::countDown);
    for (int i = 0; i < 50 && !collected.await(20, TimeUnit.MILLISECONDS); i++) {
      System.gc();
    }
  }
}
