/**
 * Kubernetes manifests exactly as they are written: the kinds of the Gateway API v1 and the core kinds that they refer to, as
 * records with the API's defaults filled in. Component names are the API's own field names. What a reference means, what wins and
 * what is refused with a condition is for {@code compile} to say.
 */
@NullMarked
package io.bridgehead.config.manifest;

import org.jspecify.annotations.NullMarked;
