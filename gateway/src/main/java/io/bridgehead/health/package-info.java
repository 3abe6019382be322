/** What is known of endpoints and sites: probe verdicts, outliers, and the summary per service and site that nodes tell each other. */
@NullMarked
package io.bridgehead.health;

import org.jspecify.annotations.NullMarked;
