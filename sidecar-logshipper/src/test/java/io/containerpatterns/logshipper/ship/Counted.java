package io.containerpatterns.logshipper.ship;

/** Adds up what an output counts. */
final class Counted implements ShipperCounts {
  long events;
  long leftOut;
  long taken;
  long dead;
  long again;
  long lost;

  @Override
  public void read(int more, long bytes, int left) {
    events += more;
    leftOut += left;
  }

  @Override
  public void unreadable() {}

  @Override
  public void taken(int some) {
    taken += some;
  }

  @Override
  public void deadLettered(int some) {
    dead += some;
  }

  @Override
  public void again(int some) {
    again += some;
  }

  @Override
  public void lost(long bytes) {
    lost += bytes;
  }

  @Override
  public void answered(long nanos) {}
}
