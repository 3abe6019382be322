/** The words of the product as values: ids, addresses, heads, identities, refusals. Imports the JDK only. */
@NullMarked
package io.bridgehead.model;

import org.jspecify.annotations.NullMarked;
