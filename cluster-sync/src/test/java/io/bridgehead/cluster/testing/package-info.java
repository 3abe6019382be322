/** What the tests of shared state have in common: records, clocks, certificates, waiting. */
@NullMarked
package io.bridgehead.cluster.testing;

import org.jspecify.annotations.NullMarked;
