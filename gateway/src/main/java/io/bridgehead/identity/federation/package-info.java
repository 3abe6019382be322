/** Bundles of other trust domains: fetched from their endpoints, kept on the disk, and the own one as it is published. */
@NullMarked
package io.bridgehead.identity.federation;

import org.jspecify.annotations.NullMarked;
