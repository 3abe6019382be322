/** Two gateways in a row, of one product each, and the backend that they share: what is measured. */
@NullMarked
package io.bridgehead.load.setting;

import org.jspecify.annotations.NullMarked;
