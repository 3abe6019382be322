package io.bridgehead.limit;

/** What a node does about having too little left of something; each level does what those before it do as well. */
public enum OverloadLevel {
    /** Nothing. */
    NONE("none"),
    /** Idle connections are closed after a tenth of their time. */
    SHORTEN_IDLE("shorten-idle"),
    /** Connections are ended with their next answer: GOAWAY, {@code Connection: close}. */
    END_CONNECTIONS("end-connections"),
    /** New requests are answered 503. */
    REFUSE("refuse"),
    /** No new connections are accepted. */
    STOP_ACCEPTING("stop-accepting");

    private final String text;

    OverloadLevel(String text) {
        this.text = text;
    }

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return text;
    }
}
