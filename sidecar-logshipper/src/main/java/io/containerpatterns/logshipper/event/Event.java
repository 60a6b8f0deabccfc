package io.containerpatterns.logshipper.event;

/**
 * One event on its way to an output. Lent: its arrays are valid for the call in which it is seen,
 * and the object is used again for the next event. Confined to one thread; allocates nothing.
 */
public final class Event {
  private static final byte[] NOTHING = {};

  private Origin origin;
  private final Fields fields = new Fields();
  private byte[] bytes = NOTHING;
  private int start;
  private int end;
  private long offset;
  private long length;
  private boolean piece;
  private long seconds;
  private int nanos;
  private boolean timed;
  private Severity severity = Severity.NONE;
  private boolean unparsed;

  /** For the events of one file, until {@link #from} says another. */
  public Event(Origin origin) {
    this.origin = origin;
  }

  /**
   * Begins anew, with nothing found out.
   *
   * @param bytes lent; the text is what lies from {@code start} to {@code end} of it
   * @param offset of the event in its file
   * @param length of the event in its file, line ends included
   * @param piece whether the event is longer than it may be and goes on in the next one
   */
  public void begin(byte[] bytes, int start, int end, long offset, long length, boolean piece) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.offset = offset;
    this.length = length;
    this.piece = piece;
    timed = false;
    severity = Severity.NONE;
    unparsed = false;
    fields.clear();
  }

  /** From here on events come from that file. */
  public void from(Origin newOrigin) {
    origin = newOrigin;
  }

  /** The file it comes from. */
  public Origin origin() {
    return origin;
  }

  /** The array that holds the text. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in it. */
  public int start() {
    return start;
  }

  /** Where the text ends. */
  public int end() {
    return end;
  }

  /** The text is something else now: what a parser found in it, or what a filter left of it. */
  public void text(byte[] newBytes, int newStart, int newEnd) {
    bytes = newBytes;
    start = newStart;
    end = newEnd;
  }

  /** Where it begins in its file, in bytes. */
  public long offset() {
    return offset;
  }

  /** How much of its file it is, in bytes, line ends included. */
  public long length() {
    return length;
  }

  /** Whether it is longer than it may be and goes on in the next one. */
  public boolean isPiece() {
    return piece;
  }

  /**
   * It happened then.
   *
   * @param found whether the text said so; otherwise this is when it was read
   */
  public void time(long newSeconds, int newNanos, boolean found) {
    seconds = newSeconds;
    nanos = newNanos;
    timed = found;
  }

  /** Seconds since 1970 of when it happened, or else of when it was read. */
  public long seconds() {
    return seconds;
  }

  /** Nanoseconds in that second. */
  public int nanos() {
    return nanos;
  }

  /** Whether the text said when it happened. */
  public boolean isTimed() {
    return timed;
  }

  /** It is that serious. */
  public void severity(Severity newSeverity) {
    severity = newSeverity;
  }

  /** How serious it is. */
  public Severity severity() {
    return severity;
  }

  /** Its named values. */
  public Fields fields() {
    return fields;
  }

  /** It is not in the form that its file is said to have; it goes out as it is, and marked. */
  public void unparsed() {
    unparsed = true;
  }

  /** Whether it is not in the form that its file is said to have. */
  public boolean isUnparsed() {
    return unparsed;
  }
}
