/**
 * Who is calling, as signatures in JSON say it: what nodes sign for each other of the first caller of a request, and the bundles
 * of trust domains as they travel. The only door to the JOSE library.
 */
@NullMarked
package io.bridgehead.authn;

import org.jspecify.annotations.NullMarked;
