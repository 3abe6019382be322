/** A fabric of real processes for one test class: its folder, ports, identities, nodes and command line. */
@NullMarked
package io.bridgehead.e2e.harness;

import org.jspecify.annotations.NullMarked;
