/**
 * Who is calling, as signatures in JSON say it: tokens of callers and the keys of those who issue them ({@code Jwt}, {@code Jwks}), what
 * nodes sign for each other of the first caller of a request ({@code Origin}), and the bundles of trust domains as they travel. The only
 * door to the JOSE library.
 */
@NullMarked
package io.bridgehead.authn;

import org.jspecify.annotations.NullMarked;
