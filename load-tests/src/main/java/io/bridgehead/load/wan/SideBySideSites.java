package io.bridgehead.load.wan;

import java.util.List;
import java.util.concurrent.Callable;

/** Sites {@code a}, {@code b}, {@code c} ... at {@code 127.77.N.1}: nothing between them, and no rights needed. */
public record SideBySideSites() implements Place {
    @Override
    public String of(String site) {
        return "127.77." + (site.charAt(0) - 'a' + 1) + ".1";
    }

    @Override
    public List<String> command(String site, List<String> command) {
        return command;
    }

    @Override
    public <T> T in(String site, Callable<T> task) {
        try {
            return task.call();
        } catch (Exception e) {
            throw new IllegalStateException("in site " + site, e);
        }
    }

    @Override
    public void close() {}
}
