package io.bridgehead.cluster.api;

/** A standing request for news; closing it ends the news. Closing twice does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
