package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs commands of the distribution one after another in one Java virtual machine, with the distribution's class path and options: a line
 * with the arguments comes in, a line with the result goes out. So a test pays for a start once, and not for each question.
 */
final class CommandHost {
    private static final String PROGRAM = "io.bridgehead.cli.Main";

    private CommandHost() {}

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        PrintStream answers = System.out;
        System.setOut(System.err); // nothing that a library prints stands between answers
        Method execute = Class.forName(PROGRAM)
                .getDeclaredMethod("execute", PrintWriter.class, PrintWriter.class, String[].class);
        execute.setAccessible(true);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject asked = new JsonObject(line);
                threads.execute(() -> answer(answers, end(execute, asked)));
            }
        }
    }

    private static void answer(PrintStream answers, JsonObject answer) {
        synchronized (answers) {
            answers.println(answer.encode());
            answers.flush();
        }
    }

    /** Whatever becomes of a command, whoever asked gets to know. */
    private static JsonObject end(Method execute, JsonObject asked) {
        try {
            return run(execute, asked);
        } catch (Throwable e) {
            StringWriter err = new StringWriter();
            e.printStackTrace(new PrintWriter(err, true));
            return result(asked, 1, "", err.toString());
        }
    }

    private static JsonObject run(Method execute, JsonObject asked) throws IllegalAccessException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        JsonArray arguments = asked.getJsonArray("arguments");
        int exit;
        try {
            exit = (int) execute.invoke(
                    null,
                    new PrintWriter(out),
                    new PrintWriter(err),
                    arguments.stream().map(String.class::cast).toArray(String[]::new));
        } catch (InvocationTargetException e) {
            err.append(String.valueOf(e.getCause()));
            exit = 1;
        }
        return result(asked, exit, out.toString(), err.toString());
    }

    private static JsonObject result(JsonObject asked, int exit, String out, String err) {
        return new JsonObject()
                .put("id", asked.getLong("id"))
                .put("exit", exit)
                .put("out", out)
                .put("err", err);
    }
}
