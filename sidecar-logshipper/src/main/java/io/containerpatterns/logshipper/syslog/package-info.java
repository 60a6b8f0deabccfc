/**
 * Events as messages of syslog (RFC 5424), each behind the number of its bytes (RFC 6587, 3.4.1),
 * over TCP or TLS (RFC 5425).
 *
 * <pre>
 *   Event --SyslogOutput.encode--> "123 &lt;14&gt;1 2026-…Z host app - - [log@32473 …] text"   item
 *   Parcel --SyslogOutput.send--> Link --> kernel --> the peer's kernel --> the peer
 *   Verdict.Taken &lt;-- Delivery &lt;---- SIOCOUTQ ----'        ^ from here on nobody tells us
 * </pre>
 *
 * In reading order: {@link io.containerpatterns.logshipper.syslog.SyslogOutput}, {@link
 * io.containerpatterns.logshipper.syslog.SyslogHeader}, {@code StructuredData}, {@code Delivery},
 * {@code SendQueue}.
 *
 * <p>Not guaranteed: that the peer has read what its kernel has acknowledged. Syslog has no
 * acknowledgement; what a receiver had not read when it died is lost.
 */
@NullMarked
package io.containerpatterns.logshipper.syslog;

import org.jspecify.annotations.NullMarked;
