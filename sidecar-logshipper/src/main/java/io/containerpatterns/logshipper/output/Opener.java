package io.containerpatterns.logshipper.output;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.tls.ClientTls;
import java.time.Duration;
import java.util.Optional;

/**
 * Kinds of stores that only one variant of the image has, because what speaks to them is large.
 * Found as a service of the class path; looked for only where a destination is of such a kind.
 */
public interface Opener {
  /** Whether it opens destinations of that kind. */
  boolean opens(String kind);

  /**
   * Opens one. Nothing is sent before the first parcel.
   *
   * @throws InvalidSettings when an option is wrong or a file that it names cannot be used
   */
  Output open(Address to, Surroundings around);

  /**
   * What the output stands on.
   *
   * @param timeout over one parcel
   * @param tls where the kind says so; its files were read already
   * @param gzip whether what is sent is compressed
   * @param hostname what we call ourselves, where the destination does not say
   */
  record Surroundings(
      Network network,
      Ticker ticker,
      Duration timeout,
      Optional<ClientTls> tls,
      boolean gzip,
      String hostname) {}
}
