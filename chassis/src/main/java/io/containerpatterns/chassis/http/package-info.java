/**
 * HTTP/1.1 as all our images speak it: small, bounded, refused clearly.
 *
 * <pre>
 *   socket -> HttpServer (limits, Host, Origin) -> Routes (404, 405) -> HttpHandler -> Exchange -> Reply | HttpStream
 * </pre>
 */
@NullMarked
package io.containerpatterns.chassis.http;

import org.jspecify.annotations.NullMarked;
