package io.bridgehead.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * The form of the log: one JSON object a line with {@code timestamp}, {@code severity}, {@code logger}, {@code body}, the
 * event's own keys, and {@code exception.stacktrace} when there is one; names as in OpenTelemetry's log data model.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = new byte[0];

    private volatile boolean priorities;

    /** Begins each line with its priority as journald reads it: sd-daemon's {@code <3>} for errors to {@code <7>}; or not. */
    void sayPriorities(boolean wanted) {
        priorities = wanted;
    }

    private static String priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "<3>";
            case Level.WARN_INT -> "<4>";
            case Level.INFO_INT -> "<6>";
            default -> "<7>";
        };
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonText line = new JsonText()
                .add("timestamp", event.getInstant().toString())
                .add("severity", event.getLevel().toString())
                .add("logger", event.getLoggerName())
                .add("body", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                put(line, pair.key, pair.value);
            }
        }
        if (event.getThrowableProxy() != null) {
            line.add("exception.stacktrace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        String start = priorities ? priority(event.getLevel()) : "";
        return (start + line.close() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void put(JsonText line, String key, Object value) {
        switch (value) {
            case Integer number -> line.add(key, number.longValue());
            case Long number -> line.add(key, number);
            case Double number -> line.add(key, number);
            case Boolean flag -> line.add(key, flag);
            case null -> line.add(key, "");
            default -> line.add(key, value.toString());
        }
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
