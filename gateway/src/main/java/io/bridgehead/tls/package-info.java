/** Key and trust material: reading it from files, the one point where it is swapped, X.509-SVID validation, record signatures. */
@NullMarked
package io.bridgehead.tls;

import org.jspecify.annotations.NullMarked;
