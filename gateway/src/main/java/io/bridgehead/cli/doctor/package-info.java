/** What {@code doctor} looks at: this machine, a node's configuration, and the node while it runs. Each check only reads. */
@NullMarked
package io.bridgehead.cli.doctor;

import org.jspecify.annotations.NullMarked;
