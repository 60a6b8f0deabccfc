package io.containerpatterns.elector;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

final class FileLeaseStoreTest extends LeaseStoreContract {
  @TempDir Path directory;

  @Override
  LeaseStore open() {
    return FileLeaseStore.open(directory, Duration.ofSeconds(10));
  }
}
