package io.containerpatterns.chassis.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A folder that a process needs to write to, looked at before it is needed. */
public final class WritableFolder {
  private WritableFolder() {}

  /**
   * Returns {@code folder} when this process can write to it; tries it out, because modes alone do
   * not tell about read-only mounts.
   *
   * @throws InvalidSettings that names the setting, who we are, owner and mode of the folder, and
   *     the remedy
   */
  public static Path require(String setting, Path folder) {
    try {
      Path probe = Files.createTempFile(folder, ".probe-", "");
      Files.delete(probe);
      return folder;
    } catch (IOException e) {
      throw new InvalidSettings(problem(setting, folder));
    }
  }

  private static Problem problem(String setting, Path folder) {
    String us = "uid " + uidOf(Path.of("/proc/self"));
    if (!Files.exists(folder)) {
      return new Problem(
          setting,
          folder.toString(),
          "a folder that exists",
          "create it or mount a volume there, writable for " + us);
    }
    if (!Files.isDirectory(folder)) {
      return new Problem(setting, folder.toString(), "a folder, not a file", "");
    }
    return new Problem(
        setting,
        folder.toString(),
        "a folder that " + us + " can write to; it belongs to " + ownerOf(folder),
        "make it writable for " + us + ", in a pod by fsGroup, or mount it without readOnly");
  }

  private static String uidOf(Path path) {
    try {
      return String.valueOf(Files.getAttribute(path, "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return System.getProperty("user.name", "unknown");
    }
  }

  private static String ownerOf(Path path) {
    try {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,gid");
      return "uid "
          + attributes.get("uid")
          + ", gid "
          + attributes.get("gid")
          + " with mode "
          + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "another user";
    }
  }
}
