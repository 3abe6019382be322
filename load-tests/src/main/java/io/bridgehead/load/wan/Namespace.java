package io.bridgehead.load.wan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A network namespace, by iproute2.
 *
 * @param name as {@code ip netns} knows it
 */
record Namespace(String name) {
    /** Makes it, with its loopback up. */
    void add() throws IOException {
        run("ip", "netns", "add", name);
        ip("link", "set", "lo", "up");
    }

    /** Runs {@code ip} on what is in it. */
    void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** The command that runs another one in it. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    /** Runs this on a thread of its own in it: the sockets that it makes are there, and stay there. */
    <T> T in(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("in-" + name).start(() -> {
            try {
                SystemCalls.enterNetwork(path());
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Path path() {
        return Path.of("/run/netns", name);
    }

    /** Takes it away, if it is there; its processes must have ended. */
    void delete() throws IOException {
        if (Files.exists(path())) {
            run("ip", "netns", "del", name);
        }
    }

    /** Runs a program that says nothing when all is well. */
    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
