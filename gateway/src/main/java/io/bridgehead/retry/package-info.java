/** Whether, where and when a failed attempt is made again. */
@NullMarked
package io.bridgehead.retry;

import org.jspecify.annotations.NullMarked;
