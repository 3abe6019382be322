/** How a signed changeset becomes the head of its source, and the folders whose documents this node publishes itself. */
@NullMarked
package io.bridgehead.app.publish;

import org.jspecify.annotations.NullMarked;
