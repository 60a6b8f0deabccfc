package io.containerpatterns.logshipper.splunk;

import java.util.Optional;

/**
 * What can be set about a Splunk. What is left empty is what its token says.
 *
 * @param index where to put the events
 * @param sourcetype by which rules it reads them
 * @param host whose events they are; otherwise the label {@code host}, {@code node} or {@code pod}
 * @param fields whether labels, level, offset and fields are sent too, as indexed fields
 */
public record HecSettings(
    Optional<String> index, Optional<String> sourcetype, Optional<String> host, boolean fields) {
  /** Everything as the token says, all fields. */
  public static final HecSettings DEFAULT =
      new HecSettings(Optional.empty(), Optional.empty(), Optional.empty(), true);
}
