/**
 * TLS as a client of ours speaks it: whom it trusts and who it says it is, from PEM files that may
 * change under a running process.
 *
 * <pre>
 *   TlsFiles -> Pem (blocks) -> PrivateKeys -> ClientTls -> SSLEngine of one connection
 *      '---------- looked at before each connection ---'
 * </pre>
 *
 * Read {@code TlsFiles}, {@code ClientTls}, {@code Pem}, {@code PrivateKeys}. It is the TLS of the
 * JDK: a native library would double what our images weigh. Not offered: the side of a server,
 * revocation lists, keys with a password.
 */
@NullMarked
package io.containerpatterns.chassis.tls;

import org.jspecify.annotations.NullMarked;
