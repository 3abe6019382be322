/** Programs that measure the product beside its peers and print what they found. */
@NullMarked
package io.bridgehead.load;

import org.jspecify.annotations.NullMarked;
