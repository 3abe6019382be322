package io.bridgehead.load.wan;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Where the sites of a fabric are: on networks of their own, or side by side on loopback. */
public interface Place extends AutoCloseable {
    /** The address that the nodes of a site listen at. */
    String of(String site);

    /** The command that runs another one in a site. */
    List<String> command(String site, List<String> command);

    /** Runs this in a site, on a thread of its own where that is needed. */
    <T> T in(String site, Callable<T> task);

    @Override
    void close() throws IOException;
}
