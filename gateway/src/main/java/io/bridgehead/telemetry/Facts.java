package io.bridgehead.telemetry;

/** Takes names with values, one after the other. */
interface Facts {
    Facts add(String name, String value);

    Facts add(String name, long value);

    Facts add(String name, double value);
}
