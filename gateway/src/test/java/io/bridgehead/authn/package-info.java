/** Tests of tokens. */
@org.jspecify.annotations.NullMarked
package io.bridgehead.authn;
