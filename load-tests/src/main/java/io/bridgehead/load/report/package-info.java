/** What measurements say together: medians, ratios within a round, as a table and as JSON. */
@NullMarked
package io.bridgehead.load.report;

import org.jspecify.annotations.NullMarked;
