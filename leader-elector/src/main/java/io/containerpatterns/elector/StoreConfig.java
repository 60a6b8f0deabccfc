package io.containerpatterns.elector;

import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.etcd.EtcdAccess;
import io.containerpatterns.elector.etcd.EtcdLeaseStore;
import io.containerpatterns.elector.file.FileLeaseStore;
import io.containerpatterns.elector.kubernetes.KubernetesLeaseStore;
import io.containerpatterns.elector.kubernetes.KubernetesPlace;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.postgresql.PostgresqlLeaseStore;
import io.containerpatterns.elector.postgresql.PostgresqlUrl;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the leases live, with what that store has to know, and the one place where settings become
 * a store. A new one is a word and a record here, and a package of its own.
 */
sealed interface StoreConfig {
  /** Which of the stores it is. */
  Kind kind();

  /** Where it is, for the log of the start; without passwords. */
  String place();

  /**
   * Opens it. A store that is reached over the network is waited for a second at most, to learn
   * what would forbid the start, and one that does not answer by then is opened all the same: its
   * calls fail, {@link LeaseStore#trouble} says why, and the process is ready, because its answer
   * "not leader" is right.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when what the settings name can
   *     never be used, whatever is waited for; the process exits with 78
   */
  LeaseStore open(StoreOpening with);

  /** What is wrong with the settings, given all of them; mostly nothing. */
  default List<Problem> problems(List<String> elections) {
    return List.of();
  }

  /** The stores there are. */
  enum Kind {
    /** See {@link File}. */
    FILE,
    /** See {@link Kubernetes}. */
    KUBERNETES,
    /** See {@link Etcd}. */
    ETCD,
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

    @Override
    public LeaseStore open(StoreOpening with) {
      return FileLeaseStore.open(dir, with.longestLease());
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
    public LeaseStore open(StoreOpening with) {
      return EtcdLeaseStore.open(access, with.longestLease(), with.answerWithin(), with.chassis());
    }

    @Override
    public List<Problem> problems(List<String> elections) {
      return access.problems();
    }
  }

  /**
   * Leases of a Kubernetes cluster.
   *
   * @param label a label of our pod that follows the first election
   */
  record Kubernetes(KubernetesPlace where, Optional<PodLabel.Setting> label)
      implements StoreConfig {
    @Override
    public Kind kind() {
      return Kind.KUBERNETES;
    }

    @Override
    public String place() {
      return where.shown();
    }

    @Override
    public LeaseStore open(StoreOpening with) {
      return KubernetesLeaseStore.open(
          where,
          with.answerWithin(),
          with.chassis().network(),
          with.chassis().clock(),
          System.getenv());
    }

    @Override
    public List<Problem> problems(List<String> elections) {
      return elections.stream()
          .filter(election -> !KubernetesPlace.isLeaseName(where.leaseName(election)))
          .map(election ->
              new Problem(
                  "ELECTOR_NAMES",
                  where.leaseName(election),
                  KubernetesPlace.NAME_EXPECTED,
                  "choose another name, or another ELECTOR_KUBERNETES_LEASE_PREFIX"))
          .toList();
    }

    private static Kubernetes read(Settings s) {
      return new Kubernetes(
          new KubernetesPlace(
              s.value("KUBERNETES_API", Kubernetes::https)
                  .meaning("the API server; that of the pod's cluster when not set")
                  .optional("https://10.96.0.1:443"),
              s.value("KUBERNETES_NAMESPACE", Kubernetes::namespace)
                  .meaning("where the Leases are; the pod's namespace when not set")
                  .optional("shop"),
              s.path("KUBERNETES_TOKEN_FILE")
                  .meaning("the bearer token, read again when it is replaced")
                  .orElse(KubernetesPlace.SERVICE_ACCOUNT + "/token"),
              s.path("KUBERNETES_CA_FILE")
                  .meaning(
                      "who may sign the certificate of the API server, read again when it is"
                          + " replaced")
                  .orElse(KubernetesPlace.SERVICE_ACCOUNT + "/ca.crt"),
              s.text("KUBERNETES_LEASE_PREFIX")
                  .meaning("what the name of each Lease begins with, before that of its election")
                  .optional("orders-")
                  .orElse("")),
          PodLabel.Setting.read(s));
    }

    private static URI https(String text) {
      URI uri = URI.create(text);
      boolean bare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
      if (!"https".equals(uri.getScheme()) || uri.getHost() == null || !bare) {
        throw new IllegalArgumentException("an address such as https://10.96.0.1:443, no path");
      }
      return uri;
    }

    private static String namespace(String text) {
      if (!text.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
        throw new IllegalArgumentException(
            "1 to 63 of a-z, 0-9 and dash, as a namespace is called");
      }
      return text;
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

    @Override
    public LeaseStore open(StoreOpening with) {
      return PostgresqlLeaseStore.open(
          url,
          passwordFile,
          createSchema,
          with.longestLease(),
          with.answerWithin(),
          with.chassis().network(),
          with.chassis().ticker());
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
    Kubernetes kubernetes = Kubernetes.read(s.beside("STORE", Kind.KUBERNETES.word()));
    EtcdAccess etcd = EtcdAccess.read(s.beside("STORE", Kind.ETCD.word()));
    Postgresql postgresql = Postgresql.read(s.beside("STORE", Kind.POSTGRESQL.word()));
    return switch (kind) {
      case FILE -> file;
      case KUBERNETES -> kubernetes;
      case ETCD -> new Etcd(etcd);
      case POSTGRESQL -> postgresql;
    };
  }
}
