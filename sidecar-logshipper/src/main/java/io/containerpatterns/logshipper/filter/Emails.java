package io.containerpatterns.logshipper.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Addresses of e-mail as people have them: letters, digits and {@code ._%+-} before the sign, names
 * of hosts with at least one dot behind it. Quoted ones and those beyond ASCII (RFC 5321, RFC 6531)
 * are not recognised.
 */
final class Emails implements Secret {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final int LOCAL_MAX = 64; // RFC 5321, 4.5.3.1.1
  private static final int DOMAIN_MAX = 255; // RFC 5321, 4.5.3.1.2
  private static final int NONE = -1;

  private int start;
  private int end;

  @Override
  public boolean find(byte[] b, int begin, int from, int to) {
    for (int sign = sign(b, from, to); sign != NONE; sign = sign(b, sign + 1, to)) {
      int local = sign;
      int least = Math.max(from, sign - LOCAL_MAX);
      while (local > least && isLocal(b[local - 1])) {
        local--;
      }
      int domain = local < sign ? domainEnd(b, sign + 1, to) : NONE;
      if (domain != NONE) {
        start = local;
        end = domain;
        return true;
      }
    }
    return false;
  }

  private static int sign(byte[] b, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long zeros = (long) LONG.get(b, at) ^ '@' * ONES;
      long found = (zeros - ONES) & ~zeros & TOPS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; at < to; at++) {
      if (b[at] == '@') {
        return at;
      }
    }
    return NONE;
  }

  /** Behind the last label that is two letters or more and has a dot before it. */
  private static int domainEnd(byte[] b, int from, int to) {
    int most = Math.min(to, from + DOMAIN_MAX);
    int end = NONE;
    int label = from;
    boolean letters = true;
    for (int at = from; at <= most; at++) {
      if (at < most && isHost(b[at])) {
        letters &= isLetter(b[at]);
        continue;
      }
      if (at == label) {
        return end;
      }
      if (label > from && letters && at - label >= 2) {
        end = at;
      }
      if (at == most || b[at] != '.') {
        return end;
      }
      label = at + 1;
      letters = true;
    }
    return end;
  }

  private static boolean isLocal(byte b) {
    return isHost(b) || b == '.' || b == '_' || b == '%' || b == '+';
  }

  private static boolean isHost(byte b) {
    return isLetter(b) || (b >= '0' && b <= '9') || b == '-';
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public int end() {
    return end;
  }
}
