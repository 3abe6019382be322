package io.bridgehead.telemetry;

import io.bridgehead.config.AccessLog;
import io.bridgehead.proxy.NotedFields;

/** What the access log needs of the data path. */
public final class AccessLogs {
    private AccessLogs() {}

    /** The header fields that its lines have. */
    public static NotedFields noted(AccessLog log) {
        return log.enabled() ? TextLine.noted(log.text()) : NotedFields.NONE;
    }
}
