/**
 * The demonstration: three sites as separate processes on loopback, clients that never stop, and one mishap after another.
 * It uses the product only as a user does: configuration files, the command line, the admin socket, HTTP.
 */
@NullMarked
package io.bridgehead.demo;

import org.jspecify.annotations.NullMarked;
