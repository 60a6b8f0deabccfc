import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Takes what a shipper sends and throws it away: {@code java Hole http|tcp LINES count|account
 * FILES}.
 *
 * <p>It looks only at the marks of {@link Lines}, which no format changes. With {@code count} it
 * counts them, eight bytes at once, and nothing else; with {@code account} it has a bit for every
 * line, and a histogram of the time from append to arrival. Prints {@code ready PORT}, {@code half}
 * and {@code done} when so many have arrived, and for each line on standard input one that says
 * {@code arrived distinct twice p50 p99 max}, times in milliseconds.
 */
final class Hole {
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  // As much as stays in a core's own cache.
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int BODY_BYTES_MAX = 64 << 20;

  private final boolean http;
  private final long expected;
  private final Account account;
  private final AtomicLong marks = new AtomicLong();

  private Hole(boolean http, long expected, Account account) {
    this.http = http;
    this.expected = expected;
    this.account = account;
  }

  public static void main(String[] args) throws IOException {
    long expected = Long.parseLong(args[1]);
    var account =
        args[2].equals("account") ? new Account(Integer.parseInt(args[3]), expected) : null;
    var hole = new Hole(args[0].equals("http"), expected, account);
    var server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    System.out.println("ready " + server.socket().getLocalPort());
    Thread.ofPlatform().daemon().start(() -> hole.accept(server));
    for (int asked = System.in.read(); asked >= 0; asked = System.in.read()) {
      if (asked == '\n') {
        System.out.println(hole.arrived() + (account == null ? "" : " " + account));
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void accept(ServerSocketChannel server) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        Thread.ofPlatform().daemon().start(() -> serve(channel));
      }
    } catch (IOException e) {
      System.err.println("hole: " + e);
    }
  }

  private long arrived() {
    return marks.get() / 2;
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
      if (http) {
        serveHttp(channel, buffer);
      } else {
        var mark = new Mark();
        while (channel.read(buffer.clear()) >= 0) {
          take(buffer.flip(), mark);
        }
      }
    } catch (IOException e) {
      // A candidate that was killed; what has not arrived will be missing in the account.
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(70);
    }
  }

  private void serveHttp(SocketChannel channel, ByteBuffer in) throws Throwable {
    var mark = new Mark();
    byte[] packed = new byte[0];
    int length = 0;
    int left = 0; // bytes of the body that are still to come
    String encoding = "";
    while (channel.read(in) >= 0) {
      in.flip();
      while (in.hasRemaining()) {
        if (left == 0) {
          String head = head(in);
          if (head == null) {
            break;
          }
          left = Integer.parseInt(field(head, "content-length"));
          encoding = field(head, "content-encoding");
          length = 0;
          if (!encoding.isEmpty() && packed.length < left) {
            packed = new byte[left];
          }
          if (!field(head, "expect").isEmpty()) {
            channel.write(ByteBuffer.wrap(CONTINUE));
          }
          if (left > 0) {
            continue;
          }
        }
        int part = Math.min(left, in.remaining());
        if (encoding.isEmpty()) {
          take(in.slice(in.position(), part).order(ByteOrder.nativeOrder()), mark);
        } else {
          in.get(in.position(), packed, length, part);
          length += part;
        }
        in.position(in.position() + part);
        left -= part;
        if (left == 0) {
          if (length > 0) {
            take(unpack(encoding, packed, length), mark);
          }
          channel.write(ByteBuffer.wrap(OK));
        }
      }
      in.compact();
    }
  }

  /** The head in lower case, when it is whole, and the position behind it. */
  private static String head(ByteBuffer in) {
    for (int i = in.position() + 3; i < in.limit(); i++) {
      if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
        byte[] head = new byte[i + 1 - in.position()];
        in.get(head);
        return new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      }
    }
    return null;
  }

  private static String field(String head, String name) {
    int at = head.indexOf("\r\n" + name + ":");
    return at < 0
        ? ""
        : head.substring(at + name.length() + 3, head.indexOf("\r\n", at + 2)).strip();
  }

  private static ByteBuffer unpack(String encoding, byte[] packed, int length) throws Throwable {
    if (encoding.equals("zstd")) {
      return Zstd.unpack(packed, length);
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed, 0, length), 64 << 10)) {
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.nativeOrder());
    }
  }

  private void take(ByteBuffer bytes, Mark mark) {
    long more = account == null ? tildes(bytes) : account.take(bytes, mark);
    if (more == 0) {
      return;
    }
    long now = marks.addAndGet(more);
    say("half", now, more, expected);
    say("done", now, more, expected * 2);
  }

  private static void say(String what, long now, long more, long limit) {
    if (now >= limit && now - more < limit) {
      System.out.println(what);
    }
  }

  /** How many there are. A byte that is one becomes 0x80 in the word, all others 0. */
  private static long tildes(ByteBuffer bytes) {
    long count = 0;
    int at = bytes.position();
    for (; at + 8 <= bytes.limit(); at += 8) {
      long word = bytes.getLong(at) ^ 0x7e7e7e7e7e7e7e7eL;
      long low = (word & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL;
      count += Long.bitCount(~(low | word) & 0x8080808080808080L);
    }
    for (; at < bytes.limit(); at++) {
      count += bytes.get(at) == '~' ? 1 : 0;
    }
    return count;
  }

  /** What has been read of a mark; one for each connection. */
  private static final class Mark {
    private boolean open;
    private final long[] parts = new long[3];
    private int part;
  }

  /** Which lines have arrived, how many of them again, and after which time. */
  private static final class Account {
    private static final int BUCKET_MICROS = 100;

    private final BitSet[] seen;
    private final long[] buckets = new long[1_000_000];
    private long distinct;
    private long twice;
    private long timed;

    Account(int files, long lines) {
      seen = new BitSet[files];
      for (int file = 0; file < files; file++) {
        seen[file] = new BitSet((int) (lines / files) + 1);
      }
    }

    synchronized long take(ByteBuffer bytes, Mark mark) {
      long micros = System.currentTimeMillis() * 1000;
      long tildes = 0;
      for (int at = bytes.position(); at < bytes.limit(); at++) {
        byte b = bytes.get(at);
        if (b == '~') {
          tildes++;
          mark.open = !mark.open;
          if (mark.open) {
            mark.part = 0;
            mark.parts[0] = mark.parts[1] = mark.parts[2] = 0;
          } else {
            arrived(mark.parts, micros);
          }
        } else if (mark.open) {
          if (b == '.') {
            mark.part++;
          } else {
            mark.parts[mark.part] = mark.parts[mark.part] * 10 + b - '0';
          }
        }
      }
      return tildes;
    }

    private void arrived(long[] parts, long micros) {
      var lines = seen[(int) parts[0]];
      int number = (int) parts[1];
      if (lines.get(number)) {
        twice++;
      } else {
        lines.set(number);
        distinct++;
      }
      if (parts[2] > 0) {
        timed++;
        long bucket = Math.max(0, (micros - parts[2]) / BUCKET_MICROS);
        buckets[(int) Math.min(bucket, buckets.length - 1)]++;
      }
    }

    private double millis(double share) {
      long below = 0;
      for (int bucket = 0; bucket < buckets.length; bucket++) {
        below += buckets[bucket];
        if (below >= timed * share && below > 0) {
          return bucket * BUCKET_MICROS / 1000.0;
        }
      }
      return 0;
    }

    @Override
    public synchronized String toString() {
      return "%d %d %.1f %.1f %.1f"
          .formatted(distinct, twice, millis(0.5), millis(0.99), millis(1));
    }
  }

  /** The system's own libzstd: the JDK has none. */
  private static final class Zstd {
    private static final Arena ARENA = Arena.global();
    private static final MemorySegment TEXT = ARENA.allocate(BODY_BYTES_MAX);
    private static final MemorySegment PACKED = ARENA.allocate(BODY_BYTES_MAX);
    private static final MethodHandle DECOMPRESS =
        Linker.nativeLinker()
            .downcallHandle(
                SymbolLookup.libraryLookup("libzstd.so.1", ARENA).findOrThrow("ZSTD_decompress"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG));

    static synchronized ByteBuffer unpack(byte[] packed, int length) throws Throwable {
      MemorySegment.copy(packed, 0, PACKED, ValueLayout.JAVA_BYTE, 0, length);
      long size = (long) DECOMPRESS.invokeExact(TEXT, TEXT.byteSize(), PACKED, (long) length);
      if (size < 0) {
        throw new IOException("a body that is no zstd, or of more than 64 MiB");
      }
      // A copy, as others may unpack while this one is counted.
      return ByteBuffer.wrap(TEXT.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE))
          .order(ByteOrder.nativeOrder());
    }
  }
}
