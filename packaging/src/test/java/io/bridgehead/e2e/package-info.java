/** End-to-end tests: real processes of the built distribution, driven as users drive them; one class for each sentence. */
@NullMarked
package io.bridgehead.e2e;

import org.jspecify.annotations.NullMarked;
