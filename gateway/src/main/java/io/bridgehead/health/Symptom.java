package io.bridgehead.health;

/** What went wrong with a real attempt at an endpoint. */
public enum Symptom {
    /** The connection could not be opened. */
    CONNECT,
    /** The endpoint answered 502, 503 or 504, reset the connection, or did not answer in time. */
    GATEWAY,
    /** The endpoint answered with another status from 500 to 599. */
    SERVER
}
