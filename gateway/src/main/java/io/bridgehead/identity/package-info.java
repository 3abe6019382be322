/** Where identity comes from: the built-in authority, tokens and enrolment, and renewal. */
@NullMarked
package io.bridgehead.identity;

import org.jspecify.annotations.NullMarked;
