/** The archive of {@code support-bundle}, and what is taken out of whatever goes into it. */
@NullMarked
package io.bridgehead.cli.bundle;

import org.jspecify.annotations.NullMarked;
