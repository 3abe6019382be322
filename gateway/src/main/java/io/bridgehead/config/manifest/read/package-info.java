/**
 * Reads Kubernetes manifests as an API server would take them: a document that it would refuse is left out with all its problems,
 * the others stand; unknown fields are noticed only.
 */
@NullMarked
package io.bridgehead.config.manifest.read;

import org.jspecify.annotations.NullMarked;
