/** Which endpoint of an immutable set takes the next request. */
@NullMarked
package io.bridgehead.balance;

import org.jspecify.annotations.NullMarked;
