package io.containerpatterns.logshipper.ship;

/** What one output counts. Called by its thread, and read by others at any time. */
public interface ShipperCounts {
  /** Nobody counts. */
  ShipperCounts NONE =
      new ShipperCounts() {
        @Override
        public void read(int events, long bytes, int leftOut) {}

        @Override
        public void unreadable() {}

        @Override
        public void taken(int events) {}

        @Override
        public void deadLettered(int events) {}

        @Override
        public void again(int events) {}

        @Override
        public void lost(long bytes) {}

        @Override
        public void answered(long nanos) {}
      };

  /**
   * A cut was read.
   *
   * @param events that were put into a batch
   * @param bytes of them in their file
   * @param leftOut events that a filter left out
   */
  void read(int events, long bytes, int leftOut);

  /** A file could not be read. */
  void unreadable();

  /** The store has taken so many events. */
  void taken(int events);

  /** So many events were refused and are kept as dead letters. */
  void deadLettered(int events);

  /** So many events are to be sent again. */
  void again(int events);

  /** So many bytes of a file were gone before they were read. */
  void lost(long bytes);

  /** A parcel was answered after so long. */
  void answered(long nanos);
}
