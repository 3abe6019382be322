/** Who may call what: allow rules over identities, sites and methods. */
@NullMarked
package io.bridgehead.policy;

import org.jspecify.annotations.NullMarked;
