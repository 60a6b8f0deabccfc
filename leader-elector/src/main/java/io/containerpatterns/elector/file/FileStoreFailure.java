package io.containerpatterns.elector.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** What the file store could not do, in a sentence for the operator. */
final class FileStoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  FileStoreFailure(String sentence) {
    this(sentence, null);
  }

  FileStoreFailure(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /** What the system said, without the path that the sentence has already named. */
  static String reason(IOException e) {
    String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
    return switch (e) {
      case AccessDeniedException _ -> "Permission denied";
      case NoSuchFileException _ -> "No such file or directory";
      case NotDirectoryException _ -> "Not a directory";
      default -> reason == null ? e.getClass().getSimpleName() : reason;
    };
  }
}
