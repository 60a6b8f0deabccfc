package io.containerpatterns.elector.lease;

/**
 * The fake keeps the contract of the real ones, or what it shows of the engine would mean nothing.
 */
final class FakeLeaseStoreTest extends LeaseStoreContract {
  private final FakeLeaseStore.Memory memory = new FakeLeaseStore.Memory();

  @Override
  public LeaseStore open() {
    return new FakeLeaseStore(memory, Wire.PERFECT);
  }
}
