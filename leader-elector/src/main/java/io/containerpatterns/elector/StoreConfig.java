package io.containerpatterns.elector;

import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.postgresql.PostgresqlUrl;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the leases live, with what that store has to know. A new store is a word and a record here,
 * a case in {@link StoreOpening}, and a package of its own.
 */
sealed interface StoreConfig {
  /** Which of the stores it is. */
  Kind kind();

  /** Where it is, for the log of the start; without passwords. */
  String place();

  /** The stores there are. */
  enum Kind {
    /** See {@link File}. */
    FILE,
    /** See {@link Postgresql}. */
    POSTGRESQL;

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

  /**
   * A table in a database.
   *
   * @param passwordFile read again for each connection
   * @param createSchema whether the table is created where it is missing
   */
  record Postgresql(PostgresqlUrl url, Optional<Path> passwordFile, boolean createSchema)
      implements StoreConfig {
    @Override
    public Kind kind() {
      return Kind.POSTGRESQL;
    }

    @Override
    public String place() {
      return url.toString();
    }

    private static Postgresql read(Settings s) {
      return new Postgresql(
          s.value("POSTGRESQL_URL", PostgresqlUrl::parse)
              .shownAs(PostgresqlUrl::withoutPassword)
              .meaning("the database, never with a password; several hosts for one that fails over")
              .required("postgresql://elector@db:5432/leases?sslmode=verify-full"),
          s.path("POSTGRESQL_PASSWORD_FILE")
              .meaning("file with the password, read again for each connection")
              .optional("/run/secrets/elector-password"),
          s.flag("POSTGRESQL_CREATE_SCHEMA")
              .meaning("off leaves it to you to run schema.sql once")
              .orElse("on"));
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
    Postgresql postgresql = Postgresql.read(s.beside("STORE", Kind.POSTGRESQL.word()));
    return switch (kind) {
      case FILE -> file;
      case POSTGRESQL -> postgresql;
    };
  }
}
