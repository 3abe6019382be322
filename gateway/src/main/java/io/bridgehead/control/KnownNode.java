package io.bridgehead.control;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import org.jspecify.annotations.Nullable;

/**
 * What is worth remembering of another node across a restart of this one.
 *
 * @param tunnel where nodes of other sites reach it, or null when none can
 * @param inside where nodes of its own site reach it, or null when that is not said
 * @param revision what it served when it was heard last
 * @param version the software it ran
 * @param heardMillis when it was heard last, by this machine's clock, in milliseconds since 1970
 */
public record KnownNode(
        NodeName node,
        SiteName site,
        @Nullable HostPort tunnel,
        @Nullable HostPort inside,
        String revision,
        String version,
        long heardMillis) {}
