package io.containerpatterns.elector;

import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.etcd.EtcdAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where the leases live, with what that store has to know. A new store is a word and a record here,
 * a case in {@link StoreOpening}, and a package of its own.
 */
sealed interface StoreConfig {
  /** Which of the stores it is. */
  Kind kind();

  /** Where it is, for the log of the start; without passwords. */
  String place();

  /** Adds what is wrong with these settings together. */
  default void check(List<Problem> problems) {}

  /** The stores there are. */
  enum Kind {
    /** See {@link File}. */
    FILE,
    /** See {@link Etcd}. */
    ETCD;

    /** What the settings and every status call it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A directory that the electors of one host share.
   *
   * @param dir need not exist if its parent does
   */
  record File(Path dir) implements StoreConfig {
    @Override
    public Kind kind() {
      return Kind.FILE;
    }

    @Override
    public String place() {
      return dir.toString();
    }

    private static File read(Settings s) {
      return new File(
          s.path("FILE_DIR")
              .meaning("the directory that the electors of this host share")
              .required("/leases"));
    }
  }

  /** A cluster of etcd. */
  record Etcd(EtcdAccess access) implements StoreConfig {
    @Override
    public Kind kind() {
      return Kind.ETCD;
    }

    @Override
    public String place() {
      return access.endpoints() + " " + access.prefix();
    }

    @Override
    public void check(List<Problem> problems) {
      access.check(problems);
    }
  }

  /**
   * The declaration of these settings. Those of every store are read, whichever is chosen: help
   * lists them, and one that is given in vain is a mistake.
   */
  static StoreConfig read(Settings s) {
    Kind kind =
        s.choice("STORE", Kind.class)
            .meaning("where the leases live")
            .required(
                "file",
                """
                say where the leases live, such as
                  ELECTOR_STORE=file
                  ELECTOR_FILE_DIR=/leases\
                """);
    File file = File.read(s.beside("STORE", Kind.FILE.word()));
    EtcdAccess etcd = EtcdAccess.read(s.beside("STORE", Kind.ETCD.word()));
    return switch (kind) {
      case FILE -> file;
      case ETCD -> new Etcd(etcd);
    };
  }
}
