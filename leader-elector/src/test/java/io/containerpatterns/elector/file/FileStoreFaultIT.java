package io.containerpatterns.elector.file;

import io.containerpatterns.elector.FaultyStore;
import io.containerpatterns.elector.StoreFaultContract;
import io.containerpatterns.elector.lease.LeaseStore;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The electors over one directory. */
final class FileStoreFaultIT extends StoreFaultContract {
  @Override
  protected FaultyStore store(Path folder) {
    return new FaultyFolder(folder.resolve("leases"));
  }

  private record FaultyFolder(Path directory) implements FaultyStore {
    @Override
    public Optional<Server> server() {
      return Optional.empty();
    }

    @Override
    public Map<String, String> settings(int port) {
      return Map.of("ELECTOR_STORE", "file", "ELECTOR_FILE_DIR", directory.toString());
    }

    @Override
    public LeaseStore open() {
      return FileLeaseStore.open(directory, Duration.ofSeconds(1));
    }

    /** As {@code rm -r} does, again when somebody wrote meanwhile. */
    @Override
    public void delete(String election) throws IOException {
      Path folder = directory.resolve(election);
      while (true) {
        for (Path file : files(folder)) {
          Files.deleteIfExists(file);
        }
        try {
          Files.delete(folder);
          return;
        } catch (DirectoryNotEmptyException e) {
          continue;
        }
      }
    }

    @Override
    public void garble(String election) throws IOException {
      Path folder = directory.resolve(election);
      while (true) {
        long newest =
            files(folder).stream()
                .mapToLong(file -> VersionName.version(file.getFileName().toString()))
                .max()
                .orElse(0);
        try {
          Files.writeString(
              folder.resolve(VersionName.of(newest + 1)),
              "who wrote this?",
              StandardOpenOption.CREATE_NEW);
          return;
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    }

    private static List<Path> files(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.toList();
      } catch (NoSuchFileException e) {
        return List.of();
      }
    }

    @Override
    public void close() {}
  }
}
