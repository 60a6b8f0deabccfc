package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Guard;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * {@code GET /threads}: what every platform thread does, which locks it holds and waits for, who is
 * deadlocked, and how busy the carriers of the virtual threads are. Text as jstack has it, or JSON
 * where that is asked for.
 */
final class ThreadsEndpoint {
  private final Guard inside;
  private final Aside aside = Aside.of("threads", 1);

  ThreadsEndpoint(Access access) {
    this.inside = access.inside();
  }

  List<Route> routes() {
    return List.of(Route.get("/threads", this::show).behind(inside));
  }

  private void show(Request request, Exchange exchange) {
    boolean json = request.accepts("application/json");
    aside.run(
        exchange,
        () -> {
          Snapshot snapshot = Snapshot.take();
          return json ? Reply.json(200, snapshot::write) : Reply.text(200, snapshot.text());
        });
  }

  private record Snapshot(
      ThreadInfo[] threads, long[] deadlocked, VirtualThreadSchedulerMXBean carriers) {
    static Snapshot take() {
      ThreadMXBean bean = ManagementFactory.getThreadMXBean();
      long[] deadlocked = bean.findDeadlockedThreads();
      ThreadInfo[] threads = bean.dumpAllThreads(true, true);
      Arrays.sort(threads, Comparator.comparing(ThreadInfo::getThreadName));
      return new Snapshot(
          threads,
          deadlocked == null ? new long[0] : deadlocked,
          ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class));
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeArrayFieldStart("deadlocked");
      for (long id : deadlocked) {
        json.writeNumber(id);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("virtualThreads");
      json.writeNumberField("carriers", carriers.getPoolSize());
      json.writeNumberField("parallelism", carriers.getParallelism());
      json.writeNumberField("mounted", carriers.getMountedVirtualThreadCount());
      json.writeNumberField("queued", carriers.getQueuedVirtualThreadCount());
      json.writeEndObject();
      json.writeArrayFieldStart("threads");
      for (ThreadInfo thread : threads) {
        write(json, thread);
      }
      json.writeEndArray();
      json.writeEndObject();
    }

    private static void write(JsonGenerator json, ThreadInfo thread) throws IOException {
      json.writeStartObject();
      json.writeNumberField("id", thread.getThreadId());
      json.writeStringField("name", thread.getThreadName());
      json.writeStringField("state", thread.getThreadState().name());
      json.writeBooleanField("daemon", thread.isDaemon());
      if (thread.getLockName() != null) {
        json.writeStringField("waitsFor", thread.getLockName());
      }
      if (thread.getLockOwnerName() != null) {
        json.writeNumberField("ownerId", thread.getLockOwnerId());
        json.writeStringField("owner", thread.getLockOwnerName());
      }
      json.writeArrayFieldStart("holds");
      for (MonitorInfo monitor : thread.getLockedMonitors()) {
        json.writeString(monitor.toString());
      }
      for (LockInfo lock : thread.getLockedSynchronizers()) {
        json.writeString(lock.toString());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("stack");
      for (StackTraceElement frame : thread.getStackTrace()) {
        json.writeString(frame.toString());
      }
      json.writeEndArray();
      json.writeEndObject();
    }

    String text() {
      var text = new StringBuilder(16 * 1024);
      text.append(
              deadlocked.length == 0 ? "no deadlock" : deadlocked.length + " threads deadlocked")
          .append("; virtual threads: ")
          .append(carriers.getMountedVirtualThreadCount())
          .append(" mounted on ")
          .append(carriers.getPoolSize())
          .append(" carriers, ")
          .append(carriers.getQueuedVirtualThreadCount())
          .append(" queued\n");
      for (ThreadInfo thread : threads) {
        append(text, thread);
      }
      return text.toString();
    }

    private void append(StringBuilder text, ThreadInfo thread) {
      long id = thread.getThreadId();
      text.append("\n\"").append(thread.getThreadName()).append("\" #").append(id);
      text.append(thread.isDaemon() ? " daemon " : " ").append(thread.getThreadState());
      if (thread.getLockName() != null) {
        text.append(" on ").append(thread.getLockName());
      }
      if (thread.getLockOwnerName() != null) {
        text.append(" held by \"").append(thread.getLockOwnerName()).append('"');
      }
      if (Arrays.stream(deadlocked).anyMatch(deadlock -> deadlock == id)) {
        text.append(" DEADLOCKED");
      }
      text.append('\n');
      StackTraceElement[] stack = thread.getStackTrace();
      for (int depth = 0; depth < stack.length; depth++) {
        text.append("    at ").append(stack[depth]).append('\n');
        for (MonitorInfo monitor : thread.getLockedMonitors()) {
          if (monitor.getLockedStackDepth() == depth) {
            text.append("    - locked ").append(monitor).append('\n');
          }
        }
      }
    }
  }
}
