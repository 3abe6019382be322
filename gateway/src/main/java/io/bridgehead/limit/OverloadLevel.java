package io.bridgehead.limit;

/** What a node does about having too little left of something; each level does what those before it do as well. */
public enum OverloadLevel {
    /** Nothing. */
    NONE(0, "none"),
    /** Idle connections are closed after a tenth of their time. */
    SHORTEN_IDLE(1, "shorten-idle"),
    /** Connections are ended with their next answer: GOAWAY, {@code Connection: close}. */
    END_CONNECTIONS(2, "end-connections"),
    /** New requests are answered 503. */
    REFUSE(3, "refuse"),
    /** No new connections are accepted. */
    STOP_ACCEPTING(4, "stop-accepting");

    private final int step;
    private final String text;

    OverloadLevel(int step, String text) {
        this.step = step;
        this.text = text;
    }

    /** Its number on the ladder, from 0. */
    public int step() {
        return step;
    }

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return text;
    }
}
